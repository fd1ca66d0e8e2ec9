"""Calls of the command line within the test's process."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mlpviz.cli import main


def called(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one command."""
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def result(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    """The JSON object of a command that succeeds; it is one line, and nothing stands on stderr."""
    code, out, err = called(capsys, *words, "--json")
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    value: dict[str, Any] = json.loads(out)
    return value


def refused(capsys: pytest.CaptureFixture[str], words: list[object], says: str) -> None:
    """The command exits with 2 and one line on stderr that says so."""
    code, out, err = called(capsys, *words)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert says in err
