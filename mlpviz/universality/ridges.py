"""Sums of ridge functions b + Σ aᵢ f(uᵢ·s + cᵢ) of two inputs, and units to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.painted import SIDE, points
from mlpviz.nn.activations import Activation, activation_named
from mlpviz.nn.calls import run
from mlpviz.nn.layout import Array, frozen

STEEPEST = 100.0  # |u|, per unit of s: a tanh rises within two samples
LARGEST = 1e30  # values of a candidate that are worked with
DEPENDENT = 1e-4  # a candidate with less than this share of its square left is a sum of the units that are there
SMALLEST = 1e-15  # values of a candidate, relative to its mean square, that count
SLOPES = (0.7, 1.6, 3.5, 8.0, 18.0, 40.0)
WAVES = ((0.0, 18.0, 1.2), (18.0, 60.0, 3.5))  # frequencies per unit of s: from, to, how far apart
PHASES = (0.0, np.pi / 3, 2 * np.pi / 3)
SYMMETRIC = ("identity", "sigmoid", "tanh", "softsign", "sin", "gaussian", "square", "cube")

Floats = NDArray[np.float32]


@lru_cache(maxsize=1)
def places() -> Array:
    """s = 2x − 1 of the samples and a row of ones, (3, SIDE²)."""
    return frozen(np.concatenate([2 * points().T - 1, np.ones((1, SIDE * SIDE))]))


@lru_cache(maxsize=1)
def thin() -> NDArray[np.int64]:
    """The samples that candidates are compared on: every second one, as on a chessboard."""
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    return np.flatnonzero((row + column) % 2 == 0).astype(np.int64)


def columns(row: Activation, p: Array, s: Array) -> tuple[Array, Array]:
    """z = u·s + c of units p (W, 3) at s (3, n), (W, n), and φ = f(z) with a row of ones below it, (W + 1, n)."""
    z = p @ s
    phi = np.empty((len(p) + 1, s.shape[1]))
    run(row.apply_program(z, phi[:-1]))
    phi[-1] = 1.0
    return z, phi


def held(p: Array) -> Array:
    """Units p (W, 3) with none steeper than STEEPEST; those that are become less steep where they are."""
    steep = np.hypot(p[:, 0], p[:, 1])
    return p * np.minimum(1.0, STEEPEST / np.maximum(steep, STEEPEST))[:, None]


def atoms(row: Activation, symmetric: bool) -> Array:
    """Candidates for units, (N, 3), some 2,500: directions, slopes and places across the square.

    Args:
        symmetric: f(−t) is ±f(t) but for a constant, so that half of all directions suffice.
    """
    made = []
    for slope in (1.0,) if row.kinked else SLOPES:
        around = 40 if row.kinked else round(float(np.clip(6 + 4 * slope**0.5, 8, 28)))
        across = 40 if row.kinked else round(float(np.clip(3 + slope, 6, 30)))
        if not symmetric:
            across //= 2
        for angle in np.arange(around if symmetric else 2 * around) * (np.pi / around):
            u = slope * np.array([np.cos(angle), np.sin(angle)])
            far = float(np.abs(u).sum())
            made += [(*u, -c) for c in np.linspace(-far, far, across + 2)[1:-1]]
    return np.array(made)


def waves() -> Array:
    """Candidates for sines, (N, 3): low frequencies closely, high ones less so, each with three phases."""
    made = []
    for least, most, apart in WAVES:
        steps = np.arange(-np.floor(most / apart), np.floor(most / apart) + 1) * apart
        u = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).reshape(-1, 2)
        size = np.hypot(u[:, 0], u[:, 1])
        ahead = (u[:, 0] > 0) | ((u[:, 0] == 0) & (u[:, 1] > 0))
        made += [(*row, c) for row in u[ahead & (size > least) & (size <= most)] for c in PHASES]
    return np.array(made)


@dataclass(frozen=True, eq=False, slots=True)
class Dictionary:
    """Candidates on the thinned samples.

    Attributes:
        atoms: (N, 3). columns: (N, n) their values. gram: (N, N) columns · columnsᵀ.
    """

    atoms: Array
    columns: Floats
    gram: Floats


@lru_cache(maxsize=1)
def dictionary(activation: str) -> Dictionary:
    """The candidates of an activation that can be worked with."""
    row = activation_named(activation)
    found = waves() if activation == "sin" else atoms(row, activation in SYMMETRIC)
    with np.errstate(all="ignore"):
        # Single precision tells candidates apart, in a third of the time.
        values = row((found @ places()[:, thin()]).astype(np.float32))
        size = np.abs(values).max(axis=1, keepdims=True)
        good = (size[:, 0] < LARGEST) & (size[:, 0] > 0)
        found, values = found[good], values[good] / size[good]
        values /= np.sqrt(np.mean(values * values, axis=1, keepdims=True))
        values[np.abs(values) < SMALLEST] = 0.0
    return Dictionary(frozen(found), frozen(values), frozen(values @ values.T))


def chosen(known: Dictionary, phi: Array, residual: Array, count: int) -> Array:
    """Of the candidates those, at most so many, that take most off the residual: orthogonal least squares.

    Each is the one that, with the best output weights of all units, leaves the least square (Chen, Cowan & Grant 1991).

    Args:
        phi: (W + 1, SIDE²) columns of the units that are there. residual: (SIDE²,) what they leave.
    """
    basis = np.linalg.qr(phi[:, thin()].T)[0].astype(np.float32)
    left = residual[thin()].astype(np.float32)
    left -= basis @ (basis.T @ left)
    whole = np.einsum("ii->i", known.gram)
    start = basis.shape[1]
    inside = np.empty((len(known.atoms), start + count), np.float32)
    inside[:, :start] = known.columns @ basis
    apart = whole - np.einsum("ij,ij->i", inside[:, :start], inside[:, :start])
    along = known.columns @ left
    picked: list[int] = []
    for place in range(start, start + count):
        score = np.where(apart > DEPENDENT * whole, along**2 / np.maximum(apart, np.float32(1e-30)), -1.0)
        best = int(np.argmax(score)) if len(score) else -1
        if best < 0 or not score[best] > 0:
            break
        size = np.sqrt(apart[best])
        new = (known.gram[:, best] - inside[:, :place] @ inside[best, :place]) / size
        inside[:, place] = new
        along = along - new * (along[best] / size)
        apart = apart - new * new
        apart[best] = -1.0
        picked.append(best)
    return known.atoms[picked]
