"""What the Universality page shows of the session: one place that says which net belongs to which width."""

from __future__ import annotations

from dataclasses import dataclass

from mlpviz.experiments.sweep import sweep_network
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.session import Session


@dataclass(frozen=True, eq=False, slots=True)
class WidthState:
    """The newest net of one width: θ, its errors, how far its training is (1: finished)."""

    theta: Array
    network: Network
    sup: float
    rms: float
    fraction: float


def state_of(session: Session, width: int) -> WidthState | None:
    """The newest net of a width; None where there is none."""
    live = session.sweep_live.get(width)
    if live is not None and live.point is None and session.job == "sweep":
        network = sweep_network(width, session.document.sweep.activation)
        return WidthState(live.theta, network, live.sup, live.rms, live.fraction)
    results = session.results
    if results is None:
        return None
    for point in reversed(results.points):
        if point.width == width:
            return WidthState(point.theta, sweep_network(width, point.activation), point.sup, point.rms, 1.0)
    return None
