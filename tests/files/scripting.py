"""Runs written scripts in interpreters that know nothing of mlpviz."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mlpviz.nn.layout import Array

_PREDICT = """
import json, pathlib, runpy, sys
inputs, *paths = sys.argv[1:]
found = []
for path, X in zip(paths, json.loads(pathlib.Path(inputs).read_text())):
    script = runpy.run_path(path)
    logits = script["logits"](X)
    output = script["predict"](X)
    found.append([logits.tolist(), output.tolist(), str(logits.dtype), str(output.dtype)])
json.dump(found, sys.stdout)
"""


def called(python: str, *words: object) -> str:
    """What a bare interpreter prints; it must end well, without a warning."""
    done = _run(python, words)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def stopped(python: str, *words: object) -> str:
    """The sentence by which a script refuses its table: one line on stderr, nothing on stdout, exit code 2."""
    done = _run(python, words)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr.rstrip("\n")


def _run(python: str, words: Sequence[object]) -> subprocess.CompletedProcess[str]:
    command = [python, "-I", "-W", "error", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL)


def predictions(
    python: str, paths: Sequence[Path], inputs: Sequence[Array]
) -> list[tuple[Array, Array, tuple[str, str]]]:
    """ỹ, ŷ and their types for each script, from one interpreter that runs them all."""
    assert paths
    table = paths[0].with_suffix(".inputs")
    table.write_text(json.dumps([X.tolist() for X in inputs]))
    found = json.loads(called(python, "-c", _PREDICT, table, *paths))
    return [(np.array(logits), np.array(output), (one, other)) for logits, output, one, other in found]
