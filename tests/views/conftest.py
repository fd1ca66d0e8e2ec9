"""What the view tests share."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QApplication

from mlpviz.views.kit.style import dress
from mlpviz.views.kit.theme import Theme


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """A light theme, the application dressed in it."""
    theme = Theme()
    dress(qapp, theme)
    return theme
