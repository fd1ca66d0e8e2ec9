r"""Formulas painted at once: a small part of TeX, set in STIX Two Math.

Understood: letters (italic), digits, x_1, x^2, h_2^{(2)} (stacked), \tilde y, \hat y, \bar y, \vec x, \frac{a}{b},
\sqrt{a}, \text{words}, \mathrm{max}, function names (\log, \tanh, …), Greek letters and the symbols of SYMBOLS.
Unicode may be written directly (η, ‖, ∈). Spaces separate commands only; `\,` and `\ ` make room.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from PyQt6.QtCore import QPointF, QRectF, QSize, QSizeF
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from mlpviz.views.kit.mathparse import BINARY, Node, parse, plain
from mlpviz.views.kit.theme import FAMILY, MATH_FAMILY, Theme

SCRIPT = 0.70  # size of a script to its base
ACCENT_GAP = 0.08
__all__ = ["MathLabel", "measure", "paint_math", "plain"]


@dataclass
class Box:
    """A laid-out piece: glyph runs and rules relative to its baseline's left end; pixels."""

    width: float = 0.0
    ascent: float = 0.0
    descent: float = 0.0
    runs: list[tuple[float, float, str, QFont]] = field(default_factory=list)
    rules: list[tuple[QPointF, QPointF, float]] = field(default_factory=list)

    def put(self, other: Box, x: float, y: float) -> None:
        """Place another box with its baseline at (x, y), y downwards."""
        self.runs += [(x + dx, y + dy, text, font) for dx, dy, text, font in other.runs]
        move = QPointF(x, y)
        self.rules += [(a + move, b + move, width) for a, b, width in other.rules]
        self.width = max(self.width, x + other.width)
        self.ascent = max(self.ascent, other.ascent - y)
        self.descent = max(self.descent, other.descent + y)

    def append(self, other: Box, gap: float = 0.0) -> None:
        """Place another box behind this one."""
        self.put(other, self.width + gap, 0.0)


def _font(px: float, words: bool = False) -> QFont:
    font = QFont(FAMILY if words else MATH_FAMILY)
    font.setPixelSize(max(1, round(px)))
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    return font


def _glyphs(text: str, px: float, words: bool = False) -> Box:
    font = _font(px, words)
    ink = _ink(text, font)
    width = QFontMetricsF(font).horizontalAdvance(text)
    return Box(width, max(-ink.top(), 0.0), max(ink.bottom(), 0.0), [(0.0, 0.0, text, font)])


def _ink(text: str, font: QFont) -> QRectF:
    path = QPainterPath()  # the font metrics' "tight" rectangle reaches down to the baseline
    path.addText(QPointF(0, 0), font, text)
    return path.boundingRect()


def _scripts(node: Node, px: float) -> Box:
    base = _row(node.parts[0], px)
    small = px * SCRIPT
    box = Box()
    box.put(base, 0, 0)
    # Italic letters lean: a superscript stands a little further right than a subscript.
    lean = 0.09 * px if node.parts[0] and node.parts[0][-1].kind == "letter" else 0.03 * px
    if node.parts[1]:
        sub = _row(node.parts[1], small, tight=True)
        box.put(
            sub, base.width + 0.02 * px, max(0.20 * px, base.descent + 0.02 * px) + (0.06 * px if node.parts[2] else 0)
        )
    if node.parts[2]:
        sup = _row(node.parts[2], small, tight=True)
        box.put(sup, base.width + lean, -max(0.38 * px, base.ascent - 0.28 * px))
    box.width += 0.04 * px
    return box


def _accent(node: Node, px: float) -> Box:
    base = _row(node.parts[0], px)
    mark = _glyphs(node.text, px)
    ink = _ink(node.text, _font(px))
    box = Box()
    box.put(base, 0, 0)
    x = base.width / 2 - ink.center().x() + 0.07 * px
    y = -(base.ascent + ACCENT_GAP * px) - ink.bottom()
    box.put(mark, x, y)
    box.width = base.width
    return box


def _fraction(node: Node, px: float) -> Box:
    top, bottom = _row(node.parts[0], px * 0.86), _row(node.parts[1], px * 0.86)
    width = max(top.width, bottom.width) + 0.2 * px
    axis = -0.26 * px
    box = Box()
    box.put(top, (width - top.width) / 2, axis - 0.14 * px - top.descent)
    box.put(bottom, (width - bottom.width) / 2, axis + 0.14 * px + bottom.ascent)
    box.rules.append((QPointF(0, axis), QPointF(width, axis), max(1.0, 0.06 * px)))
    box.width = width
    return box


