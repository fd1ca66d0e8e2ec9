"""The strip of numbers over the drawing surface."""

from __future__ import annotations

import math

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from mlpviz.views.kit.controls import key_label
from mlpviz.views.kit.mathtext import MathLabel
from mlpviz.views.kit.numbers import NONE, error_text, measured_percent
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.fit import Fit

HEADLINE = 22
GAP, LEAST_GAP = 16, 5  # pixels between two numbers
# What the limit is one of: its words and its tooltip.
LIMITS = {
    "own": (
        "limit for ReLU at this W",
        "Lim(W): no net of this width and activation has a smaller largest error, in units of g.",
    ),
    "others'": (
        "ReLU limit, no bound here",
        "Lim(W): no ReLU net of this width has a smaller largest error. Nets of this activation can go below.",
    ),
    "jump's": ("limit: half the jump", "No continuous net, of whatever width and activation, comes closer to a jump."),
}


class Number(QLineEdit):
    """A number to read, in large type. A line edit that cannot be edited: on Linux a QLabel with a name hides its text.

    Its width is that of the longest text it may show.
    """

    def __init__(self, theme: Theme, name: str, longest: str, token: str = "ink", *, bold: bool = True) -> None:
        super().__init__(NONE)
        self._theme, self._longest, self._token, self._bold = theme, longest, token, bold
        self._dimmed = False
        self.setReadOnly(True)
        self.setFrame(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_text(self, text: str, *, dimmed: bool = False, exact: float | None = None) -> None:
        """Show a number; dimmed when it is about a stale net. `exact` is told in the status line."""
        self.setStatusTip("" if exact is None else f"{exact:.12g}")
        if (text, dimmed) != (self.text(), self._dimmed):
            before = self.sizeHint()
            self._dimmed = dimmed
            self.setText(text)
            self.setAccessibleDescription(text)
            self.update()
            if self.sizeHint() != before:
                self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Room for the longest text that is usual, and for this one."""
        metrics = QFontMetricsF(self._theme.font(HEADLINE, bold=self._bold))
        wide = max(map(metrics.horizontalAdvance, (self._longest, self.text())))
        return QSize(round(wide) + 2, round(self._theme.px(26)))

    def minimumSizeHint(self) -> QSize:
        """Numbers are never cut off."""
        return self.sizeHint()

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """Paint the number, nothing else: no frame, no field."""
        painter = QPainter(self)
        painter.setFont(self._theme.font(HEADLINE, bold=self._bold))
        painter.setPen(self._theme.color("ink2" if self._dimmed or not self._bold else self._token))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), self.text())


class NumbersStrip(QWidget):
    """Width, largest error, its share of the range, RMS, and the limit of ReLU nets of this width."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._captions: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 2, 0, 0)
        range_ = "The largest error divided by the range of g, from its lowest to its highest value."
        rms = "The root of the mean squared error over the 512 samples of g, in units of g. Training makes this small."
        self.width_shown = self._add(
            MathLabel("W", theme, token="ink2"),
            Number(theme, "Width of the shown net", "1024", "accent"),
            "W: how many hidden units the net shown has.",
        )
        self.sup = self._add(
            key_label("largest error"),
            Number(theme, "Largest error of the shown net", "0.0·10⁻¹⁰"),
            "The largest distance between ĝ and g over all of [0, 1], in units of g.",
        )
        self.share = self._add(
            key_label("of the range"), Number(theme, "Largest error as a share of the range", "0.0·10⁻⁵ %"), range_
        )
        self.rms = self._add(
            key_label("RMS"), Number(theme, "RMS error of the shown net", "0.0·10⁻¹⁰", bold=False), rms
        )
        self._limit_word = key_label(LIMITS["own"][0])
        number = Number(theme, "Limit for ReLU at this width", "0.0·10⁻¹⁰", bold=False)
        self.limit = self._add(self._limit_word, number, LIMITS["own"][1])
        self._row.addStretch(1)
        self._fit_theme()
        theme.changed.connect(self._fit_theme)

    def _add(self, caption: QWidget, number: Number, tip: str) -> Number:
        column = QVBoxLayout()
        column.setSpacing(0)
        caption.setFixedHeight(round(self._theme.px(17)))
        for widget in (caption, number):
            widget.setToolTip(tip)
            column.addWidget(widget)
        self._captions.append(caption)
        self._row.addLayout(column)
        return number

    def figures(self) -> tuple[Number, ...]:
        """The numbers, from the left."""
        return (self.width_shown, self.sup, self.share, self.rms, self.limit)

    def _fit_theme(self) -> None:
        self._make_room()
        for caption in self._captions:
            caption.setFixedHeight(round(self._theme.px(17)))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The last number gives way where room is short."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Where room is short the gaps give way, then the last number."""
        columns = zip(self._captions, self.figures(), strict=True)
        wide = sum(max(part.sizeHint().width() for part in column) for column in columns)
        gaps = len(self._captions) - 1
        gap = min((self.width() - wide) // gaps, round(self._theme.px(GAP)))
        fits = gap >= self._theme.px(LEAST_GAP)
        self._row.setSpacing(gap if fits else round(self._theme.px(GAP)))
        for widget in (self.limit, self._limit_word):
            widget.setVisible(fits)

    def show_fit(
        self, fit: Fit | None, width: int, stale: bool, limit: float | None = None, whose: str = "own"
    ) -> None:
        """Show the numbers of a net of `width` units; None: it is not there yet.

        `limit`: what no net of this width comes below, None while it is not known; `whose`: a key of LIMITS.
        """
        at_work = f"\n{len(fit.units.place)} of {width} bend or lift ĝ within [0, 1]." if fit and fit.style else ""
        self.width_shown.setToolTip(f"W: how many hidden units the net shown has.{at_work}")
        self.width_shown.show_text(str(width))
        self.sup.show_text(error_text(fit.sup) if fit else NONE, dimmed=stale, exact=fit.sup if fit else None)
        share = measured_percent(fit.share) if fit and math.isfinite(fit.share) and fit.share < 100 else NONE
        self.share.show_text(share, dimmed=stale)
        self.rms.show_text(error_text(fit.rms) if fit else NONE, dimmed=stale, exact=fit.rms if fit else None)
        self.limit.show_text(NONE if limit is None else error_text(limit) if limit else "0, exact", exact=limit)
        word, tip = LIMITS[whose]
        if self._limit_word.text() != word:
            self._limit_word.setText(word)
        for widget in (self.limit, self._limit_word):
            widget.setToolTip(tip)
        self._make_room()
