"""The Universality workspace."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from mlpviz.document import edits
from mlpviz.experiments.sweep import METHODS
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.config import MAX_SEED
from mlpviz.session import Session
from mlpviz.views.kit.controls import Combo, WholeBox, key_label
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.theme import GAP, Theme
from mlpviz.views.universality.draw_card import DrawCard
from mlpviz.views.universality.error_card import ErrorCard
from mlpviz.views.universality.widths_card import WidthsCard


class SweepTools(QWidget):
    """The page's part of the toolbar: Sweep, activation, method, seed."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self.sweep = QPushButton("Sweep")
        self.sweep.setObjectName("train")
        self.sweep.setCheckable(True)
        self.sweep.setAccessibleName("Sweep")
        self.sweep.setToolTip("Train one net of each width to follow g. Again: cancel; finished nets stay.")
        self.sweep.setFixedWidth(104)
        self.sweep.clicked.connect(self._toggle)
        activation_label, method_label, seed_label = key_label("activation"), key_label("method"), key_label("seed")
        self.activation = Combo("Activation of the sweep", "The non-linearity f of the hidden units.", activation_label)
        self.activation.set_items([(key, row.name, row.sentence) for key, row in ACTIVATIONS.items()])
        self.activation.chosen.connect(lambda key: self._set("activation", key))
        self.method = Combo(
            "Method of the sweep", "How the nets are trained: full batch, from a random start.", method_label
        )
        self.method.set_items([(key, word, "") for key, word in METHODS.items()])
        self.method.chosen.connect(lambda key: self._set("method", key))
        self.seed = WholeBox("Seed of the sweep", "Draws the starting weights of every net.", 0, MAX_SEED)
        self.seed.setFixedWidth(64)
        self.seed.valueChanged.connect(lambda value: self._set("seed", value))
        seed_label.setBuddy(self.seed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.sweep, activation_label, self.activation, method_label, self.method, seed_label, self.seed):
            row.addWidget(widget)
        row.addStretch(1)
        self.activation.setFixedWidth(92)
        self.method.setFixedWidth(136)
        session.document_changed.connect(lambda changed: self._show() if "sweep" in changed else None)
        session.job_changed.connect(self._show)
        theme.changed.connect(self._show)
        self._show()

    def _toggle(self) -> None:
        if self._session.job == "sweep":
            self._session.cancel_sweep()
        else:
            self._session.start_sweep()
        self._show()

    def _set(self, field: str, value: object) -> None:
        self._session.edit(f"Sweep {field}", lambda d: edits.set_sweep(d, **{field: value}))

    def _show(self) -> None:
        spec, running = self._session.document.sweep, self._session.job == "sweep"
        self.activation.choose(spec.activation)
        self.method.choose(spec.method)
        self.seed.show_value(spec.seed)
        with QSignalBlocker(self.sweep):
            self.sweep.setChecked(running)
        self.sweep.setText("Cancel" if running else "Sweep")
        set_icon(self.sweep, "close" if running else "train", self._theme, "on_accent")


class UniversalityPage(QFrame):
    """Draw g at the left, error against width at the right, the widths below."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draw = DrawCard(session, theme)
        self.error = ErrorCard(session, theme)
        self.widths = WidthsCard(session, theme)
        self._tools = SweepTools(session, theme)
        upper = QSplitter(Qt.Orientation.Horizontal)
        upper.addWidget(self.draw)
        upper.addWidget(self.error)
        upper.setStretchFactor(0, 63)
        upper.setStretchFactor(1, 37)
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.addWidget(upper)
        whole.addWidget(self.widths)
        whole.setStretchFactor(0, 73)
        whole.setStretchFactor(1, 27)
        for splitter in (upper, whole):
            splitter.setHandleWidth(GAP)
            splitter.setChildrenCollapsible(False)
        upper.setSizes([790, 460])
        whole.setSizes([516, 190])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(whole)

    def toolbar_widget(self) -> QWidget:
        """What stands in the window's toolbar while this page is shown."""
        return self._tools

    def showEvent(self, event: QShowEvent | None) -> None:
        """A page that comes into sight shows the newest nets."""
        super().showEvent(event)
        self.draw.refresh()
        self.widths.refresh()
        self.error.refresh()
