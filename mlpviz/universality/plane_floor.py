"""What no width can better for functions of two inputs: polynomial activations span polynomials of their degree."""

from __future__ import annotations

import numpy as np
from numpy.polynomial import legendre

from mlpviz.data.painted import points
from mlpviz.universality.degrees import degree
from mlpviz.universality.target import Target


def plane_floor(activation: str, target: Target) -> float | None:
    """The least RMS error over the samples that a polynomial of the activation's degree has, in units of g.

    No net of the activation has less, whatever its width. None where the activation is no polynomial.
    """
    found = degree(activation)
    if found is None:
        return None
    s1, s2 = 2 * points().T - 1
    values = legendre.legvander2d(s1, s2, [found, found]).reshape(len(s1), found + 1, found + 1)
    basis = np.linalg.qr(np.stack([values[:, i, j] for i in range(found + 1) for j in range(found + 1 - i)], axis=1))[0]
    left = target.unit - basis @ (basis.T @ target.unit)
    return target.half * float(np.sqrt(np.mean(left * left)))
