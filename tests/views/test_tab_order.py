"""The Tab key on the Universality page goes as the eye does."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality import UniversalityPage
from mlpviz.views.window import MainWindow
from tests.views.drawing import shown_page


def chain(start: QWidget) -> list[str]:
    """The accessible names of all that the Tab key reaches from a widget on."""
    found, at = [], start
    while (at := at.nextInFocusChain()) is not start:
        if at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.focusProxy() is None and at.accessibleName():
            found.append(at.accessibleName())
    return found


def in_order(names: list[str], wanted: tuple[str, ...]) -> bool:
    places = [names.index(name) for name in wanted]
    return places == sorted(places)


def test_tab_goes_through_the_cards_from_the_left_and_down(session: Session, theme: Theme, qtbot: QtBot) -> None:
    page: UniversalityPage = shown_page(session, theme, qtbot)
    draw = ("Inputs of g", "Table of g", "Import function", "Clear function", "Pencil", "Polyline", "Formula of g")
    rest = ("Preset", "Smoothing", "Picture of the net", "Open in Lab", "Function", "Error measure", "Shown methods")
    assert in_order(chain(page), (*draw, *rest, "Error against width", "Tolerance", "Nets shown", "Width shown"))


def test_the_page_s_tools_come_before_the_page(window: MainWindow) -> None:
    window.show_page(1)
    tools = ("Pages", "Sweep", "Play widths", "Activation of the sweep", "Switch between light and dark")
    assert in_order(chain(window), (*tools, "Inputs of g", "Width shown"))
    window.session.look(inputs=2)
    names = chain(window)
    assert in_order(names, ("Pages", "Activation for two inputs", "Switch between light and dark"))
