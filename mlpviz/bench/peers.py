"""Other engines on the same work: what they are, how they are asked, and the table of ratios.

A peer is a process of its own that is told everything in a JSON file and then answers line by line (`Running`), so that
its slots can take turns with ours.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlpviz.bench.exchange import Running, write_exchange
from mlpviz.bench.machine import yardstick
from mlpviz.bench.timing import EngineFailed, Slot, Timed, alternate
from mlpviz.bench.work import Ours, Work, data_for, ours_on, start_for
from mlpviz.errors import UserError, shown

PEER_PYTHON = "MLPVIZ_PEER_PYTHON"
EPOCHS = 5
AGREEMENT = 1e-9
OLDEST_NODE = 18
_PROBE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Peer:
    """Another engine.

    Attributes:
        name: for people.
        command: starts it; the path of the exchange file is appended. Empty: it is not there.
        version: as its own programs tell; None: it is not there.
        how: what to do to have it.
        output: the output activation of the networks it trains here.
        declines: why it cannot do a piece of work; None: it can.
        alike: whether it does the same arithmetic as mlpviz up to rounding.
    """

    name: str
    command: tuple[str, ...]
    version: str | None
    how: str
    output: str
    declines: Callable[[Work], str | None]
    alike: Callable[[Work], bool]


def folder() -> Path:
    """Where the peers' scripts are. Raises UserError outside a checkout."""
    found = Path(__file__).resolve().parents[2] / "tests" / "benchmarks" / "peers"
    if not found.is_dir():
        raise UserError("--peers needs a checkout of mlpviz: the other engines' scripts are not installed with it.")
    return found


def known(scripts: Path, python: str | None = None) -> tuple[Peer, ...]:
    """The peers, whether they are there or not; `python` runs those written in Python.

    Raises UserError when a Python is named that cannot be run.
    """
    chosen = python or os.environ.get(PEER_PYTHON) or sys.executable
    if shutil.which(chosen) is None:
        name = "--peer-python" if python else PEER_PYTHON
        raise UserError(f"{name}: {shown(chosen)} cannot be run; name the Python that has torch and scikit-learn.")
    return (
        _playground(scripts),
        # scikit-learn's Adam adds ε before it corrects the bias of √v, PyTorch's and ours after.
        _in_python(scripts, chosen, "scikit-learn", "sklearn", lambda work: work.optimizer != "adam"),
        _in_python(scripts, chosen, "PyTorch", "torch", lambda work: True),
    )


def _playground(scripts: Path) -> Peer:
    node = shutil.which("node")
    told = (_told([node, "--version"]) if node else None) or ""
    major = told.removeprefix("v").split(".")[0]
    there = node is not None and major.isdigit() and int(major) >= OLDEST_NODE
    return Peer(
        "TensorFlow Playground",
        (node, str(scripts / "playground.mjs"), "--exchange") if node and there else (),
        f"02469bd in Node {told}" if there else None,
        f"install Node {OLDEST_NODE}+",
        "tanh",
        lambda work: (
            None
            if work.optimizer == "sgd" and work.loss == "squared"
            else "it has plain SGD and the squared loss of one output only"
        ),
        lambda work: True,
    )


def _in_python(scripts: Path, python: str, name: str, engine: str, alike: Callable[[Work], bool]) -> Peer:
    package = {"sklearn": "scikit-learn"}.get(engine, engine)
    version = _told([python, "-c", f"from importlib.metadata import version; print(version({package!r}))"])
    return Peer(
        name,
        (python, str(scripts / "sklearn_torch.py"), "--engine", engine, "--exchange") if version else (),
        version,
        f"pip install torch scikit-learn into some Python and name it by --peer-python or {PEER_PYTHON}",
        "identity",
        lambda work: None,
        alike,
    )


def _told(words: Sequence[str]) -> str | None:
    """What a short command prints; None when it cannot be run or fails."""
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=_PROBE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def run(peers: Sequence[Peer], works: Sequence[Work], slots: int, seconds: float) -> dict[str, Any]:
    """Every peer that is there on every work that it can do, in turn with mlpviz."""
    rows: list[dict[str, Any]] = []
    left_out: list[dict[str, str]] = []
    there = [peer for peer in peers if peer.command]
    for work in works:
        able = []
        for peer in there:
            reason = peer.declines(work)
            if reason is None:
                able.append(peer)
            else:
                left_out.append({"work": work.name, "peer": peer.name, "reason": reason})
        if able:
            found, failures = compare(work, able, slots, seconds)
            rows += found
            left_out += [{"work": work.name, "peer": name, "reason": why} for name, why in failures.items()]
    return {
        "versions": {peer.name: {"version": peer.version, "how": None if peer.command else peer.how} for peer in peers},
        "epochs": EPOCHS,
        "rows": rows,
        "not_compared": left_out,
    }


