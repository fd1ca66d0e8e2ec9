"""The Training card: one row a setting of TrainingConfig, and the loss."""

from __future__ import annotations

from typing import Any

from PyQt6.QtWidgets import QCheckBox, QPushButton, QWidget

from mlpviz.data.seeds import xor_seeds
from mlpviz.document.document import Document
from mlpviz.document.edits import Edited, set_loss, set_training
from mlpviz.nn.config import MAX_SEED, TrainingConfig
from mlpviz.nn.initialisation import INITIALISATIONS
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.schedules import SCHEDULES
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.controls import Combo, Dial, NumberBox, Scale, WholeBox, key_label
from mlpviz.views.kit.disclosure import Disclosure
from mlpviz.views.kit.form import Form
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.mathtext import MathLabel
from mlpviz.views.kit.numbers import number_text
from mlpviz.views.kit.tab_order import order_tabs
from mlpviz.views.kit.theme import Theme
from mlpviz.views.kit.typed import Refusal
from mlpviz.views.lab.batch_combo import FULL, BatchCombo
from mlpviz.views.lab.training_more import TrainingMore

SEED_TIP = "Draws the first weights and the order of the examples: the same seed, the same run, to the last bit."


BATCH_TIP = (
    "Examples a step looks at; any whole number can be typed. Fewer: more and noisier steps an epoch; full: one smooth "
    "step an epoch."
)
SHUFFLE_TIP = "Draw the examples in another order each epoch; else always in the order of the data."
WHOLE_TIP = "L-BFGS always looks at all training rows in a step; the batch size counts again with another optimizer."


def set_optimizer(document: Document, optimizer: str) -> Edited:
    """Train with another optimiser. L-BFGS takes neither clipping nor dropout: they are switched off, with a note."""
    config = document.training
    clash = OPTIMIZERS[optimizer].whole and bool(config.clip or config.dropout)
    changes = {"clip": 0.0, "dropout": 0.0} if clash else {}
    edited = set_training(document, optimizer=optimizer, **changes)
    note = "L-BFGS needs one steady loss: gradient clipping and dropout are switched off." if clash else ""
    return Edited(edited.document, edited.note or note)


def unusual(document: Document, task: str) -> list[str]:
    """The settings under More… that are in force and not as they usually are."""
    config, network, usual = document.training, document.network, TrainingConfig()
    told = []
    if not LOSSES[network.loss].own_output and network.output_activation != "identity":
        told.append(f"output {network.output_activation}")
    if config.class_weights != usual.class_weights and task != "regression":
        told.append(f"class weights {config.class_weights}")
    if config.schedule != usual.schedule:
        told.append(f"schedule {SCHEDULES[config.schedule].name}")
    told += [f"warm-up {config.warmup:,}"] if config.warmup else []
    numbers = (("clip", config.clip), ("dropout", config.dropout))
    told += [f"{name} {number_text(value)}" for name, value in numbers if value]
    return told + (["locked weights"] if config.locked else [])


