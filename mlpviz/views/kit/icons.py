"""The icons of resources/icons, in a colour of the theme."""

from __future__ import annotations

from functools import cache

from PyQt6.QtCore import QObject, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer
from PyQt6.QtWidgets import QAbstractButton

from mlpviz.paths import resources
from mlpviz.views.kit.theme import Theme

SIZE = 16


@cache
def _source(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def svg(name: str, color: QColor) -> bytes:
    """An icon's SVG in one colour."""
    return _source(name).replace("currentColor", color.name()).encode()


def pixmap(name: str, color: QColor, px: float = SIZE, ratio: float = 1.0) -> QPixmap:
    """An icon as a square picture, `px` wide, for a screen of `ratio` device pixels a pixel."""
    picture = QPixmap(round(px * ratio), round(px * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(svg(name, color)).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(name: str, theme: Theme, token: str = "ink", px: float = SIZE) -> QIcon:
    """An icon in the colour of a token, crisp up to twice the size."""
    result = QIcon()
    for ratio in (1.0, 2.0):
        result.addPixmap(pixmap(name, theme.color(token), theme.px(px), ratio))
    return result


class _Follower(QObject):
    """Lives with its button and draws its icon anew when the theme changes."""

    def __init__(self, button: QAbstractButton, theme: Theme) -> None:
        super().__init__(button)
        self._button, self._theme = button, theme
        self.name, self.token = "", "ink"
        theme.changed.connect(self.apply)

    def apply(self) -> None:
        """Draw the icon."""
        size = round(self._theme.px(SIZE))
        self._button.setIcon(icon(self.name, self._theme, self.token))
        self._button.setIconSize(QSize(size, size))


def set_icon(button: QAbstractButton, name: str, theme: Theme, token: str = "ink") -> None:
    """Give a button an icon that follows the theme; again with another name replaces it."""
    follower = button.findChild(_Follower) or _Follower(button, theme)
    if (follower.name, follower.token) != (name, token):
        follower.name, follower.token = name, token
        follower.apply()
