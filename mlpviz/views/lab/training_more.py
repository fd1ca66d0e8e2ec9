"""The less common settings of training: the output's activation, class weights, the schedule, clipping, dropout."""

from __future__ import annotations

from typing import Any

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from mlpviz.document import edits
from mlpviz.document.locking import set_locked
from mlpviz.nn.config import CLASS_WEIGHTS, MAX_EPOCHS
from mlpviz.nn.locks import Lock, locked_mask
from mlpviz.nn.losses import LOSSES, OUTPUT_ACTIVATIONS
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.schedules import SCHEDULES
from mlpviz.pictures.spread import spread_of_z
from mlpviz.pictures.symbols import plain, pre_symbol
from mlpviz.session import Session
from mlpviz.views.kit.controls import Combo, Dial, NumberBox, Scale, WholeBox, key_label
from mlpviz.views.kit.form import Form
from mlpviz.views.kit.numbers import number_text
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.spread_strip import SpreadStrip

OUTPUT_WORDS = {"identity": ("identity", "ŷ = ỹ: any number."), "tanh": ("tanh", "ŷ = tanh ỹ: between −1 and 1.")}
WEIGHT_WORDS = {
    "off": ("off", "Every example counts alike."),
    "balanced": ("balanced", "An example of class k counts n/(K·nₖ): every class counts alike, however rare it is."),
}
SPREAD_TIP = (
    "z in each layer over the training rows, at the first weights of this seed: from its mean (tick) a standard "
    "deviation to either side. Narrower from layer to layer: signals die out. Wider: units saturate or the loss "
    "explodes."
)
STEADY = "{} does not go with L-BFGS, whose line search needs one steady loss."


def small_or_off(value: float) -> str:
    """A number, "off" for 0."""
    return number_text(value) if value else "off"


