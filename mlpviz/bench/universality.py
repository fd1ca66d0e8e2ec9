"""What is built for a drawn function: how long it takes, and how far it is from the exact limit of ReLU nets."""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np

from mlpviz.bench.machine import yardstick
from mlpviz.bench.strokes import stroke
from mlpviz.nn.compiled import loading
from mlpviz.nn.layout import Array
from mlpviz.universality.construct import construct, how
from mlpviz.universality.minlink import limits
from mlpviz.universality.target import target_of

ACTIVATIONS = ("relu", "tanh", "sigmoid", "sin")
WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
LIMIT_WIDTHS = tuple(range(257))
STROKES = 16
QUICK_STROKES = 2
# A limit below this share of the range is 0 but for rounding, and nothing can be divided by it.
EXACT = 1e-12


def run(quick: bool = False) -> dict[str, Any]:
    """The limit and the nets of every activation that has a recipe, over random strokes; quick: over fewer."""
    drawn = [stroke(seed) for seed in range(QUICK_STROKES if quick else STROKES)]
    compiled = loading.ready() and loading.load()
    yard = yardstick()
    limits(drawn[0], (1,))
    took, least = zip(*map(_limits, drawn), strict=True)
    activations = [activation for activation in ACTIVATIONS if how(activation)]
    # All of one stroke in turn: a sigmoid is a tanh, and costs next to nothing after it.
    built = [{activation: _nets(activation, g) for activation in activations} for g in drawn]
    return {
        "strokes": len(drawn),
        "limit": {"compiled": bool(compiled), "widths": len(LIMIT_WIDTHS), **_spread(list(took))},
        "nets": [_row(activation, [nets[activation] for nets in built], least) for activation in activations],
        "all_nets": _spread([sum(seconds for seconds, _, _ in nets.values()) for nets in built]),
        "yardstick_seconds": yard,
    }


def _limits(g: Array) -> tuple[float, Array]:
    """Seconds for all widths of LIMIT_WIDTHS, and the limits, NaN where they are 0, of WIDTHS, (9,)."""
    began = time.perf_counter()
    found = np.asarray(limits(g, LIMIT_WIDTHS))
    took = time.perf_counter() - began
    least = found[list(WIDTHS)]
    return took, np.where(least > EXACT * np.ptp(g), least, np.nan)


def _nets(activation: str, g: Array) -> tuple[float, float, Array]:
    """Seconds for the nets of all WIDTHS, seconds for the first of them, and their largest errors, (9,)."""
    began = time.perf_counter()
    sups, first = [], 0.0
    for net in construct(activation, target_of(g), WIDTHS):
        sups.append(net.sup)
        first = first or time.perf_counter() - began
    return time.perf_counter() - began, first, np.array(sups)


def _spread(seconds: list[float]) -> dict[str, float]:
    return {"seconds": statistics.median(seconds), "worst_seconds": max(seconds)}


def _row(activation: str, made: list[tuple[float, float, Array]], least: tuple[Array, ...]) -> dict[str, Any]:
    ratios = np.array([sups / limit for (_, _, sups), limit in zip(made, least, strict=True)])
    return {
        "activation": activation,
        "how": how(activation),
        **_spread([seconds for seconds, _, _ in made]),
        "first_seconds": statistics.median(first for _, first, _ in made),
        "ratios": [_ratio(width, values[np.isfinite(values)]) for width, values in zip(WIDTHS, ratios.T, strict=True)],
    }


def _ratio(width: int, values: Array) -> dict[str, Any]:
    some = len(values) > 0
    return {
        "width": width,
        "strokes": len(values),
        "median": float(np.median(values)) if some else None,
        "worst": float(np.max(values)) if some else None,
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The result as text."""
    limit, whole = result["limit"], result["all_nets"]
    way = "compiled" if limit["compiled"] else "in plain Python"
    found = [
        f"universality, over {result['strokes']} random strokes (median, worst; yardstick "
        f"{result['yardstick_seconds']:.3f} s)",
        f"the exact limit at {limit['widths']} widths, {way}: {limit['seconds']:.3f} s, {limit['worst_seconds']:.3f} s",
        f"nets of {len(WIDTHS)} widths to {WIDTHS[-1]}, {', '.join(row['activation'] for row in result['nets'])}: "
        f"{whole['seconds']:.2f} s, {whole['worst_seconds']:.2f} s",
        f"{'largest error ÷ limit of ReLU nets, W =':38}" + "".join(f"{width:>14}" for width in WIDTHS),
    ]
    for row in result["nets"]:
        start = f"  {row['activation']}, {row['seconds']:.2f} s, first net {1e3 * row['first_seconds']:.1f} ms"
        found.append(f"{start:38}" + "".join(map(_cell, row["ratios"])))
    return found


def _cell(ratio: dict[str, Any]) -> str:
    return f"{'exact' if ratio['median'] is None else _number(ratio['median']) + '/' + _number(ratio['worst']):>14}"


def _number(value: float) -> str:
    return f"{value:.4f}" if 0.9 < value < 1.5 else f"{value:.3g}"
