"""Nothing in the window overlaps or is cut off, at any size, text size and theme."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLabel, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from mlpviz.views.kit.theme import Theme
from mlpviz.views.window import MainWindow
from tests.views.shell import action, settle


def cut_off(window: MainWindow) -> list[str]:
    """Labels and controls in sight that have less room than they need."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, (QLabel, QAbstractButton, QComboBox, QAbstractSpinBox)):
            continue
        if type(widget).__name__ in ("ElidedLabel", "QAbstractButton") or isinstance(widget.parent(), QTabBar):
            continue
        least = widget.minimumSizeHint()
        name = widget.accessibleName() or getattr(widget, "text", str)()
        if (
            isinstance(widget, QLabel)
            and widget.maximumWidth() > 0
            and not widget.wordWrap()
            and widget.width() < least.width() - 1
        ):
            found.append(f"{name}: {widget.width()} < {least.width()} wide")
        if widget.height() < min(least.height(), 16):
            found.append(f"{name}: {widget.height()} < {least.height()} high")
        parent = widget.parentWidget()
        if parent is None or parent.objectName() == "qt_scrollarea_viewport":
            continue
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
            found.append(f"{name}: sticks out of its {type(parent).__name__}")
    return found


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("size", [(1024, 700), (1280, 800), (1920, 1080)])
def test_nothing_overlaps_or_is_cut_off(
    window: MainWindow, theme: Theme, qtbot: QtBot, size: tuple[int, int], scale: float, dark: bool
) -> None:
    theme.set(dark=dark, scale=scale)
    window.resize(*size)
    settle(window, qtbot)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    lab = window.page(0)
    cards = [lab.data, lab.training, lab.diagram, lab.representation, lab.tables, lab.output, lab.loss]  # type: ignore[attr-defined]
    places = [card.rect().translated(card.mapTo(window, card.rect().topLeft())) for card in cards]
    for i, place in enumerate(places):
        assert not any(place.intersects(other) for other in places[:i]), cards[i]
        if scale == 1:
            assert window.rect().contains(place), cards[i]
    if scale == 1 or size[0] >= 1280:
        assert not lab._scroll.horizontalScrollBar().isVisible()  # type: ignore[attr-defined]
    found = cut_off(window)
    for _ in range(100):  # layouts settle in the event loop
        if not (found := cut_off(window)):
            break
        qtbot.wait(20)
    assert found == []


def test_the_layout_is_remembered_and_reset(window: MainWindow) -> None:
    lab = window.page(0)
    assert lab.sizes() == []  # type: ignore[attr-defined]
    usual = lab._right.sizes()  # type: ignore[attr-defined]
    lab._right.setSizes([300, 400])  # type: ignore[attr-defined]
    lab._right.splitterMoved.emit(300, 1)  # type: ignore[attr-defined]
    kept = lab.sizes()  # type: ignore[attr-defined]
    assert len(kept) == 4
    action(window, "Reset layout").trigger()
    assert lab._right.sizes() == usual  # type: ignore[attr-defined]
    lab.restore_sizes(kept)  # type: ignore[attr-defined]
    assert lab.sizes() == kept  # type: ignore[attr-defined]
