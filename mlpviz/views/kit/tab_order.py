"""The Tab key goes through a panel as the eye does: row by row, from left to right."""

from __future__ import annotations

from itertools import pairwise

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QLayout, QWidget


def in_sight_order(widget: QWidget) -> list[QWidget]:
    """The widgets inside that the Tab key reaches, as their layouts arrange them."""
    layout = widget.layout()
    if layout is not None:
        return _in_layout(layout)
    inside = [child for child in widget.children() if isinstance(child, QWidget) and not child.isWindow()]
    return [found for child in sorted(inside, key=lambda child: (child.y(), child.x())) for found in _of(child)]


def _of(widget: QWidget) -> list[QWidget]:
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return [widget]  # what it is made of belongs to it
    return in_sight_order(widget)


def _in_layout(layout: QLayout) -> list[QWidget]:
    places = range(layout.count())
    if isinstance(layout, QGridLayout):
        places = sorted(places, key=lambda place: layout.getItemPosition(place)[:2])  # type: ignore[assignment]
    found: list[QWidget] = []
    for place in places:
        item = layout.itemAt(place)
        inner, widget = (item.layout(), item.widget()) if item is not None else (None, None)
        found += _in_layout(inner) if inner is not None else _of(widget) if widget is not None else []
    return found


def order_tabs(widget: QWidget) -> None:
    """Make the Tab key go through what is inside in the order of sight."""
    for first, then in pairwise(in_sight_order(widget)):
        QWidget.setTabOrder(first, then)
