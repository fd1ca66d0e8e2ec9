"""The names of the curves on the drawing surface, each beside its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from mlpviz.nn.layout import Array
from mlpviz.pictures.universality import label_place
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.overlay import paint_label, paint_word


@dataclass(frozen=True, eq=False, slots=True)
class Named:
    """A curve with its name: its key, the text, x and y (n,) of its points, its colour, and whether it is a formula."""

    key: str
    text: str
    x: Array
    y: Array
    token: str
    formula: bool = True


class CurveLabels:
    """Keeps every label where it is as long as that is nearly as clear as the best place.

    Attributes:
        places: of each key the label's centre, in pixels of the plane.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.places: dict[str, tuple[float, float]] = {}

    def forget(self, key: str | None = None) -> None:
        """Look for another place for one label, or for all."""
        if key is None:
            self.places.clear()
        else:
            self.places.pop(key, None)

    def paint(
        self, painter: QPainter, plane: QRectF, span: tuple[float, float], curves: Sequence[Named], taken: list[Array]
    ) -> None:
        """Paint the names.

        Args:
            span: the vertical range of the plane. taken: (k, 2) places in pixels of the plane to keep off.
        """
        theme, taken = self._theme, list(taken)
        size, ground = (plane.width(), plane.height()), theme.color("panel", 0.85)
        lines = [_pixels(curve, plane, span) for curve in curves]
        for curve, own in zip(curves, lines, strict=True):
            others = [line for line in lines if line is not own]
            place = label_place(own, [*others, *taken], size, self.places.get(curve.key), off=theme.px(17))
            self.places[curve.key] = place
            aside = theme.px(1) * np.array([-24.0, -12.0, 0.0, 12.0, 24.0])
            taken.append(np.stack([place[0] + aside, np.full(5, place[1])], axis=1))
            at, color = plane.topLeft() + QPointF(*place), theme.color(curve.token)
            if curve.formula:
                paint_label(painter, at, curve.text, theme.px(17), color, ground)
            else:
                paint_word(painter, at, curve.text, theme.font("body"), color, ground)


def _pixels(curve: Named, plane: QRectF, span: tuple[float, float]) -> Array:
    """A curve in pixels of the plane, at 129 places, those outside left out."""
    at = np.linspace(0.0, 1.0, 129)
    low, high = span
    down = (high - np.interp(at, curve.x, curve.y)) / (high - low) * plane.height()
    points = np.stack([at * plane.width(), down], axis=1)
    inside: Array = points[(down > -40) & (down < plane.height() + 40)]
    return inside if len(inside) else points