class TrainingPanel(Card):
    """Loss, optimiser, η, batch, penalties, initialisation, seed. All of them may be changed while training."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Training", theme, parent)
        self._session = session
        form = Form(theme)
        self._add_choices(form)
        self._add_numbers(form)
        self._add_start(form)
        self.body.addLayout(form)
        tip = "Output activation, class weights, schedule of η, clipping, dropout, and what is locked."
        self.disclosure = Disclosure("training", "More training settings", tip, session, theme)
        self.more = TrainingMore(session, theme)
        self.disclosure.body.addWidget(self.more)
        self.header.addWidget(self.disclosure.button)
        self.body.addWidget(self.disclosure)
        self.body.addStretch(1)
        session.document_changed.connect(self._changed)
        self._refresh()
        order_tabs(self)

    # ---- making

    def _add_choices(self, form: Form) -> None:
        loss = key_label("loss")
        self._loss = Combo("Loss", "What training makes small, as a mean over the examples.", loss)
        self._loss.chosen.connect(lambda key: self._do("Choose loss", lambda d: set_loss(d, key)))
        form.add(loss, self._loss)
        optimizer = key_label("optimizer")
        self._optimizer = Combo("Optimizer", "How a gradient becomes a step of the weights.", optimizer)
        self._optimizer.set_items((key, row.name, row.sentence) for key, row in OPTIMIZERS.items())
        self._optimizer.chosen.connect(lambda key: self._do("Choose optimizer", lambda d: set_optimizer(d, key)))
        form.add(optimizer, self._optimizer)

    def _add_numbers(self, form: Form) -> None:
        eta = MathLabel(r"\eta", self.theme)
        tip = "The learning rate η: the length of each step. Larger learns faster, until the loss jumps or diverges."
        box = NumberBox("Learning rate", tip, 1e-9, 1e6, powers=True)
        self._eta = self._dial(Scale(1e-4, 10, log=True), box, "learning_rate")
        form.add(eta, self._eta)
        batch = key_label("batch")
        self._batch = BatchCombo(BATCH_TIP, batch)
        self._batch.chosen.connect(self._choose_batch)
        self._shuffle = QCheckBox("shuffle")
        self._shuffle.toggled.connect(lambda on: self._set("Change shuffling", shuffle=on))
        form.add(batch, self._batch, self._shuffle)
        for field, symbol, words in (("l1", r"\lambda_1", "L1 penalty"), ("l2", r"\lambda_2", "L2 penalty")):
            term = (
                "λ₁‖W‖₁, which drives weights to exactly 0" if field == "l1" else "½λ₂‖W‖², which keeps weights small"
            )
            tip = f"Adds {term}; more makes the surface simpler. 0: no penalty. Biases are left out."
            dial = self._dial(Scale(1e-6, 1, log=True, zero=True), NumberBox(words, tip, 0, 1e6, powers=True), field)
            setattr(self, f"_{field}", dial)
            form.add(MathLabel(symbol, self.theme), dial)

    def _add_start(self, form: Form) -> None:
        init = key_label("init")
        self._init = Combo("Initialisation", "How the first weights are drawn. Another one starts anew.", init)
        self._init.set_items((key, row.name, row.sentence) for key, row in INITIALISATIONS.items())
        self._init.chosen.connect(lambda key: self._set("Choose initialisation", init=key))
        form.add(init, self._init)
        self._seed = WholeBox("Seed", SEED_TIP, 0, MAX_SEED)
        self._seed.valueChanged.connect(lambda value: self._set("Change seed", "training.seed", seed=value))
        self._seed.setObjectName("field")
        another = QPushButton()
        another.setObjectName("small")
        another.setAccessibleName("New start")
        another.setToolTip("New start: the next seed draws other first weights.")
        set_icon(another, "dice", self.theme, "ink2")
        another.clicked.connect(
            lambda: self._set("New start", seed=(self._session.document.training.seed + 1) % (MAX_SEED + 1))
        )
        form.add(key_label("seed"), self._seed, another)

    def _dial(self, scale: Scale, box: NumberBox, field: str) -> Dial:
        dial = Dial(scale, box, self)
        words = f"Change {box.accessibleName()}" if field != "learning_rate" else "Change learning rate"
        dial.changed.connect(lambda value: self._set(words, f"training.{field}", **{field: value}))
        dial.finished.connect(self._session.finish_merge)
        return dial

    # ---- intents

    def _do(self, words: str, change: Any, merge: str | None = None) -> None:
        if not self._session.edit(words, change, merge=merge):
            self._refresh()

    def _set(self, words: str, merge: str | None = None, **changes: Any) -> None:
        self._do(words, lambda d: set_training(d, **changes), merge)

    def _choose_batch(self, key: str) -> None:
        size, rows = None if key == FULL else int(key), len(self._session.dataset.train)
        if size is not None and size > rows:
            Refusal.of(self._batch).tell(
                self._batch, f"{size:,} is more than the {rows:,} training rows: full, all of them in one step."
            )
            size = None
        self._set("Choose batch size", batch_size=size)
        self._show_batch(self._session.document.training)

    # ---- showing

    def _changed(self, changed: frozenset[str]) -> None:
        if changed & {"training", "network", "data"}:
            self._refresh()

    def _show_batch(self, config: TrainingConfig) -> None:
        whole = OPTIMIZERS[config.optimizer].whole
        rows, size = len(self._session.dataset.train), config.batch_size
        self._batch.show_size(size, rows, whole)
        self._batch.setEnabled(not whole)
        beyond = f" {size:,} is more than the {rows:,} training rows: as full." if size and size > rows else ""
        self._batch.setToolTip(WHOLE_TIP if whole else BATCH_TIP + beyond)
        self._shuffle.setEnabled(not whole)
        self._shuffle.setToolTip(WHOLE_TIP if whole else SHUFFLE_TIP)

    def _refresh(self) -> None:
        document = self._session.document
        config, task = document.training, self._session.dataset.task
        fitting = {key: row for key, row in LOSSES.items() if task in row.tasks}
        self._loss.set_items((key, row.name, row.sentence) for key, row in fitting.items())
        self._loss.choose(document.network.loss)
        self._optimizer.choose(config.optimizer)
        self._show_batch(config)
        self._init.choose(config.init)
        self.disclosure.mark(unusual(document, task))
        self._eta.show_value(config.learning_rate)
        for field in ("l1", "l2"):
            getattr(self, f"_{field}").show_value(getattr(config, field))
        self._seed.show_value(config.seed)
        xor = self._session.document.data.name == "xor"
        self._seed.setToolTip(f"{SEED_TIP} {xor_seeds().sentence}" if xor else SEED_TIP)
        blocked = self._shuffle.blockSignals(True)
        self._shuffle.setChecked(config.shuffle)
        self._shuffle.blockSignals(blocked)
