"""What the tests of the Universality page share: the page, where things are on the plane, and the mouse on it."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality import UniversalityPage

LEFT, RIGHT, NO = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier
Point = tuple[float, float]


def shown_page(session: Session, theme: Theme, qtbot: QtBot) -> UniversalityPage:
    """The page as large as in a window of 1280 pixels, on the screen."""
    page = UniversalityPage(session, theme)
    qtbot.addWidget(page)
    qtbot.addWidget(page.toolbar_widget())
    page.resize(1264, 712)
    page.show()
    qtbot.waitExposed(page)
    return page


def settle(session: Session, qtbot: QtBot) -> None:
    """Let everything come that follows from the document."""
    qtbot.waitUntil(lambda: session.deriving.idle and session.pictures.idle, timeout=60_000)
    qtbot.wait(30)
    qtbot.waitUntil(lambda: session.pictures.idle, timeout=60_000)


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