class TrainingMore(QWidget):
    """A row for each setting; rows that mean nothing for the present choice are hidden."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._form = Form(theme)
        self._rows: dict[str, int] = {}
        self._add_loss()
        self._add_schedule()
        self._add_gradient()
        self.spread = SpreadStrip(theme, "Spread of z at the start")
        self.spread.setToolTip(SPREAD_TIP)
        label = key_label("z at start")
        label.setToolTip(SPREAD_TIP)
        self._form.add(label, self.spread)
        column.addLayout(self._form)
        column.addWidget(self._make_locks())
        session.document_changed.connect(self._changed)
        self.refresh()

    # ---- making

    def _add_loss(self) -> None:
        label = key_label("output ŷ")
        self._output = Combo("Output activation", "What makes ŷ of ỹ, where the loss leaves it open.", label)
        self._output.set_items((key, *OUTPUT_WORDS[key]) for key in OUTPUT_ACTIVATIONS)
        self._output.chosen.connect(
            lambda key: self._do("Choose output activation", lambda d: edits.set_output_activation(d, key))
        )
        self._rows["output"] = self._form.add(label, self._output)
        label = key_label("class weights")
        tip = "Whether rare classes count more in the loss. Balanced: every class counts alike."
        self._weights = Combo("Class weights", tip, label)
        self._weights.set_items((key, *WEIGHT_WORDS[key]) for key in CLASS_WEIGHTS)
        self._weights.chosen.connect(lambda key: self._set("Choose class weights", class_weights=key))
        self._rows["class_weights"] = self._form.add(label, self._weights)

    def _add_schedule(self) -> None:
        label = key_label("schedule")
        self._schedule = Combo("Schedule", "How η goes with the epochs; the Loss card draws it.", label)
        self._schedule.set_items((key, row.name, row.sentence) for key, row in SCHEDULES.items())
        self._schedule.chosen.connect(lambda key: self._set("Choose schedule", schedule=key))
        self._form.add(label, self._schedule)
        tip = "The period E of the schedule, in epochs. Longer: η falls more slowly."
        self._period = self._whole("Schedule period", tip, "schedule_period", Scale(1, 1000, log=True), 1)
        self._rows["schedule_period"] = self._form.add(key_label("period E"), self._period)
        tip = "The factor γ of the schedule: what is left of η after a period. Nearer to 1: η falls less."
        box = NumberBox("Schedule factor", tip, 1e-6, 1)
        self._factor = self._dial(Scale(0.01, 1), box, "schedule_factor")
        self._rows["schedule_factor"] = self._form.add(key_label("factor γ"), self._factor)
        tip = "Epochs over which η rises to its full value first. More: a gentler start. 0: off."
        self._warmup = self._whole("Warm-up", tip, "warmup", Scale(1, 100, log=True, zero=True), 0)
        self._form.add(key_label("warm-up"), self._warmup)

    def _add_gradient(self) -> None:
        self._tips = {
            "clip": "The largest norm of a gradient; longer ones are shortened to it. Smaller: steadier and slower. "
            "0: off.",
            "dropout": "The chance that a hidden unit is left out of a step. More makes units rely less on each other. "
            "0: off.",
        }
        box = NumberBox("Gradient clipping", self._tips["clip"], 0, 1e12, powers=True, text=small_or_off)
        self._clip = self._dial(Scale(0.01, 100, log=True, zero=True), box, "clip")
        self._form.add(key_label("clip"), self._clip)
        box = NumberBox("Dropout", self._tips["dropout"], 0, 0.95, text=small_or_off)
        self._dropout = self._dial(Scale(0, 0.9), box, "dropout")
        self._form.add(key_label("dropout"), self._dropout)

    def _make_locks(self) -> QWidget:
        self._locks = QWidget()
        line = QHBoxLayout(self._locks)
        line.setContentsMargins(0, 0, 0, 0)
        self._locked = QLabel()
        self._locked.setObjectName("sub")
        unlock = QPushButton("Unlock all")
        unlock.setObjectName("small")
        unlock.setAccessibleName("Unlock all")
        unlock.setToolTip("Let training change every weight and bias again.")
        unlock.clicked.connect(self._unlock)
        line.addWidget(self._locked, 1)
        line.addWidget(unlock)
        return self._locks

    def _dial(self, scale: Scale, box: NumberBox | WholeBox, field: str) -> Dial:
        dial, kind = Dial(scale, box, self), int if isinstance(box, WholeBox) else float
        words = f"Change {box.accessibleName().lower()}"
        dial.changed.connect(lambda value: self._set(words, f"training.{field}", **{field: kind(value)}))
        dial.finished.connect(self._session.finish_merge)
        return dial

    def _whole(self, name: str, tip: str, field: str, scale: Scale, least: int) -> Dial:
        box = WholeBox(name, tip, least, MAX_EPOCHS)
        box.setGroupSeparatorShown(False)
        if not least:
            box.setSpecialValueText("off")
        return self._dial(scale, box, field)

    # ---- intents

    def _do(self, words: str, change: Any, merge: str | None = None) -> None:
        if not self._session.edit(words, change, merge=merge):
            self.refresh()

    def _set(self, words: str, merge: str | None = None, **changes: Any) -> None:
        self._do(words, lambda d: edits.set_training(d, **changes), merge)

    def _unlock(self) -> None:
        layers = range(len(self._session.document.network.sizes) - 1)
        self._do("Unlock all", lambda d: set_locked(d, map(Lock, layers), False))

    # ---- showing

    def _changed(self, changed: frozenset[str]) -> None:
        if changed & {"training", "network", "data"}:
            self.refresh()

    def showEvent(self, a0: QShowEvent | None) -> None:
        """What is costly to know is asked for once it is in sight."""
        super().showEvent(a0)
        self._ask_spread()

    def refresh(self) -> None:
        """Show what the document says."""
        document = self._session.document
        config, network = document.training, document.network
        self._output.choose(network.output_activation)
        self._weights.choose(config.class_weights)
        self._schedule.choose(config.schedule)
        for field in ("schedule_period", "schedule_factor"):
            self._form.show_row(self._rows[field], field in SCHEDULES[config.schedule].settings)
        self._form.show_row(self._rows["output"], not LOSSES[network.loss].own_output)
        self._form.show_row(self._rows["class_weights"], self._session.dataset.task != "regression")
        self._period.show_value(config.schedule_period)
        self._factor.show_value(config.schedule_factor)
        self._warmup.show_value(config.warmup)
        self._clip.show_value(config.clip)
        self._dropout.show_value(config.dropout)
        whole = OPTIMIZERS[config.optimizer].whole
        for field, dial, name in (("clip", self._clip, "Clipping"), ("dropout", self._dropout, "Dropout")):
            dial.set_enabled(not whole, STEADY.format(name) if whole else self._tips[field])
        locked = int(locked_mask(config.locked, network.sizes).sum()) if config.locked else 0
        self._locks.setVisible(locked > 0)
        every = " (all)" if locked == network.size else ""
        self._locked.setText(f"{locked:,} locked{every}")
        self._locked.setToolTip(f"{locked:,} of {network.size:,} parameters are locked: training leaves them alone.")
        self.spread.set_layers([pre_symbol(network, layer) for layer in range(len(network.hidden) + 1)])
        self._ask_spread()

    def _ask_spread(self) -> None:
        if not self.isVisible():
            return
        document, dataset = self._session.document, self._session.dataset
        network, config = document.network, document.training

        def compute() -> list[tuple[float, float]]:
            return spread_of_z(network, edits.initial_theta(network, config), dataset.X[dataset.train])

        self._session.pictures.request("spread of z", compute, self._show_spread)

    def _show_spread(self, found: list[tuple[float, float]]) -> None:
        self.spread.show_spreads(found)
        network = self._session.document.network
        lines = [
            f"{plain(pre_symbol(network, layer))}: mean {number_text(mean, 2)}, deviation {number_text(deviation, 2)}"
            for layer, (mean, deviation) in enumerate(self.spread.spreads)
        ]
        self.spread.setToolTip("\n".join([SPREAD_TIP, *lines]))
        self.spread.setAccessibleDescription("; ".join(lines))
