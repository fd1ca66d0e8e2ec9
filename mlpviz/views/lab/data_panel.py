"""The Data card: which data, how much, how noisy, how they are split."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QSignalBlocker, QSize, pyqtSignal
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QPushButton, QWidget

from mlpviz.data.datasets import DATASETS
from mlpviz.data.spec import FUNCTION, MAX_CLASSES, MAX_ROWS, TABLE
from mlpviz.document.document import Document
from mlpviz.document.edits import set_data
from mlpviz.nn.config import MAX_SEED
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.controls import Combo, Dial, NumberBox, Scale, WholeBox, key_label, ratio_text
from mlpviz.views.kit.disclosure import Disclosure
from mlpviz.views.kit.form import Form
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.labels import ElidedLabel
from mlpviz.views.kit.tab_order import order_tabs
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.data_more import DataMore, share_text
from mlpviz.views.lab.thumbnails import shown, thumbnail

COLUMNS, THUMB = 5, 38


class DataPanel(Card):
    """Data: a combo box and pictures of the data sets, and the settings that apply to the chosen one."""

    import_requested = pyqtSignal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Data", theme, parent)
        self._session = session
        tip = "Which data the network learns. The pictures below choose as well."
        self._combo = Combo("Data set", tip, self.title_label)
        self._combo.chosen.connect(self._choose)
        self._combo.setMinimumContentsLength(10)
        self.header.addWidget(self._combo)
        self._behind = False  # whether the function has changed out of sight
        self._thumbs = self._make_thumbs()
        self._form = self._make_form()
        self._foot = ElidedLabel()
        self._foot.setObjectName("sub")
        self._import = QPushButton("Import…")
        self._import.setObjectName("small")
        self._import.setAccessibleName("Import a table")
        self._import.setToolTip("Use your own table: CSV, or NPZ or JSON with X and y. The last column is the target.")
        set_icon(self._import, "import", theme, "ink2")
        self._import.clicked.connect(self.import_requested)
        foot = QHBoxLayout()
        foot.addWidget(self._import)
        foot.addStretch(1)
        tip = "Validation rows and early stopping, features of the inputs, standardisation."
        self.disclosure = Disclosure("data", "More data settings", tip, session, theme)
        self.more = DataMore(session, theme)
        self.disclosure.body.addWidget(self.more)
        foot.addWidget(self.disclosure.button)
        self.body.addWidget(self._foot)
        self.body.addLayout(foot)
        self.body.addWidget(self.disclosure)
        session.document_changed.connect(self._changed)
        theme.changed.connect(self._paint_thumbs)
        self._refresh()
        self._mark()
        self._paint_thumbs()
        order_tabs(self)

    # ---- making

    def _make_thumbs(self) -> dict[str, QPushButton]:
        grid = QGridLayout()
        grid.setSpacing(5)
        self._group = QButtonGroup(self)
        buttons: dict[str, QPushButton] = {}
        for place, name in enumerate(shown()):
            row = DATASETS[name]
            button = QPushButton()
            button.setObjectName("thumb")
            button.setCheckable(True)
            button.setAccessibleName(f"Use {row.name}")
            button.setToolTip(f"{row.name}: {row.sentence}")
            # Assistive technology toggles a button without clicking on it.
            button.toggled.connect(lambda on, name=name: self._choose(name) if on else None)
            button.clicked.connect(self._refresh)  # the chosen one stays chosen
            self._group.addButton(button)
            grid.addWidget(button, place // COLUMNS, place % COLUMNS)
            buttons[name] = button
        self.body.addLayout(grid)
        self.body.addSpacing(4)
        return buttons

    def _make_form(self) -> Form:
        form = Form(self.theme)
        more = "More noise moves the same points further from where they belong; at 1 little of the shape is left."
        self._noise = Dial(Scale(0, 1), NumberBox("Noise", more, 0, 1), self)
        many = "How many examples are drawn. More make the surface smoother and an epoch longer."
        self._rows = Dial(Scale(20, 2000, log=True), WholeBox("Rows", many, 2, MAX_ROWS), self)
        classes = "How many clouds, each a class of its own. More than two are told apart by softmax."
        self._classes = WholeBox("Classes", classes, 2, MAX_CLASSES)
        self._classes.setObjectName("field")
        split = "The share of rows to learn from; the rest only tests. At 100 : 0 there is no test set."
        ratio = NumberBox("Training ratio", split, 0.01, 1, text=ratio_text)
        self._ratio = Dial(Scale(0.1, 1), ratio, self)
        seed = "The same seed draws the same data and the same split."
        self._seed = WholeBox("Data seed", seed, 0, MAX_SEED)
        self._seed.setObjectName("field")
        self._sample = QPushButton()
        self._sample.setObjectName("small")
        self._sample.setAccessibleName("New sample")
        self._sample.setToolTip("New sample: the next seed draws other data of the same kind, or another split.")
        self._sample.clicked.connect(lambda: self._set("New sample", seed=(self._spec.seed + 1) % (MAX_SEED + 1)))
        set_icon(self._sample, "dice", self.theme, "ink2")
        self._row = {
            "noise": form.add(key_label("noise"), self._noise),
            "rows": form.add(key_label("rows"), self._rows),
            "classes": form.add(key_label("classes"), self._classes),
            "train_ratio": form.add(key_label("train : test"), self._ratio),
            "seed": form.add(key_label("sample"), self._seed, self._sample),
        }
        self.body.addLayout(form)
        self._connect()
        return form

    def _connect(self) -> None:
        edits = {self._noise: ("noise", float), self._rows: ("rows", int), self._ratio: ("train_ratio", float)}
        for dial, (field, kind) in edits.items():
            words = {"noise": "Noise", "rows": "Rows", "train_ratio": "Training ratio"}[field]
            dial.changed.connect(
                lambda value, words=words, field=field, kind=kind: self._set(
                    f"Change {words.lower()}", f"data.{field}", **{field: kind(value)}
                )
            )
            dial.finished.connect(self._session.finish_merge)
        self._classes.valueChanged.connect(lambda value: self._set("Change classes", "data.classes", classes=value))
        self._seed.valueChanged.connect(lambda value: self._set("Change data seed", "data.seed", seed=value))

    # ---- intents

    @property
    def _spec(self) -> Any:
        return self._session.document.data

    def _set(self, words: str, merge: str | None = None, **changes: Any) -> None:
        if not self._session.edit(words, lambda d: set_data(d, **changes), merge=merge):
            self._refresh()

    def _choose(self, name: str) -> None:
        def change(document: Document) -> Any:
            return set_data(document, name=name, table=None)

        if not self._session.edit(f"Choose {DATASETS[name].name}", change):
            self._refresh()

    # ---- showing

    def _mark(self) -> None:
        """What is in force under More…."""
        document = self._session.document
        told = [f"validation {share_text(document.data.validation)}"] if document.data.validation else []
        told += [f"patience {document.training.patience:,}"] if document.training.patience else []
        told += ["features of its own"] if document.network.features else []
        self.disclosure.mark(told + (["standardised"] if document.network.standard else []))

    def _changed(self, changed: frozenset[str]) -> None:
        if changed & {"data", "network", "training"}:
            self._mark()
        if changed & {"data", "network"}:
            order_tabs(self)  # features come and go
        if "data" in changed:
            self._refresh()
        if "function" in changed:
            self._foot.setText(self._summary())
            self._behind = True
            self._catch_up()

    def _refresh(self) -> None:
        spec = self._session.document.data
        names = [name for name in DATASETS if name != TABLE or spec.name == TABLE]
        words = {TABLE: spec.table.source} if spec.table is not None and spec.table.source else {}
        self._combo.set_items((n, words.get(n, DATASETS[n].name), DATASETS[n].sentence) for n in names)
        self._combo.choose(spec.name)
        self._group.setExclusive(False)
        for name, button in self._thumbs.items():
            with QSignalBlocker(button):
                button.setChecked(name == spec.name)
        self._group.setExclusive(spec.name != TABLE)
        self._noise.show_value(spec.noise)
        self._rows.show_value(spec.rows)
        self._classes.show_value(spec.classes)
        self._ratio.show_value(spec.train_ratio)
        self._seed.show_value(spec.seed)
        applying = {*DATASETS[spec.name].settings, *(() if spec.name == "xor" else ("train_ratio",))}
        for field, row in self._row.items():
            self._form.show_row(row, field in applying)
        self._foot.setText(self._summary())

    def _summary(self) -> str:
        dataset = self._session.dataset
        train, held, test = len(dataset.train), len(dataset.validation), len(dataset.test)
        if held:
            return f"{train:,} train · {held:,} val. · {test:,} test"
        return f"{train:,} train · {test:,} test" if test else f"{train:,} rows, no test set"

    def _paint_thumbs(self) -> None:
        for name in self._thumbs:
            self._paint_thumb(name)

    def _catch_up(self) -> None:
        """Picture the function anew if it has changed, once that can be seen."""
        if self._behind and self.isVisible():
            self._behind = False
            self._paint_thumb(FUNCTION)

    def showEvent(self, event: QShowEvent | None) -> None:
        """A panel that comes into sight shows the newest function."""
        super().showEvent(event)
        self._catch_up()

    def _paint_thumb(self, name: str) -> None:
        button, px = self._thumbs[name], self.theme.px(THUMB)
        button.setIconSize(QSize(round(px) - 4, round(px) - 4))
        function = self._session.document.function
        button.setIcon(thumbnail(name, self.theme, px - 4, self.devicePixelRatioF(), function))
