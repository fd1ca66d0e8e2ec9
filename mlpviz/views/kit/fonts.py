"""The fonts in resources/fonts, loaded once an application."""

from __future__ import annotations

from PyQt6.QtGui import QFontDatabase

from mlpviz.paths import resources

_loaded: list[int] = []


def load_fonts() -> None:
    """Make Inter and STIX Two Math known to Qt; needs a QGuiApplication. Again is free."""
    if not _loaded:
        paths = sorted((resources() / "fonts").glob("*.?tf"))
        _loaded.extend(QFontDatabase.addApplicationFont(str(path)) for path in paths)
