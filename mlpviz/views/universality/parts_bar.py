"""What of the net is drawn: the net, its units' contributions, or sums of them; and its way into the Lab."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, QTimer, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from mlpviz.nn.layout import Array
from mlpviz.pictures.parts import ORDERS, PLACED
from mlpviz.views.kit.controls import CalmSlider, Combo, key_label
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.numbers import error_text
from mlpviz.views.kit.segments import Segments
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.method_words import net_choices
from mlpviz.views.universality.parts_items import CONTRIBUTIONS, NET, SUMS

_ANY = 1e9
SECONDS = 4.0  # that a whole sum takes to build up
SLOWEST, FASTEST = 350, 20  # ms between two units
# Below so many pixels at scale 1 words are short.
NARROW = 700
MODES = (
    (NET, "Net", "Net", "ĝ and its hidden units on the axis."),
    (CONTRIBUTIONS, "Contributions", "Parts", "What every hidden unit adds: the largest as curves around the mean."),
    (SUMS, "Partial sums", "Sums", "The sum of the first units; move the slider, or play, to let it grow."),
)


class PartsBar(QWidget):
    """Segments for the picture, a slider with a play button for partial sums, and Open in Lab.

    Signals:
        changed(): another picture, order or number of units is wanted.
        lab_asked(): the net is wanted in the Lab.
    """

    changed = pyqtSignal()
    lab_asked = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counted = "", ""  # short and long
        self._usual = "", ""  # of the usual width
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._grow)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.modes = Segments("Picture of the net", small=True)
        for _, word, short, tip in MODES:
            self.modes.add(word, tip, short=short)
        self.modes.chosen.connect(self._switched)
        row.addWidget(self.modes)
        self._add_sums(row)
        row.addStretch(1)
        self._beside_word = key_label("compare")
        tip = "Lay a net of the same width by another method over this one, dashed; of trained ones the first seed."
        self.beside = Combo("Net laid over it", tip, self._beside_word)
        row.addWidget(self._beside_word)
        row.addWidget(self.beside)
        self.lab = QPushButton("Open in Lab")
        self.lab.setObjectName("small")
        self.lab.setAccessibleName("Open in Lab")
        self.lab.setToolTip(
            "Put this net and g into the Lab: Train goes on from these weights,\nReset starts from random ones."
        )
        self.lab.clicked.connect(self.lab_asked)
        row.addWidget(self.lab)
        theme.changed.connect(self._fit_theme)
        self._fit_theme()
        self._show_sums()

    def _add_sums(self, row: QHBoxLayout) -> None:
        self.play = QPushButton()
        self.play.setObjectName("small")
        self.play.setCheckable(True)
        self.play.setAccessibleName("Build up the sum")
        self.play.setToolTip("Add one unit after another.")
        self.play.toggled.connect(self._set_playing)
        self.slider = CalmSlider("Units in the sum", "How many units the sum has; ← and → change it by one.")
        self.slider.setRange(0, 1)
        self.slider.setValue(1)  # the whole net to begin with
        self.slider.valueChanged.connect(self._slid)
        self.count_label = QLabel()
        self.count_label.setObjectName("sub")
        self.orders = Segments("Order of summing", small=True)
        self.orders.add("By place", "Units in the order of t = −c/u, from the left.", short="t")
        self.orders.add("Greedy", "Each next unit is the one that brings the sum closest to g.")
        self.orders.chosen.connect(lambda _: self.changed.emit())
        self._sums = (self.play, self.slider, self.count_label, self.orders)
        for widget in self._sums:
            row.addWidget(widget)

    def show_beside(self, method: str, activation: str) -> None:
        """Show which net is laid over the one shown; "" for none."""
        self.beside.set_items([("", "nothing", "Only the net shown."), *net_choices(activation)])
        self.beside.choose(method)

    # ---- what is wanted

    @property
    def mode(self) -> str:
        """NET, CONTRIBUTIONS or SUMS."""
        return MODES[self.modes.bar.currentIndex()][0]

    @property
    def order(self) -> str:
        """PLACED or GREEDY; contributions are always in the order of their places."""
        return ORDERS[self.orders.bar.currentIndex()] if self.mode == SUMS else PLACED

    @property
    def count(self) -> int:
        """How many units the sum has."""
        return self.slider.value()

    # ---- showing

    def show_units(self, width: int | None, rms: Array | None = None) -> None:
        """Tell how many units the net has, None for no net, and the RMS error of the sum shown.

        `rms`: that of the sums of 0, 1, … W units.
        """
        self.lab.setEnabled(width is not None)
        units = width or 1
        if self.slider.maximum() != units:
            whole = self.slider.value() == self.slider.maximum()
            with QSignalBlocker(self.slider):
                self.slider.setMaximum(units)
                if whole:
                    self.slider.setValue(units)
        words = f"{self.slider.value()} of {units}"
        self._counted = words, words if rms is None else f"{words} · RMS {error_text(float(rms[self.count]))}"
        most = f"{units} of {units}"
        self._usual = most, most if rms is None else f"{most} · RMS 0.0·10⁻⁰"
        self.slider.setAccessibleDescription(self._counted[1])
        self._make_room()
        self.slider.setPageStep(max(1, units // 8))

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Words are short where room is."""
        super().resizeEvent(a0)
        self._make_room()

    def _make_room(self) -> None:
        roomy, layout = self.width() >= self._theme.px(NARROW), self.layout()
        for worded, counted in ((roomy, roomy), (roomy, False), (False, False)):
            for segments in (self.modes, self.orders):
                segments.fit(_ANY if worded else 0, self._theme)
            self.count_label.setText(self._counted[counted])
            # Of one width whatever the numbers: what stands beside it keeps its place.
            usual = self._usual[counted]
            metrics = self.count_label.fontMetrics()
            wide = max(map(metrics.horizontalAdvance, (usual, self._counted[counted])))
            self.count_label.setFixedWidth(wide + 2)
            if layout is None:
                return
            layout.invalidate()
            if layout.totalSizeHint().width() <= self.width():
                return

    def _fit_theme(self) -> None:
        px = self._theme.px
        self.slider.setFixedWidth(round(px(84)))
        self.play.setFixedWidth(round(px(44)))
        self.beside.setFixedWidth(round(px(112)))
        set_icon(self.play, "pause" if self.play.isChecked() else "train", self._theme, "ink2")

    def _show_sums(self) -> None:
        for widget in self._sums:
            widget.setVisible(self.mode == SUMS)
        self._beside_word.setVisible(self.mode == NET)
        self.beside.setVisible(self.mode == NET)

    # ---- intents

    def _switched(self) -> None:
        if self.mode != SUMS:
            self.play.setChecked(False)
        self._show_sums()
        self.changed.emit()

    def _slid(self) -> None:
        self.changed.emit()

    def _set_playing(self, on: bool) -> None:
        self._fit_theme()
        if not on:
            self._timer.stop()
            return
        if self.slider.value() == self.slider.maximum():
            self.slider.setValue(0)
        self._timer.start(round(min(max(1000 * SECONDS / self.slider.maximum(), FASTEST), SLOWEST)))

    def _grow(self) -> None:
        self.slider.setValue(self.slider.value() + 1)
        if self.slider.value() >= self.slider.maximum():
            self.play.setChecked(False)
