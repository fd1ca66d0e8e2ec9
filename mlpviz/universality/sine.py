"""Nets of sines: W frequencies, each with the best amplitude and phase."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mlpviz.nn.layout import Array, layout
from mlpviz.universality.breeding import Breeding
from mlpviz.universality.search import Effort, Fit, ladder, nets_of, quickly
from mlpviz.universality.target import Built, Target, built

HIGHEST = 1200.0  # u, per unit of x: some two samples to a radian
SPACING = 5.3  # of the frequencies that a quick search starts from: waves of a somewhat longer interval


@dataclass(frozen=True, eq=False, slots=True)
class Waves:
    """A unit is A sin(p x) + B cos(p x), which is one sine with a phase; parameters p, (W, 1). x: (n,)."""

    x: Array

    def on(self, x: Array) -> Waves:
        return Waves(x)

    def columns(self, p: Array) -> Array:
        width = len(p)
        phi = np.empty((2 * width + 1, len(self.x)))
        z = p * self.x
        np.sin(z, out=phi[:width])
        np.cos(z, out=phi[width:-1])
        phi[-1] = 1.0
        return phi

    def moves(self, p: Array, phi: Array, coef: Array) -> Array:
        width = len(p)
        out: Array = coef[:width, None] * phi[width:-1]
        out -= coef[width:-1, None] * phi[:width]
        out *= self.x
        return out

    def moved(self, p: Array, step: Array) -> Array:
        return np.clip(p + np.clip(step, -20.0, 20.0)[:, None], 0.05, HIGHEST)

    def atoms(self) -> Array:
        return np.concatenate([np.arange(0.25, 30.0, 0.75), np.arange(30.0, 700.0, 1.8)])[:, None]


def effort(width: int) -> Effort:
    """What is spent on a width."""
    if width <= 4:
        return Effort(16, 8, 40, 6, 20, 2, 3, polished=True)
    if width <= 16:
        return Effort(16, 8, 40, 6, 20, 2, 3, polished=True, children=30 if width <= 8 else 60)
    if width <= 32:
        return Effort(4, 10, 40, 6, 20, 2, 4, polished=True)
    return Effort(4, 10, 20, 0, 15, 2, polished=width <= 128)


def build(
    activation: str, target: Target, widths: Sequence[int], stopping: Callable[[], bool] = lambda: False
) -> Iterator[Built]:
    """The nets of these widths, narrow ones first."""
    wanted = sorted(set(widths))
    fits = ladder(Waves, target, wanted, effort, stopping, kind=Breeding)
    return nets_of(activation, target, wanted, fits, weights)


def quick(activation: str, target: Target, width: int, before: Built | None = None) -> Built:
    """One net at once, from the one of the previous frame."""
    began = time.perf_counter()
    p = np.zeros((0, 1)) if before is None else parameters(before)
    if len(p) < width:
        p = np.concatenate([p, SPACING * (np.arange(len(p), width) + 0.5)[:, None]])
    fit = quickly(Waves, target, width, p, 0)
    return built(activation, *weights(fit, width), target, time.perf_counter() - began)


def parameters(net: Built) -> Array:
    """The frequencies of a net, (W', 1), those without effect left out."""
    (u, _), (a, _) = layout(net.network.sizes).weights(net.theta)
    frequencies: Array = np.abs(u[(u[:, 0] != 0) & (a[0] != 0)])
    return frequencies


def weights(fit: Fit, width: int) -> tuple[Array, Array, Array, float]:
    """u, c, a (width,) and b of a fit of `Waves`; spare units do nothing: their a is 0."""
    made = len(fit.p)
    u, c, a = np.ones(width), np.zeros(width), np.zeros(width)
    sines, cosines = fit.coef[:made], fit.coef[made:-1]
    u[:made] = fit.p[:, 0]
    c[:made] = np.arctan2(cosines, sines)
    a[:made] = np.hypot(sines, cosines)
    return u, c, a, float(fit.coef[-1])
