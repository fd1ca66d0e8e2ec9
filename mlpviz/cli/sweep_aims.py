"""What a sweep reaches for: a function of one input or two, and what is known of it without any net."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mlpviz.cli.functions import function_named, plane_named
from mlpviz.cli.output import figure
from mlpviz.cli.parsing import option
from mlpviz.data.painted import Painted, default_painted
from mlpviz.data.strokes import SAMPLES, Drawn, default_function, jump, smoothed
from mlpviz.errors import UserError, check_number
from mlpviz.universality.minlink import limits
from mlpviz.universality.plane_floor import plane_floor
from mlpviz.universality.polynomial import floor
from mlpviz.universality.target import Target, target_of

NO_LIMIT = "No exact limit is known for functions of two inputs: better nets of the same width may exist."


@dataclass(frozen=True, eq=False, slots=True)
class Aim:
    """A function g.

    Attributes:
        inputs: 1 or 2. target: its samples. jump: the largest step between neighbours as a share of the range.
        notes: what is to be said of it.
    """

    inputs: int
    target: Target
    jump: float
    notes: tuple[str, ...] = ()

    def limit(self, widths: Sequence[int]) -> list[dict[str, Any]]:
        """Lim(W) for each width; empty for two inputs, of which none is known."""
        if self.inputs != 1:
            return []
        every = sorted(set(widths))
        return [{"width": w, "sup": float(sup)} for w, sup in zip(every, limits(self.target.g, every), strict=True)]

    def floors(self, activations: Sequence[str]) -> dict[str, float]:
        """The largest error that each polynomial activation keeps at any width; of two inputs the RMS error."""
        of: Callable[[str], float | None] = self._plane_floor if self.inputs == 2 else self._floor
        found = {activation: of(activation) for activation in dict.fromkeys(activations)}
        return {activation: least for activation, least in found.items() if least is not None}

    def _floor(self, activation: str) -> float | None:
        found = floor(activation, self.target.g)
        return None if found is None else found.sup

    def _plane_floor(self, activation: str) -> float | None:
        return plane_floor(activation, self.target)

    def lines(self, activations: Sequence[str], widths: Sequence[int]) -> list[str]:
        """The same in words."""
        found = []
        if {"relu", "leaky_relu"} & set(activations) and self.inputs == 1:
            rows = self.limit(widths)
            figures = ", ".join(f"{figure(row['sup'])} at {row['width']:,}" for row in rows if row["sup"] > 0)
            exact = [row["width"] for row in rows if row["sup"] == 0]
            if figures:
                found.append(f"no ReLU net has less than {figures}")
            if exact:
                found.append(f"a polyline of {exact[0] + 1:,} pieces is exact")
        what = "less" if self.inputs == 1 else "an RMS of less"
        for activation, least in self.floors(activations).items():
            found.append(f"no {activation} net has {what} than {figure(least)}, however wide")
        return found

    def result(self, activations: Sequence[str], widths: Sequence[int]) -> dict[str, Any]:
        """What JSON says of it."""
        g, floors = self.target.g, self.floors(activations)
        known = {"floor": floors} if self.inputs == 1 else {"floor": {}, "floor_rms": floors}
        told = {"samples": len(g), "range": [float(g.min()), float(g.max())], "jump": self.jump}
        return {"limit": self.limit(widths), **known, "function": told}


def aim(arguments: argparse.Namespace) -> Aim:
    """What --function, --smooth and --dimension name. Raises UserError."""
    return _plane(arguments) if arguments.dimension == 2 else _line(arguments)


def _line(arguments: argparse.Namespace) -> Aim:
    with option("--function"):
        drawn, note = (default_function(), "") if arguments.function is None else function_named(arguments.function)
    if arguments.smooth is not None:
        with option("--smooth"):
            check_number(arguments.smooth, 0, SAMPLES / 4, "The smoothing σ")
        drawn = replace(drawn, smooth=arguments.smooth)
    return _line_aim(drawn, note)


def _line_aim(drawn: Drawn, note: str) -> Aim:
    return Aim(1, target_of(smoothed(drawn)), jump(drawn), (note,) if note else ())


def _plane(arguments: argparse.Namespace) -> Aim:
    if arguments.smooth is not None:
        raise UserError("--smooth: a function of two inputs is taken as it is; leave the option out.")
    with option("--function"):
        painted, note = (default_painted(), "") if arguments.function is None else plane_named(arguments.function)
    return Aim(2, target_of(painted.samples.ravel()), _step(painted), (*([note] if note else []), NO_LIMIT))


def _step(painted: Painted) -> float:
    """The largest step between neighbouring samples as a share of the range; 0 for a constant."""
    span = float(np.ptp(painted.samples))
    steps = (np.abs(np.diff(painted.samples, axis=axis)).max() for axis in (0, 1))
    return float(max(steps)) / span if span > 0 else 0.0
