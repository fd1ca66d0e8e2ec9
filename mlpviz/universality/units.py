"""Sums of units b + Σ aᵢ f(uᵢ x + cᵢ) of one activation as a family for variable projection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.nn.activations import Activation
from mlpviz.nn.calls import run
from mlpviz.nn.layout import Array, layout
from mlpviz.universality.search import Fit
from mlpviz.universality.target import Built

FARTHEST = 2.0  # log |u| changes by at most so much in a step
FLATTEST, STEEPEST = 0.03, 400.0  # |u|, per unit of x: at its steepest a tanh rises within two or three samples


@dataclass(frozen=True, eq=False, slots=True)
class Units:
    """Units f(s eᵖ x − q); parameters p, q and the sign s, which stays, (W, 3).

    Attributes:
        x: (n,). row: f. signs: those that atoms have.
    """

    x: Array
    row: Activation
    signs: tuple[float, ...] = (1.0,)

    def on(self, x: Array) -> Units:
        return Units(x, self.row, self.signs)

    def _z(self, p: Array) -> Array:
        z: Array = (np.exp(p[:, 0]) * p[:, 2])[:, None] * self.x
        z -= p[:, 1, None]
        return z

    def columns(self, p: Array) -> Array:
        phi = np.empty((len(p) + 1, len(self.x)))
        run(self.row.apply_program(self._z(p), phi[:-1]))
        phi[-1] = 1.0
        return phi

    def moves(self, p: Array, phi: Array, coef: Array) -> Array:
        width = len(p)
        out = np.empty((2, width, len(self.x)))
        run(self.row.slope_program(self._z(p), phi[:-1], out[1]))
        out[1] *= -coef[:-1, None]
        np.multiply(out[1], -self.x, out=out[0])
        out[0] *= (np.exp(p[:, 0]) * p[:, 2])[:, None]
        return out.reshape(2 * width, len(self.x))

    def moved(self, p: Array, step: Array) -> Array:
        width = len(p)
        new = p.copy()
        new[:, 0] += np.clip(step[:width], -FARTHEST, FARTHEST)
        np.clip(new[:, 0], np.log(FLATTEST), np.log(STEEPEST), out=new[:, 0])
        new[:, 1] += step[width:]
        return new

    def atoms(self) -> Array:
        rows = []
        for u in np.geomspace(1.5, STEEPEST, 9):
            places = np.linspace(-0.05, 1.05, int(np.clip(3 * u, 12, 192)))
            for sign in self.signs:
                rows += [(np.log(u), sign * u * place, sign) for place in places]
        return np.array(rows)


def weights(fit: Fit, width: int) -> tuple[Array, Array, Array, float]:
    """u, c, a (width,) and b of a fit of `Units`; spare units do nothing: their a is 0."""
    made = len(fit.p)
    u, c, a = np.ones(width), np.zeros(width), np.zeros(width)
    u[:made] = np.exp(fit.p[:, 0]) * fit.p[:, 2]
    c[:made] = -fit.p[:, 1]
    a[:made] = fit.coef[:-1]
    return u, c, a, float(fit.coef[-1])


def parameters(net: Built) -> Array:
    """The parameters that `weights` made the units of, (W', 3), those without effect left out."""
    (u, c), (a, _) = layout(net.network.sizes).weights(net.theta)
    used = (u[:, 0] != 0) & (a[0] != 0)
    slope = u[used, 0]
    return np.stack([np.log(np.abs(slope)), -c[used], np.sign(slope)], axis=1)
