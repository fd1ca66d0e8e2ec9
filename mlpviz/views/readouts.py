"""The figures of the run in the toolbar: large, of fixed width, readable by assistive technology."""

from __future__ import annotations

import re

import numpy as np
from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFontMetricsF
from PyQt6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from mlpviz.document.history import COLUMNS
from mlpviz.experiments.training import Figures
from mlpviz.nn.layout import Array
from mlpviz.session import Session
from mlpviz.views.kit.controls import key_label
from mlpviz.views.kit.numbers import epoch_text, figure_text, percent
from mlpviz.views.kit.stroke import Stroke
from mlpviz.views.kit.theme import Theme

SPACING = 12
LOSS, SHARE = "0.0e-00", "100.0 %"  # the widest that a figure usually is: columns stay where they are
EPOCH_TIP = "Epochs done: how often every training row was used."
BACK = "epoch · weights of {}"
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class ValueLabel(QLineEdit):
    """A number to read. A line edit that cannot be edited: a QLabel with a name would hide its text on Linux.

    It has room for `widest`, and makes more for good when a longer number comes; then it emits `grown()`.
    """

    grown = pyqtSignal()

    def __init__(self, name: str, tip: str, widest: str, theme: Theme) -> None:
        super().__init__("–")
        self.setObjectName("value")
        self.setReadOnly(True)
        self.setFrame(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setTextMargins(-2, 0, 0, 0)
        self._widest, self._theme = widest, theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(self._theme.font(19, bold=True))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Room for the longest number."""
        metrics = QFontMetricsF(self._theme.font(19, bold=True))
        return QSize(round(metrics.horizontalAdvance(self._widest)) + 6, round(metrics.height()))

    def minimumSizeHint(self) -> QSize:
        """Never cut off."""
        return self.sizeHint()

    def show_text(self, text: str) -> None:
        """Show a number's text."""
        if text != self.text():
            self._make_room(text)
            self.setText(text)
            self.setAccessibleDescription(text)

    def _make_room(self, text: str) -> None:
        # Every digit taken for the widest, so that the width follows the number's length, not its value.
        widest = re.sub(r"\d", "0", text)
        metrics = QFontMetricsF(self._theme.font(19, bold=True))
        if metrics.horizontalAdvance(widest) > metrics.horizontalAdvance(self._widest):
            self._widest = widest
            self.updateGeometry()
            self.grown.emit()


class Readouts(QWidget):
    """Epoch, losses and accuracies of the run as it stands; `grown()` says that they need more room."""

    grown = pyqtSignal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self._blocks: dict[str, QWidget] = {}
        self._captions: dict[str, QLabel] = {}
        self._short = False
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(SPACING)
        self.epoch = self._add("epoch", "Epoch", EPOCH_TIP, "10,000")
        words = "L on all {} rows at the present weights; the penalty is not in it."
        self.train_loss = self._add("train loss", "Training loss", words.format("training"), LOSS, False)
        self.test_loss = self._add("test loss", "Test loss", words.format("test"), LOSS, True)
        words = "The share of {} rows that the network puts into the right class."
        self.train_accuracy = self._add("train accuracy", "Training accuracy", words.format("training"), SHARE)
        self.test_accuracy = self._add("test accuracy", "Test accuracy", words.format("test"), SHARE)
        session.updated.connect(self.refresh)
        session.document_changed.connect(self._changed)
        session.job_changed.connect(self.refresh)
        self.refresh()

    def _add(self, words: str, name: str, tip: str, widest: str, dashed: bool | None = None) -> ValueLabel:
        block = QWidget()
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setSpacing(5)
        if dashed is not None:
            top.addWidget(Stroke(self._theme, dashed))
        caption = key_label(words)
        top.addWidget(caption)
        top.addStretch(1)
        value = ValueLabel(name, tip, widest, self._theme)
        value.grown.connect(self.grown)
        caption.setToolTip(tip)
        column.addLayout(top)
        column.addWidget(value)
        self._line.addWidget(block)
        self._blocks[name], self._captions[name] = block, caption
        return value

    def losses_left(self) -> int:
        """Where the first loss begins, in pixels."""
        return self._blocks["Training loss"].x()

    def show_training_accuracy(self, shown: bool) -> None:
        """Leave it out where room is short: the test accuracy says more."""
        self._blocks["Training accuracy"].setVisible(shown)

    def width_needed(self, training_accuracy: bool) -> int:
        """Pixels needed, with the training accuracy or without."""
        blocks = [b for name, b in self._blocks.items() if training_accuracy or name != "Training accuracy"]
        return sum(block.sizeHint().width() + SPACING for block in blocks) - SPACING

    def _changed(self, changed: frozenset[str]) -> None:
        if changed & {"data", "network", "state", "function", "training"}:
            self.refresh()

    def refresh(self) -> None:
        """Show the newest figures: the last epoch's while training, those of the present weights otherwise."""
        live = self._session.live
        self.epoch.show_text(epoch_text(live.epoch))
        if self._tell_weights(live.weights_of):
            self.grown.emit()
        if self._session.job == "train":
            if len(live.history.rows):
                self._show(live.history.rows[-1])
            return
        network, theta, dataset = live.network, live.theta, self._session.dataset
        config = self._session.document.training

        def compute() -> Array:
            return Figures(network, dataset, config)(theta, live.epoch)

        self._session.pictures.request("readouts", compute, self._measured)

    def shorten(self, short: bool) -> None:
        """Use shorter words where room is short."""
        if short != self._short:
            self._short = short
            self._tell_weights(self._session.live.weights_of)

    def _back(self, epoch: str) -> str:
        return f"epoch · θ{epoch.translate(SUBSCRIPTS)}" if self._short else BACK.format(epoch)

    def _tell_weights(self, back: int | None) -> bool:
        """Beside the epoch the one whose weights these are, where an early stop went back; room for that in time.

        Returns whether the words or their room are others than before.
        """
        caption, config = self._captions["Epoch"], self._session.document.training
        words = "epoch" if back is None else self._back(epoch_text(back))
        told = "" if back is None else f"The run stopped early: the weights are those of epoch {epoch_text(back)}."
        stops = config.patience is not None or back is not None
        longest = max((self._back("000"), words), key=len)
        room = caption.fontMetrics().horizontalAdvance(longest) + 1 if stops else 0
        if words == caption.text() and room == caption.minimumWidth():
            return False
        caption.setText(words)
        caption.setMinimumWidth(room)
        for layout in self._blocks["Epoch"].findChildren(QBoxLayout):
            layout.invalidate()  # the toolbar asks for the width before Qt does so
        self.epoch.setToolTip(" ".join(filter(None, (told, EPOCH_TIP))))
        self.epoch.setStatusTip(told)
        caption.setToolTip(self.epoch.toolTip())
        return True

    def _measured(self, row: Array) -> None:
        if self._session.job != "train":
            self._show(row)

    def _show(self, row: Array) -> None:
        figures = dict(zip(COLUMNS, map(float, row), strict=True))
        train, test = figures["train_loss"], figures["test_loss"]
        for part in ("train", "test"):  # which class is right says nothing where ŷ is no number
            if not np.isfinite(figures[f"{part}_loss"]):
                figures[f"{part}_accuracy"] = float("nan")
        for label, text in (
            (self.train_loss, figure_text(train)),
            (self.test_loss, figure_text(test)),
            (self.train_accuracy, percent(figures["train_accuracy"])),
            (self.test_accuracy, percent(figures["test_accuracy"])),
        ):
            label.show_text(text)
        for label, exact in ((self.train_loss, train), (self.test_loss, test)):
            if np.isfinite(exact):
                label.setStatusTip(f"{exact:.12g}")
