"""The engine against a plain NumPy loop, what it needs of memory and how its time grows: the whole of `bench`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mlpviz.bench import linear, memory, peers, pooled, universality
from mlpviz.bench.machine import about, machine, yardstick
from mlpviz.bench.plain import PlainLoop
from mlpviz.bench.schema import SCHEMA
from mlpviz.bench.timing import Slot, Timed, alternate
from mlpviz.bench.work import WORK, Ours, Work, automatic, data_for, ours_on, start_for
from mlpviz.nn.evaluate import loss

SLOTS, SLOT_SECONDS = 5, 0.4
QUICK_SLOTS, QUICK_SECONDS = 3, 0.12
AGREEMENT_EPOCHS = 3


def measure(work: Work, slots: int, seconds: float) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """A row for every backend, all in turn with the plain loop; and the backends that cannot be had."""
    ours, refused = ours_on(work)
    (X, y), theta = data_for(work), start_for(work)
    plain = PlainLoop(work.network(), work.config(), X, y, theta)
    shuffled = {name: Ours(work, name, shuffle=True) for name in ours} if work.shuffled else {}
    engines: dict[str, Callable[[int], None]] = {
        "plain": plain.epochs,
        **{name: engine.epochs for name, engine in ours.items()},
        **{f"{name} shuffled": engine.epochs for name, engine in shuffled.items()},
    }
    for epochs in engines.values():
        epochs(AGREEMENT_EPOCHS)
    losses = {name: engine.loss() for name, engine in ours.items()}
    plain_loss = float(loss(work.network(), plain.theta(), X, y))
    timed: dict[str, Slot] = {name: Timed(epochs) for name, epochs in engines.items()}
    yard = yardstick()
    speed = alternate(timed, slots, seconds).medians
    chosen = automatic(work)
    rows = [
        {
            "work": work.name,
            "backend": name,
            "version": engine.version,
            "auto": engine.version == chosen,
            "epochs_per_second": speed[name],
            "plain_epochs_per_second": speed["plain"],
            "ratio": speed[name] / speed["plain"],
            "loss": losses[name],
            "plain_loss": plain_loss,
            "shuffled_epochs_per_second": speed.get(f"{name} shuffled"),
            "shuffle_cost": speed[name] / speed[f"{name} shuffled"] if shuffled else None,
            "yardstick_seconds": yard,
        }
        for name, engine in ours.items()
    ]
    return rows, [{"work": work.name, "backend": name, "reason": reason} for name, reason in refused.items()]


def run(quick: bool = False, peer_python: str | None = None, with_peers: bool = False) -> dict[str, Any]:
    """Measure everything; quick: fewer rows, shorter slots. With peers: raises UserError outside a checkout."""
    known = peers.known(peers.folder(), peer_python) if with_peers else None
    slots, seconds = (QUICK_SLOTS, QUICK_SECONDS) if quick else (SLOTS, SLOT_SECONDS)
    chosen = [work for work in WORK if work.quick or not quick]
    result: dict[str, Any] = {
        "schema": SCHEMA,
        "machine": machine(),
        "yardstick_seconds": yardstick(),
        "rows": [],
        "not_measured": [],
    }
    for work in chosen:
        rows, refused = measure(work, slots, seconds)
        result["rows"] += rows
        result["not_measured"] += refused
    result["memory"] = memory.run(quick)
    result["linear"] = linear.run(quick)
    result["sweep"] = pooled.run(quick)
    result["universality"] = universality.run(quick)
    result["peers"] = None if known is None else peers.run(known, chosen, slots, seconds)
    return result


def table(result: dict[str, Any]) -> str:
    """The result as text."""
    lines = [
        about(result["machine"]),
        f"yardstick: {result['yardstick_seconds']:.3f} s (400,000 small NumPy calls from Python)",
        "",
        f"{'work':42} {'backend':10} {'mlpviz':>12} {'plain NumPy':>12} {'ratio':>8}   loss after equal steps",
    ]
    for row in result["rows"]:
        lines.append(
            f"{row['work']:42} {row['backend'] + ' *' * row['auto']:10} {row['epochs_per_second']:>10,.0f}/s "
            f"{row['plain_epochs_per_second']:>10,.0f}/s {row['ratio']:>7.2f}×   "
            f"{row['loss']:.12g} / {row['plain_loss']:.12g}"
        )
        if row["shuffle_cost"] is not None:
            speed, cost = row["shuffled_epochs_per_second"], row["shuffle_cost"]
            lines.append(f"{'  with shuffling':42} {'':10} {speed:>10,.0f}/s    costs {cost:.2f}×")
    lines.append("* what “auto” takes")
    reasons = dict.fromkeys(f"{each['backend']}: {each['reason']}" for each in result["not_measured"])
    lines += [f"not measured: {reason}" for reason in reasons]
    lines += ["", *memory.lines(result["memory"]), "", *linear.lines(result["linear"])]
    lines += ["", *pooled.lines(result["sweep"])]
    lines += ["", *universality.lines(result["universality"])]
    if result["peers"] is not None:
        lines += ["", *peers.lines(result["peers"])]
    return "\n".join(lines)
