"""Finds controls by the names that assistive technology knows."""

from __future__ import annotations

from typing import TypeVar

from PyQt6.QtWidgets import QWidget

T = TypeVar("T", bound=QWidget)


def named(parent: QWidget, kind: type[T], name: str) -> T:
    """The one widget of this kind with this accessible name."""
    found = [widget for widget in parent.findChildren(kind) if widget.accessibleName() == name]
    assert len(found) == 1, f"{len(found)} × {name}"
    return found[0]
