"""The strip of numbers over the maps of two inputs."""

from __future__ import annotations

import math

import numpy as np
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from mlpviz.experiments.planed import PlaneNet
from mlpviz.nn.layout import Array
from mlpviz.views.kit.controls import key_label
from mlpviz.views.kit.labels import ElidedLabel
from mlpviz.views.kit.mathtext import MathLabel
from mlpviz.views.kit.numbers import NONE, error_text, measured_percent
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.numbers_strip import Number

NO_LIMIT = "no exact limit is known for two inputs"
NO_LIMIT_TIP = (
    "For one input the least largest error of every width is known exactly. For two inputs nobody knows it: "
    "these nets are what greedy ridge functions and training find, others may be better."
)


class PlaneNumbers(QWidget):
    """Width, RMS error, its share of the range, largest error; and that no limit is known."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 2, 0, 0)
        self.width_shown = self._add(
            MathLabel("W", theme, token="ink2"),
            Number(theme, "Width of the shown net of two inputs", "1024", "accent"),
            "W: how many hidden units, that is ridge functions, the net shown has.",
        )
        rms = "The root of the mean squared error over the 64 × 64 samples of g, in units of g."
        self.rms = self._add(key_label("RMS"), Number(theme, "RMS error of two inputs", "0.0·10⁻¹⁰"), rms)
        share = "The RMS error divided by the range of g, from its lowest to its highest value."
        self.share = self._add(key_label("of the range"), Number(theme, "RMS as a share", "0.0·10⁻⁵ %"), share)
        sup = "The largest distance between ĝ and g, in units of g: looked for at 4 places a cell and axis."
        self.sup = self._add(
            key_label("largest error"), Number(theme, "Largest error of two inputs", "0.0·10⁻¹⁰", bold=False), sup
        )
        self.limit = ElidedLabel(NO_LIMIT)
        self.limit.setObjectName("sub")
        self.limit.setToolTip(NO_LIMIT_TIP)
        self._row.addWidget(self.limit, 1)
        theme.changed.connect(self._fit_theme)
        self._fit_theme()

    def _add(self, caption: QLabel | MathLabel, number: Number, tip: str) -> Number:
        column = QVBoxLayout()
        column.setSpacing(0)
        caption.setFixedHeight(round(self._theme.px(17)))
        for widget in (caption, number):
            widget.setToolTip(tip)
            column.addWidget(widget)
        self._row.addLayout(column)
        return number

    def _fit_theme(self) -> None:
        self._row.setSpacing(round(self._theme.px(16)))

    def show_net(self, net: PlaneNet | None, width: int, g: Array, stale: bool) -> None:
        """Show the numbers of a net for g (n, n); None: it is not there yet."""
        self.width_shown.show_text(str(width))
        if net is None:
            for number in (self.rms, self.share, self.sup):
                number.show_text(NONE)
            return
        span = float(np.ptp(g))
        share = net.rms / span if span > 0 else math.nan
        self.rms.show_text(error_text(net.rms), dimmed=stale, exact=net.rms)
        self.share.show_text(measured_percent(share) if math.isfinite(share) else NONE, dimmed=stale)
        self.sup.show_text(error_text(net.sup), dimmed=stale, exact=net.sup)
