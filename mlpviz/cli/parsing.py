"""What the commands share in reading their arguments: a parser with one-line errors, and types with clear words."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from mlpviz.errors import UserError, shown


class Parser(argparse.ArgumentParser):
    """argparse, but a wrong argument is a UserError of one sentence that names the option."""

    def __init__(self, *, prog: str, description: str, epilog: str) -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        """Raise UserError instead of printing the usage."""
        raise UserError(f"{message.removeprefix('argument ').rstrip('.')}; see {self.prog} --help.")


@contextmanager
def option(name: str) -> Iterator[None]:
    """Every UserError of the block becomes one that begins with the option's name."""
    try:
        yield
    except UserError as error:
        error.args = (f"{name}: {error}",)
        raise


def whole(text: str) -> int:
    """A whole number, with or without digit separators."""
    try:
        return int(text[:40])
    except ValueError:
        raise argparse.ArgumentTypeError(f"a whole number is needed, not {shown(text)}") from None


def number(text: str) -> float:
    """A number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a number is needed, not {shown(text)}") from None


def switch(text: str) -> bool:
    """on or off."""
    if text not in ("on", "off"):
        raise argparse.ArgumentTypeError(f"on or off is needed, not {shown(text)}")
    return text == "on"


def batch(text: str) -> int | None:
    """A whole number, or "full"."""
    return None if text == "full" else whole(text)


def patience(text: str) -> int | None:
    """A whole number, or "off"."""
    return None if text == "off" else whole(text)


def one_of(choices: Iterable[str]) -> Callable[[str], str]:
    """A word out of a table's ids."""
    words = list(choices)

    def parse(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(f"{shown(text)} is unknown; there are {', '.join(words)}")
        return text

    return parse


def listed(part: Callable[[str], object]) -> Callable[[str], tuple[object, ...]]:
    """Parts separated by commas, those within brackets left alone; an empty text is an empty list."""

    def parse(text: str) -> tuple[object, ...]:
        return tuple(part(word.strip()) for word in _split(text)) if text.strip() else ()

    return parse


def _split(text: str) -> list[str]:
    words, depth = [""], 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            words.append("")
        else:
            words[-1] += character
    return words
