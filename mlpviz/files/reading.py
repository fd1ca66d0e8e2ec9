"""Reading what others wrote: sizes are checked before anything is read, and every fault becomes one sentence."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mlpviz.errors import UserError, shown
from mlpviz.nn.spec import MAX_HIDDEN, MAX_INPUTS, MAX_OUTPUTS, MAX_WIDTH

# The largest network there can be, in parameters: no weights file needs more numbers.
MAX_PARAMETERS = (
    (MAX_INPUTS + 1) * MAX_WIDTH + (MAX_HIDDEN - 1) * (MAX_WIDTH + 1) * MAX_WIDTH + (MAX_WIDTH + 1) * MAX_OUTPUTS
)
_MAX_BRACKETS = 200_000  # in a JSON file: rows of matrices and small objects


@contextmanager
def about(path: str | os.PathLike[str]) -> Iterator[None]:
    """Every UserError, OSError and MemoryError of the block becomes a UserError that begins with the file's name."""
    name = os.path.basename(os.fspath(path)) or os.fspath(path)
    try:
        yield
    except UserError as error:
        error.args = (f"{name}: {error}",)
        raise
    except FileNotFoundError as error:
        raise UserError(f"{name}: there is no such file at {os.path.abspath(path)}.") from error
    except OSError as error:
        raise UserError(f"{name}: cannot be read: {error.strerror or error}.") from error
    except MemoryError as error:
        raise UserError(f"{name}: needs more memory than this machine has.") from error


def checked_size(path: Path, limit: int) -> int:
    """The file's size in bytes; UserError when it is no ordinary file, empty, or larger than `limit`."""
    if "\0" in str(path):
        raise UserError("a file name cannot hold a zero byte; choose another file.")
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise UserError("this is a folder; choose a file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise UserError("this is no ordinary file; copy its content to one first.")
    if status.st_size == 0:
        raise UserError("the file is empty.")
    if status.st_size > limit:
        raise UserError(f"the file has {status.st_size:,} bytes; mlpviz reads at most {limit:,} of this kind.")
    return status.st_size


def read_bytes(path: Path, limit: int) -> bytes:
    """The whole content of an ordinary file of at most `limit` bytes."""
    size = checked_size(path, limit)
    with path.open("rb") as file:
        return file.read(size)


def parse_json(data: bytes, what: str = "The file") -> Any:
    """The value of strict JSON in UTF-8.

    Refused with a UserError: other encodings, NaN and infinity, a key that stands twice in one object, nesting deeper
    than Python's parser goes, more values than any network has.
    """
    if data.count(b",") > MAX_PARAMETERS + _MAX_BRACKETS or data.count(b"[") + data.count(b"{") > _MAX_BRACKETS:
        raise UserError(f"{what} holds more values than any network of mlpviz has.")
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_distinct, parse_constant=_no_constant)
    except UserError:
        raise
    except UnicodeDecodeError as error:
        raise UserError(f"{what} is not JSON: byte {error.start + 1:,} is not UTF-8.") from error
    except json.JSONDecodeError as error:
        at = f"line {error.lineno:,}, column {error.colno:,}"
        raise UserError(f"{what} is not valid JSON at {at}: {error.msg}.") from error
    except RecursionError as error:
        raise UserError(f"{what} nests its JSON too deeply.") from error
    except ValueError as error:  # a whole number of more than 4,300 digits
        raise UserError(f"{what} holds a number with too many digits.") from error


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise UserError(f"the key {shown(twice)} stands twice in one JSON object.")
    return value


def _no_constant(word: str) -> Any:
    raise UserError(f"the JSON holds {word}; mlpviz takes finite numbers only.")


def check_text(value: object, what: str) -> None:
    """Raise UserError if a string in the (parsed, nested) value cannot be written as UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise UserError(f"{what} holds half a character (a lone surrogate); write the name anew.") from error
