"""Every colour, size and colour map of the window. No literal colour stands anywhere else."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QColor, QFont

GAP, PAD = 8, 12  # between cards; inside a card
SPACES = (4, 8, 12, 16)
RADIUS = {"card": 8, "button": 6, "field": 5, "pill": 4}
# Pixels at 96 dpi and scale 1.
SIZES = {"tick": 11, "note": 12, "body": 13, "number": 16, "headline": 20, "title": 19, "formula": 15}
FAMILY = "Inter"
MATH_FAMILY = "STIX Two Math"

# Names: window/panel/sunk are grounds; ink is what is given, accent what the net makes or the user chose,
# neg/pos are signs and classes, only ever signs and classes.
LIGHT = {
    "window": "#F1F3F5", "panel": "#FFFFFF", "sunk": "#F6F7F9", "raised": "#FFFFFF", "field": "#FFFFFF",
    "tip": "#24292F", "tip_ink": "#FFFFFF", "ink": "#1B1F24", "ink2": "#57606A", "line": "#DADFE4", "grid": "#E9ECEF",
    "edge": "#7F8893", "neg": "#D55E00", "pos": "#0072B2", "accent": "#00796B", "on_accent": "#FFFFFF",
    "accent_soft": "#DDF1EE", "gd": "#8C1D5C", "rf": "#8A6D00", "con": "#7F8893", "warn": "#B3261E",
}  # fmt: skip
DARK = {
    "window": "#101317", "panel": "#191D23", "sunk": "#14181D", "raised": "#242A32", "field": "#20252C",
    "tip": "#323943", "tip_ink": "#F2F4F7", "ink": "#E8EBEF", "ink2": "#A3ADB8", "line": "#323943", "grid": "#272D35",
    "edge": "#76818D", "neg": "#F0803C", "pos": "#4FA8E0", "accent": "#3FC1A5", "on_accent": "#08231D",
    "accent_soft": "#15362F", "gd": "#F2B4D4", "rf": "#D8B84A", "con": "#7F8A96", "warn": "#FF8A80",
}  # fmt: skip
# Classes 0, 1 are − and +; more classes: the rest of Okabe–Ito, darkened or lightened to 3:1 on the panel.
CLASSES_LIGHT = ("#D55E00", "#0072B2", "#008F68", "#B5578C", "#9A7B00", "#2B87B8")
CLASSES_DARK = ("#F0803C", "#4FA8E0", "#2FBF95", "#D98FB8", "#E2C044", "#7CC8F0")
CLASS_SYMBOLS = ("t1", "o", "s", "d", "star", "p")  # pyqtgraph's: ▲ ● ■ ◆ ★ ⬟
DIVERGING_LIGHT = "AB4A00 C37444 D89F7E ECCDBC FFFFFF CDD6E1 99B3CC 6293BD 0875B5"
DIVERGING_DARK = "EA6F20 B05E2C 7C4A2D 4B3528 191D23 323D46 3F5E74 4281AA 2EA7E9"
SEQUENTIAL_LIGHT = "FFFFFF D1E7C8 9AD2A0 58BF85 0EA778 0E8B6F 0A7062 035752 003D3F"
SEQUENTIAL_DARK = "191D23 1C3A38 00574D 00735A 0A8F62 0EAD60 58C75E 99DE6B D4F68A"


def _table(points: str) -> NDArray[np.uint8]:
    rgb = np.array([[int(p[i : i + 2], 16) for i in (0, 2, 4)] for p in points.split()], dtype=float)
    at = np.linspace(0, len(rgb) - 1, 256)
    return np.stack([np.interp(at, np.arange(len(rgb)), rgb[:, k]) for k in range(3)], axis=1).round().astype(np.uint8)


@cache
def lookup(kind: str, dark: bool, gain: float = 1.0) -> NDArray[np.uint8]:
    """A (256, 3) uint8 colour table: "diverging" (−1 … +1), "sequential" (0 … 1, from the background on) or "luminous"
    (0 … 1, from dark to light, so that the picture of a photograph is no negative of it).

    `gain` below 1 uses only the middle (diverging) or the start (sequential) of the map: 1 for unit tiles, 0.5 for
    planes that carry points, 0.34 for lecture planes.
    """
    points = globals()[f"{'DIVERGING' if kind == 'diverging' else 'SEQUENTIAL'}_{'DARK' if dark else 'LIGHT'}"]
    table = _table(points)[:: -1 if kind == "luminous" and not dark else 1]
    t = np.linspace(-gain, gain, 256) * 0.5 + 0.5 if kind == "diverging" else np.linspace(0, gain, 256)
    chosen: NDArray[np.uint8] = table[np.clip((t * 255).round().astype(int), 0, 255)]
    return chosen


class Theme(QObject):
    """The theme in force. Widgets ask it when they paint and listen to `changed`.

    Attributes:
        dark: whether the dark set is in force.
        scale: factor on fonts, pens and marks; 1.6 in a presentation.
    """

    changed = pyqtSignal()

    def __init__(self, dark: bool = False, scale: float = 1.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.dark = dark
        self.scale = scale

    def set(self, *, dark: bool | None = None, scale: float | None = None) -> None:
        """Change the theme; emits `changed` when something differs."""
        new = (self.dark if dark is None else dark, self.scale if scale is None else scale)
        if new != (self.dark, self.scale):
            self.dark, self.scale = new
            self.changed.emit()

    def hex(self, token: str) -> str:
        """A token's colour as "#RRGGBB"."""
        return (DARK if self.dark else LIGHT)[token]

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        """A token's colour, `alpha` from 0 to 1."""
        color = QColor(self.hex(token))
        color.setAlphaF(alpha)
        return color

    def class_color(self, index: int) -> QColor:
        """The colour of class `index`; the symbol is CLASS_SYMBOLS[index]."""
        colors = CLASSES_DARK if self.dark else CLASSES_LIGHT
        return QColor(colors[index % len(colors)])

    def lookup(self, kind: str, gain: float = 1.0) -> NDArray[np.uint8]:
        """`lookup` for the theme in force."""
        return lookup(kind, self.dark, gain)

    def px(self, size: float | str) -> float:
        """Pixels of a size (a number or a name of SIZES) at the scale in force."""
        return (SIZES[size] if isinstance(size, str) else size) * self.scale

    def font(
        self, size: float | str = "body", *, bold: bool = False, math: bool = False, italic: bool = False
    ) -> QFont:
        """A font; digits are tabular."""
        font = QFont(MATH_FAMILY if math else FAMILY)
        font.setPixelSize(max(1, round(self.px(size))))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        font.setItalic(italic)
        if not math and hasattr(font, "setFeature"):
            font.setFeature(QFont.Tag(b"tnum"), 1)
        return font
