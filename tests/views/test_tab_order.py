"""The Tab key goes through the panels in the order of sight."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from mlpviz.document import edits
from mlpviz.views.window import MainWindow
from tests.views.shell import settle


def walked(window: MainWindow, panel: QWidget) -> list[QWidget]:
    """What the Tab key reaches inside a panel, from its first control on."""
    for widget in panel.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            widget.setFocus()
            break
    seen: list[QWidget] = []
    for _ in range(120):
        focus = QApplication.focusWidget()
        assert focus is not None
        if panel.isAncestorOf(focus):
            if focus in seen:
                break
            seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    return seen


@pytest.mark.parametrize("key", ["data", "training"])
def test_tab_goes_row_by_row_from_left_to_right(window: MainWindow, qtbot, key: str) -> None:
    window.session.look(more=("data", "training"))
    window.session.edit("Own", lambda d: edits.set_features(d, ("x1", "x2", "x1^3")))
    window.resize(1280, 1400)
    settle(window, qtbot)
    qtbot.wait(50)
    panel = getattr(window.page(0), key)
    seen = walked(window, panel)
    places = {w: w.mapTo(panel, QPoint(0, w.height() // 2)) for w in seen}
    first = min(seen, key=lambda w: (places[w].y() // 14, places[w].x()))
    start = seen.index(first)
    order = seen[start:] + seen[:start]
    names = [w.accessibleName() for w in order]
    for one, other in pairwise(order):
        a, b = places[one], places[other]
        assert b.y() > a.y() + 8 or (abs(b.y() - a.y()) <= 8 and b.x() > a.x()), names
    if key == "data":
        assert names.index("Own feature") < names.index("Standardise features")
        assert names.index("Noise slider") + 1 == names.index("Noise") == names.index("Rows slider") - 1
