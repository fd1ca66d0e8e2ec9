"""The menu of a unit in the diagram: what can be locked there; and what is locked, for its marks."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu, QWidget

from mlpviz.document.locking import set_locked
from mlpviz.nn.layout import layout
from mlpviz.nn.locks import Lock, fits, locked_mask
from mlpviz.session import Session

LOCKED = r"\text{locked: training leaves it alone}"


@lru_cache(maxsize=8)
def locked_units(locks: tuple[Lock, ...], sizes: tuple[int, ...]) -> frozenset[tuple[int, int]]:
    """The units (layer, unit) all of whose parameters are locked."""
    mask = locked_mask(tuple(lock for lock in locks if fits(lock, sizes)), sizes)
    return frozenset(
        (layer, int(unit))
        for layer, matrix in enumerate(layout(sizes).matrices(mask))
        for unit in np.flatnonzero(np.asarray(matrix.all(axis=1)))
    )


def toggle_unit(session: Session, layer: int, unit: int) -> None:
    """Lock a unit's weights and bias, or unlock them where all of them are locked."""
    document = session.document
    units = locked_units(document.training.locked, document.network.sizes)
    on = (layer, unit) not in units
    session.edit("Lock unit" if on else "Unlock unit", lambda d: set_locked(d, [Lock(layer, unit)], on))


def unit_menu(session: Session, parent: QWidget, layer: int, unit: int) -> QMenu:
    """Lock or unlock the unit, or its layer."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    document = session.document
    units = locked_units(document.training.locked, document.network.sizes)
    every = {(layer, each) for each in range(document.network.sizes[layer + 1])} <= units
    for words, lock, locked in (
        ("this unit's weights", Lock(layer, unit), (layer, unit) in units),
        ("this layer's weights", Lock(layer), every),
    ):
        action = QAction(f"{'Unlock' if locked else 'Lock'} {words}", menu)
        action.setToolTip(
            "Let training change them again." if locked else "Training leaves locked weights as they are."
        )
        action.triggered.connect(
            lambda checked=False, lock=lock, on=not locked: session.edit(
                "Lock weights" if on else "Unlock weights", lambda d: set_locked(d, [lock], on)
            )
        )
        menu.addAction(action)
    return menu