def compare(
    work: Work, peers: Sequence[Peer], slots: int, seconds: float
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Rows of one work, a peer and a backend each; and why a peer has none."""
    ours = {
        (backend, output): engine
        for output in dict.fromkeys(peer.output for peer in peers)
        for backend, engine in ours_on(work, output=output)[0].items()
    }
    failures: dict[str, str] = {}
    running: dict[str, Running] = {}
    with ExitStack() as stack:
        here = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mlpviz-bench-")))
        for number, peer in enumerate(peers):
            file = here / f"{number}.json"
            write_exchange(file, work, data_for(work), start_for(work), peer.output, EPOCHS)
            try:
                running[peer.name] = stack.enter_context(Running((*peer.command, str(file))))
            except EngineFailed as failure:
                failures[peer.name] = str(failure)
        losses = {}
        for key, engine in ours.items():
            engine.epochs(EPOCHS)
            losses[key] = engine.loss()
        timed: dict[str, Slot] = {" ".join(key): Timed(engine.epochs) for key, engine in ours.items()}
        yard = yardstick()
        speed = alternate({**timed, **{name: each.slot for name, each in running.items()}}, slots, seconds)
    failures |= speed.failures
    rows = [
        _row(work, peer, running[peer.name], ours[backend, output], losses[backend, output])
        | _speeds(speed.medians[f"{backend} {output}"], speed.medians[peer.name], yard)
        for peer in peers
        for backend, output in ours
        if output == peer.output and peer.name not in failures
    ]
    return rows, failures


def _row(work: Work, peer: Peer, running: Running, engine: Ours, our_loss: float) -> dict[str, Any]:
    alike = peer.alike(work)
    close = running.loss is not None and abs(running.loss - our_loss) <= AGREEMENT * abs(our_loss)
    return {
        "work": work.name,
        "peer": peer.name,
        "computes": running.computes,
        "output": peer.output,
        "same_mathematics": alike,
        "backend": engine.backend,
        "loss": our_loss,
        "peer_loss": running.loss,
        "agree": close,
    }


def _speeds(ours: float, theirs: float, yard: float) -> dict[str, float]:
    return {
        "epochs_per_second": ours,
        "peer_epochs_per_second": theirs,
        "ratio": ours / theirs,
        "yardstick_seconds": yard,
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The result as text."""
    found = ["other engines: each in a process and on a thread of its own, float64, from the same θ on the same data"]
    for name, about in result["versions"].items():
        found.append(f"  {name}: {about['version'] or 'not there; ' + about['how']}")
    if not result["rows"] and not result["not_compared"]:
        return found
    found += [
        "",
        f"{'work':42} {'backend':9} {'mlpviz':>12}   {'÷ peer':22} {'':>10} {'ratio':>8}   "
        f"loss after {result['epochs']} epochs, ours / theirs",
    ]
    for row in result["rows"]:
        theirs = "not finite" if row["peer_loss"] is None else f"{row['peer_loss']:.12g}"
        found.append(
            f"{row['work']:42} {row['backend']:9} {row['epochs_per_second']:>10,.0f}/s   {row['peer']:22} "
            f"{row['peer_epochs_per_second']:>8,.0f}/s {row['ratio']:>7.2f}×   "
            f"{row['loss']:.12g} / {theirs} {_verdict(row)}"
        )
    found += [f"{each['work']:42} {each['peer']}: {each['reason']}" for each in result["not_compared"]]
    found.append("")
    for words in dict.fromkeys(f"{row['peer']} computes: {row['computes']}" for row in result["rows"]):
        found.append(words)
    return found


def _verdict(row: dict[str, Any]) -> str:
    if row["agree"]:
        return "(agree)"
    return "(DIFFER: not the same work)" if row["same_mathematics"] else "(its mathematics differs, see below)"