def _root(node: Node, px: float) -> Box:
    inner = _row(node.parts[0], px)
    sign = _glyphs("√", px)
    top = -max(inner.ascent + 0.12 * px, sign.ascent)
    box = Box()
    box.put(sign, 0, 0)
    box.put(inner, sign.width, 0)
    box.rules.append((QPointF(sign.width - 0.03 * px, top), QPointF(box.width, top), max(1.0, 0.06 * px)))
    box.ascent = max(box.ascent, -top + 1)
    return box


def _box(node: Node, px: float) -> Box:
    match node.kind:
        case "scripts":
            return _scripts(node, px)
        case "accent":
            return _accent(node, px)
        case "frac":
            return _fraction(node, px)
        case "sqrt":
            return _root(node, px)
        case "group":
            return _row(node.parts[0], px)
        case "words":
            return _glyphs(node.text, px * 0.9, words=True)
        case "space":
            return Box(float(node.text) * px)
        case _:
            return _glyphs(node.text, px)


def _row(nodes: tuple[Node, ...], px: float, tight: bool = False) -> Box:
    box = Box()
    for place, node in enumerate(nodes):
        before = nodes[place - 1] if place else None
        # A sign at the start or behind another operator belongs to its number.
        binary = node.kind == "operator" and before is not None and before.kind not in ("operator", "open", "comma")
        gap = 0.22 * px if not tight and (binary or _after_binary(nodes, place)) else 0.0
        if before is not None and before.kind == "comma" and not tight:
            gap = 0.18 * px
        if before is not None and not gap and _beside_name(before, node):
            gap = 0.16 * px
        box.append(_box(node, px), gap)
    return box


def _beside_name(before: Node, node: Node) -> bool:
    """Whether a function's name needs room: log x, y log x, but log(x)."""
    apart = ("letter", "digit", "scripts", "accent", "frac", "name")
    return "name" in (before.kind, node.kind) and node.kind in apart and before.kind in apart


def _after_binary(nodes: tuple[Node, ...], place: int) -> bool:
    if place == 0 or nodes[place - 1].kind != "operator":
        return False
    if nodes[place - 1].text not in BINARY:
        return True  # relations stand apart on both sides even at the start
    return place >= 2 and nodes[place - 2].kind not in ("operator", "open", "comma")


@lru_cache(maxsize=2048)
def _laid_out(text: str, px: float) -> Box:
    return _row(parse(text), px)


def measure(text: str, px: float) -> tuple[float, float, float]:
    """Width, ascent above and descent below the baseline, in pixels."""
    box = _laid_out(text, px)
    return box.width, box.ascent, box.descent


def paint_math(
    painter: QPainter, x: float, y: float, text: str, px: float, color: QColor, align: str = "left"
) -> QRectF:
    """Paint a formula with its baseline at `y`; returns the rectangle it covers.

    `align` says what of it stands at `x`: its "left" end, "center" or "right" end. `px` is the letters' size.
    """
    box = _laid_out(text, px)
    left = x - {"left": 0.0, "center": box.width / 2, "right": box.width}[align]
    painter.save()
    painter.setPen(color)
    for dx, dy, run, font in box.runs:
        painter.setFont(font)
        painter.drawText(QPointF(left + dx, y + dy), run)
    origin = QPointF(left, y)
    for start, end, width in box.rules:
        height = QPointF(0, width / 2)
        painter.fillRect(QRectF(origin + start - height, origin + end + height), color)
    painter.restore()
    return QRectF(left, y - box.ascent, box.width, box.ascent + box.descent)


class MathLabel(QWidget):
    """A formula as a label. `text()` is its source, the accessible name its plain form unless another is set."""

    def __init__(
        self,
        text: str,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        px: float | str = "formula",
        token: str = "ink",
    ) -> None:
        super().__init__(parent)
        self._theme, self._px, self._token = theme, px, token
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_text(text)
        theme.changed.connect(self._changed)

    def text(self) -> str:
        """The formula's source."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another formula."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(plain(text))
            self._changed()

    def _changed(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The formula's size, with the line height of its letters at least."""
        px = self._theme.px(self._px)
        width, ascent, descent = measure(self._text, px)
        return QSizeF(width + 3, max(ascent, 0.9 * px) + max(descent, 0.3 * px) + 1).toSize()

    def minimumSizeHint(self) -> QSize:
        """A formula is never cut off."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint it with the baseline where that of plain letters would be."""
        px = self._theme.px(self._px)
        _, ascent, descent = measure(self._text, px)
        above, below = max(ascent, 0.9 * px), max(descent, 0.3 * px)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token = self._token if self.isEnabled() else "ink2"
        y = (self.height() - above - below) / 2 + above
        paint_math(painter, 1, y, self._text, px, self._theme.color(token))
