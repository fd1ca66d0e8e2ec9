"""What the tests of drawing share: where things are on the plane, and the mouse on it."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtTest import QTest

from mlpviz.views.universality import UniversalityPage

LEFT, RIGHT, NO = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier
Point = tuple[float, float]


def pixel(page: UniversalityPage, x: float, y: float) -> QPoint:
    """A place of the plane in whole pixels."""
    return page.draw.plot.to_pixels(x, y).toPoint()


def drag(page: UniversalityPage, points: Sequence[Point], *, lift: bool = True) -> list[Point]:
    """Draw with the mouse; returns where the pointer really was, in the plane's coordinates."""
    plot = page.draw.plot
    pixels = [pixel(page, *point) for point in points]
    places = [plot.to_plane(QPointF(place)) for place in pixels]
    target = plot.viewport()
    QTest.mousePress(target, LEFT, NO, pixels[0])
    for place in pixels[1:]:
        QTest.mouseMove(target, place)
    if lift:
        QTest.mouseRelease(target, LEFT, NO, pixels[-1])
    return places


def click(page: UniversalityPage, x: float, y: float, button: Qt.MouseButton = LEFT) -> Point:
    """Click on a place of the plane; returns where it really was."""
    at = pixel(page, x, y)
    QTest.mouseClick(page.draw.plot.viewport(), button, NO, at)
    return page.draw.plot.to_plane(QPointF(at))
