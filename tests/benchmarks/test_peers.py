"""Other engines: what they are told, what they may answer, and that none of them can end the bench."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlpviz.bench import peers
from mlpviz.bench.exchange import Running, write_exchange
from mlpviz.bench.peers import EPOCHS, Peer
from mlpviz.bench.schema import SCHEMA_TEXT
from mlpviz.bench.timing import EngineFailed
from mlpviz.bench.work import WORK, Ours, Work, data_for, start_for
from mlpviz.errors import UserError
from mlpviz.nn.layout import layout
from tests.optional import INSTALLED

SMALL = Work((2, 3, 1), 40, 10, "sgd", 0.03)
# A peer: it is told the loss that it is to report, and calls every slot three epochs in a millisecond.
GOOD = """
import json, sys
told = json.load(open(sys.argv[2]))
assert told["epochs"] and len(told["X"]) == len(told["y"])
print(json.dumps({"loss": float(sys.argv[1]), "computes": "nothing at\\nall"}), flush=True)
for line in sys.stdin:
    assert float(line) > 0
    print(json.dumps([3, 0.001]), flush=True)
"""
GREETING = 'import sys; print(\'{"loss": 1.0, "computes": "x"}\', flush=True)\n'
BAD = {
    "crashes": ("import sys; sys.exit('no such module')", "exit code 1: no such module"),
    "prints rubbish": ("print('Warning: <something>', flush=True)", "no JSON"),
    "prints bytes": ("import sys; sys.stdout.buffer.write(bytes(range(128, 256)))", "no JSON"),
    "answers another question": ("print('[1, 2]', flush=True)", "not asked"),
    "has no number for a loss": ('print(\'{"loss": "low", "computes": "x"}\', flush=True)', "not asked"),
    "has an infinite loss": ('print(\'{"loss": Infinity, "computes": "x"}\', flush=True)', "not asked"),
    "says nothing": ("", "exit code 0"),
    "ends after its greeting": (GREETING, "exit code 0"),
    "crashes in a slot": (GREETING + "sys.stdin.readline(); raise MemoryError('all of it')", "MemoryError: all of it"),
    "answers a slot with rubbish": (GREETING + "sys.stdin.readline(); print('{', flush=True)", "no JSON"),
    "makes no epochs": (GREETING + "sys.stdin.readline(); print('[0, 0.1]', flush=True)", "not asked"),
    "takes no time": (GREETING + "sys.stdin.readline(); print('[1, 0]', flush=True)", "not asked"),
    "takes for ever": (GREETING + "sys.stdin.readline(); print('[1, NaN]', flush=True)", "not asked"),
    "makes half an epoch": (GREETING + "sys.stdin.readline(); print('[0.5, 1]', flush=True)", "not asked"),
}
ROW_KEYS = {
    "work", "peer", "computes", "output", "same_mathematics", "backend", "loss", "peer_loss", "agree",
    "epochs_per_second", "peer_epochs_per_second", "ratio", "yardstick_seconds",
}  # fmt: skip


def peer(folder: Path, name: str, script: str, *words: str, alike: bool = True, declines: str | None = None) -> Peer:
    file = folder / f"{name.replace(' ', '-')}.py"
    file.write_text(script, encoding="utf-8")
    command = (sys.executable, str(file), *words)
    return Peer(name, command, "1.0", "install it", "identity", lambda work: declines, lambda work: alike)


def our_loss(work: Work) -> float:
    engine = Ours(work, min(INSTALLED))
    engine.epochs(EPOCHS)
    return engine.loss()


def test_a_peer_is_told_everything_exactly(tmp_path: Path) -> None:
    work = WORK[4]
    file = tmp_path / "told.json"
    write_exchange(file, work, data_for(work), start_for(work), "identity", 7)
    told = json.loads(file.read_text("utf-8"))
    X, y = data_for(work)
    np.testing.assert_array_equal(told["X"], X)
    np.testing.assert_array_equal(told["y"], y)
    for (W, b), told_W, told_b in zip(layout(work.sizes).weights(start_for(work)), told["W"], told["b"], strict=True):
        np.testing.assert_array_equal(told_W, W)
        np.testing.assert_array_equal(told_b, b)
    assert {key: told[key] for key in ("layers", "batch", "optimizer", "rate", "output", "loss", "epochs")} == {
        "layers": list(work.sizes),
        "batch": 64,
        "optimizer": "adam",
        "rate": 0.001,
        "output": "identity",
        "loss": "softmax",
        "epochs": 7,
    }


def test_a_peer_is_compared_with_every_backend(tmp_path: Path) -> None:
    good = peer(tmp_path, "good", GOOD, repr(our_loss(SMALL)))
    result = peers.run([good], [SMALL], 2, 0.001)
    assert {row["backend"] for row in result["rows"]} == INSTALLED
    for row in result["rows"]:
        assert row.keys() == ROW_KEYS
        assert all(key in SCHEMA_TEXT for key in ROW_KEYS)
        assert row["agree"]
        assert row["peer_epochs_per_second"] == pytest.approx(3000)
        assert row["ratio"] == pytest.approx(row["epochs_per_second"] / 3000)
        assert row["computes"] == "nothing at all"
    assert result["versions"] == {"good": {"version": "1.0", "how": None}}
    text = "\n".join(peers.lines(result))
    assert "(agree)" in text
    assert "good computes: nothing at all" in text


@pytest.mark.parametrize(("alike", "verdict"), [(True, "DIFFER"), (False, "mathematics differs")])
def test_a_peer_that_does_other_work_is_told_apart(tmp_path: Path, alike: bool, verdict: str) -> None:
    other = peer(tmp_path, "other", GOOD, repr(our_loss(SMALL) * (1 + 1e-8)), alike=alike)
    result = peers.run([other], [SMALL], 1, 0.001)
    assert [row["agree"] for row in result["rows"]] == [False] * len(INSTALLED)
    assert verdict in "\n".join(peers.lines(result))


@pytest.mark.parametrize("name", BAD)
def test_a_bad_peer_is_one_line_and_the_others_go_on(tmp_path: Path, name: str) -> None:
    script, told = BAD[name]
    both = [peer(tmp_path, name, script), peer(tmp_path, "good", GOOD, repr(our_loss(SMALL)))]
    result = peers.run(both, [SMALL], 1, 0.001)
    assert {row["peer"] for row in result["rows"]} == {"good"}
    [left_out] = result["not_compared"]
    assert left_out["peer"] == name
    assert told in left_out["reason"]
    assert "\n" not in left_out["reason"]
    assert sum(left_out["reason"] in line for line in peers.lines(result)) == 1


def test_a_diverged_peer_has_no_loss_and_does_not_agree(tmp_path: Path) -> None:
    diverged = peer(tmp_path, "diverged", GOOD.replace("float(sys.argv[1])", "None"), "0")
    result = peers.run([diverged], [SMALL], 1, 0.001)
    assert {row["peer_loss"] for row in result["rows"]} == {None}
    assert not any(row["agree"] for row in result["rows"])
    assert "not finite" in "\n".join(peers.lines(result))


def test_a_peer_that_never_answers_is_given_up() -> None:
    with pytest.raises(EngineFailed, match="did not answer"):
        Running((sys.executable, "-c", "import sys; sys.stdin.read()"), start_seconds=0.2)


def test_a_peer_that_cannot_be_started_is_said() -> None:
    with pytest.raises(EngineFailed, match="cannot be started"):
        Running(("no-such-program-anywhere",))


def test_absent_peers_and_those_that_decline_say_why(tmp_path: Path) -> None:
    absent = Peer("absent", (), None, "install it somewhere", "identity", lambda work: None, lambda work: True)
    declining = peer(tmp_path, "declining", GOOD, "0", declines="it has no SGD")
    result = peers.run([absent, declining], [SMALL], 1, 0.001)
    assert result["rows"] == []
    text = "\n".join(peers.lines(result))
    assert "absent: not there; install it somewhere" in text
    assert "declining: it has no SGD" in text


def test_peers_are_looked_for_without_failing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = peers.known(peers.folder(), sys.executable)
    assert [each.name for each in found] == ["TensorFlow Playground", "scikit-learn", "PyTorch"]
    assert all(bool(each.command) == (each.version is not None) for each in found)
    assert found[0].command == ()
    assert "Node" in found[0].how
    assert all((peers.folder() / Path(each.command[1]).name).is_file() for each in found if each.command)


@pytest.mark.parametrize("told", ["echo v16.3.0", "echo what", "exit 1"])
def test_an_old_or_broken_node_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\n{told}\n", encoding="utf-8")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert peers.known(peers.folder(), sys.executable)[0].command == ()


def test_a_python_that_cannot_be_run_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPVIZ_PEER_PYTHON", "no/such/python")
    with pytest.raises(UserError, match="MLPVIZ_PEER_PYTHON"):
        peers.known(peers.folder())


def test_an_installed_wheel_says_that_a_checkout_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(peers, "__file__", str(tmp_path / "mlpviz" / "bench" / "peers.py"))
    with pytest.raises(UserError, match="checkout"):
        peers.folder()


def test_the_playground_declines_what_it_cannot_do() -> None:
    playground: Any = peers.known(peers.folder(), sys.executable)[0]
    assert playground.declines(WORK[0]) is None
    assert {work.optimizer for work in WORK if playground.declines(work)} == {"adam"}
