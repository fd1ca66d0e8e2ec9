"""∇L of the weights shown, computed aside when a tip asks for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mlpviz.data.spec import Dataset
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.pictures.gradient import full_gradient
from mlpviz.session import Session

Asked = tuple[Network, Dataset, TrainingConfig, Array]


class Gradients:
    """The newest gradient; while a run goes on it is some frames old, as all pictures are.

    Args:
        key: of its requests.
        arrived: called when a newer one is there than `newest` gave.
    """

    def __init__(self, session: Session, key: str, arrived: Callable[[], object]) -> None:
        self._session, self._key, self._arrived = session, key, arrived
        self._asked: Asked | None = None
        self._found: tuple[Asked, Array] | None = None
        self._asking = False

    def newest(self) -> Array | None:
        """∇_θ, flat, of the live weights; None while it is not there yet."""
        session = self._session
        live, dataset, config = session.live, session.dataset, session.document.training
        if live.network.inputs != dataset.inputs or not len(dataset.train):
            return None
        now = (live.network, dataset, config, live.theta)
        if self._asked is None or any(a is not b for a, b in zip(self._asked, now, strict=True)):
            self._asked, self._asking = now, True
            session.pictures.request(self._key, partial(_computed, now), self._receive)
            self._asking = False
        if self._found is None:
            return None
        of, flat = self._found
        settings = all(a is b for a, b in zip(of[:3], now[:3], strict=True))
        fits = settings and (of[3] is live.theta or session.job == "train")
        return flat if fits else None

    def _receive(self, found: tuple[Asked, Array]) -> None:
        self._found = found
        if not self._asking:
            self._arrived()


def _computed(now: Asked) -> tuple[Asked, Array]:
    network, dataset, config, theta = now
    return now, full_gradient(network, theta, dataset, config)
