"""Sums of ridge functions b + Σ aᵢ f(uᵢ·x + cᵢ) of two inputs as a family for variable projection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.nn.activations import Activation
from mlpviz.nn.calls import run
from mlpviz.nn.layout import Array

DIRECTIONS = 24  # of the atoms, over half a turn
LENGTHS = (1.5, 3.0, 6.0, 12.0, 24.0, 48.0)  # of their u
OFFSETS = 17  # of their ridges, from corner to corner
LONGEST = 200.0  # ‖u‖: at its steepest a tanh rises within a sample or two
FARTHEST = 1.0  # u and c change by so many times 1 + ‖u‖ in a step at most


@dataclass(frozen=True, eq=False, slots=True)
class Ridge:
    """Units f(u·x + c); parameters u₁, u₂ and c, (W, 3).

    Attributes:
        x: (n, 2). row: f.
    """

    x: Array
    row: Activation

    def on(self, x: Array) -> Ridge:
        return Ridge(x, self.row)

    def _z(self, p: Array) -> Array:
        z: Array = p[:, :2] @ self.x.T
        z += p[:, 2, None]
        return z

    def columns(self, p: Array) -> Array:
        phi = np.empty((len(p) + 1, len(self.x)))
        run(self.row.apply_program(self._z(p), phi[:-1]))
        phi[-1] = 1.0
        return phi

    def moves(self, p: Array, phi: Array, coef: Array) -> Array:
        width = len(p)
        out = np.empty((3, width, len(self.x)))
        run(self.row.slope_program(self._z(p), phi[:-1], out[2]))
        out[2] *= coef[:-1, None]
        np.multiply(out[2], self.x[:, 0], out=out[0])
        np.multiply(out[2], self.x[:, 1], out=out[1])
        return out.reshape(3 * width, len(self.x))

    def moved(self, p: Array, step: Array) -> Array:
        size = FARTHEST * (1 + np.hypot(p[:, 0], p[:, 1]))[:, None]
        new = p + np.clip(step.reshape(3, -1).T, -size, size)
        length = np.hypot(new[:, 0], new[:, 1])
        new *= np.minimum(1.0, LONGEST / np.maximum(length, LONGEST))[:, None]
        return new

    def atoms(self) -> Array:
        """Ridges in all directions, of all steepnesses; of both signs, as f need not be odd, on alternate offsets."""
        rows = []
        for turn in range(2 * DIRECTIONS):
            angle = np.pi * turn / DIRECTIONS
            u = np.array([np.cos(angle), np.sin(angle)])
            corners = np.array([0.0, u[0], u[1], u.sum()])
            places = np.linspace(corners.min(), corners.max(), OFFSETS + 2)[1:-1]
            for length in LENGTHS:
                first = (turn // DIRECTIONS) % 2
                rows += [(*(length * u), -length * place) for place in places[first::2]]
        return np.array(rows)
