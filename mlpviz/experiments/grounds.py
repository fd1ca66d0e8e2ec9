"""What nets are trained and measured on, by how many inputs they have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mlpviz.data.painted import SIDE, points
from mlpviz.data.strokes import SAMPLES, grid
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.universality.errors import errors, plane_errors
from mlpviz.universality.target import plane_network, sweep_network


@dataclass(frozen=True, slots=True)
class Ground:
    """Functions of so many inputs.

    Attributes:
        count: samples of one. places: makes where they lie, (count, inputs). network: makes the net of W units of f.
        errors: largest and RMS error of a net and its θ against samples (count,).
    """

    count: int
    places: Callable[[], Array]
    network: Callable[[int, str], Network]
    errors: Callable[[Network, Array, Array], tuple[float, float]]


GROUNDS = {
    1: Ground(SAMPLES, lambda: grid()[:, None], sweep_network, errors),
    2: Ground(SIDE * SIDE, points, plane_network, plane_errors),
}
