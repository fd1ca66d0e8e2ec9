"""The row of tools over the painting surface, and every command that paints g."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from mlpviz.data.painted import PRESETS, Painted, from_formula, preset
from mlpviz.document import edits
from mlpviz.session import Session
from mlpviz.views.kit.controls import CalmSlider, Combo, key_label
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.segments import Segments
from mlpviz.views.kit.theme import Theme
from mlpviz.views.plane.board import BRUSHES, RADII, Board
from mlpviz.views.universality.edit import edit
from mlpviz.views.universality.formula_field import FormulaField
from mlpviz.views.universality.undo_buttons import UndoButtons

GAP = 6


class PlaneTools(QWidget):
    """Brushes, their size, formula, presets, picture, undo and redo in a row.

    Signals:
        picture_requested(): g shall come from a picture.
    """

    picture_requested = pyqtSignal()

    def __init__(self, session: Session, theme: Theme, board: Board, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme, self._board = session, theme, board
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        self.brushes = Segments("Brushes", small=True)
        for brush in BRUSHES.values():
            self.brushes.add(brush.word, f"{brush.tip}\nKey: {brush.key}")
        self.brushes.chosen.connect(lambda index: board.take(list(BRUSHES)[index]))
        row.addWidget(self.brushes)
        self._add_size(row)
        self.formula = FormulaField(theme, from_formula, "Formula of g in two inputs", "x1, x2", "sin(3*x1) * x2")
        self.formula.taken.connect(lambda painted: self._paint(painted, "Function by formula"))
        row.addWidget(self.formula, 1)
        self._add_sources(row)
        row.addStretch(0)
        self.history = UndoButtons(session, theme)
        row.addWidget(self.history)
        board.painted.connect(self._stroked)
        board.radius_changed.connect(self._show_radius)
        board.take(next(iter(BRUSHES)))
        session.document_changed.connect(self._document_changed)
        theme.changed.connect(self._fit_theme)
        self._fit_theme()
        self._show_radius(board.radius)
        self._document_changed(frozenset({"painted"}))

    # ---- making

    def _add_size(self, row: QHBoxLayout) -> None:
        word = key_label("size")
        tip = "Radius of the brush, from 0.02 to 0.4 of the square's side. Keys: [ and ]"
        self.size_slider = CalmSlider("Size of the brush", tip)
        self.size_slider.setRange(round(100 * RADII[0]), round(100 * RADII[1]))
        self.size_slider.valueChanged.connect(lambda value: self._board.set_radius(value / 100))
        word.setBuddy(self.size_slider)
        row.addWidget(word)
        row.addWidget(self.size_slider)

    def _add_sources(self, row: QHBoxLayout) -> None:
        label = key_label("")  # assistive technology knows the box by it
        label.hide()
        self.presets = Combo("Preset of two inputs", "Ready functions, to start from or to compare.", label)
        rows = ((key, name, f"g: {name}.") for key, name in PRESETS.items())
        self.presets.set_items([("", "presets", "What is painted stays."), *rows])
        self.presets.chosen.connect(self._choose)
        self.picture = self._button("import", "Open picture", self.picture_requested.emit)
        self.picture.setObjectName("small")
        self.picture.setText("Picture…")
        self.picture.setToolTip("g from the grey levels of a picture (PNG and others): black is 0, white is 1.")
        for widget in (label, self.presets, self.picture):
            row.addWidget(widget)

    def _button(self, icon_name: str, name: str, do: object) -> QPushButton:
        button = QPushButton()
        button.setAccessibleName(name)
        set_icon(button, icon_name, self._theme, "ink2")
        button.clicked.connect(lambda: do())  # type: ignore[operator]
        return button

    def add_shortcuts(self, card: QWidget) -> None:
        """A key for each brush, anywhere in a card."""
        for index, brush in enumerate(BRUSHES.values()):
            shortcut = QShortcut(QKeySequence(brush.key), card)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda index=index: self.brushes.choose(index))

    def set_room(self, width: int) -> None:
        """Prepare for a card's width in pixels: a word gives way to its icon."""
        self.picture.setText("Picture…" if width >= self._theme.px(700) else "")

    def _fit_theme(self) -> None:
        px = self._theme.px
        self.size_slider.setFixedWidth(round(px(64)))
        self.presets.setFixedWidth(round(px(88)))
        self.formula.setMinimumWidth(round(px(88)))
        self.formula.setMaximumWidth(round(px(340)))

    # ---- intents

    def _paint(self, painted: Painted, command: str, merge: str | None = None) -> None:
        edit(self._session, command, lambda d: edits.set_painted(d, painted), merge=merge)

    def _stroked(self, painted: Painted, command: str, finished: bool) -> None:
        self._paint(painted, command, "dabs")
        if finished:
            self._session.finish_merge()

    def _choose(self, key: str) -> None:
        if key:
            self._paint(preset(key), f"Function {PRESETS[key]}")

    # ---- showing

    def _show_radius(self, radius: float) -> None:
        self.size_slider.blockSignals(True)
        self.size_slider.setValue(round(100 * radius))
        self.size_slider.blockSignals(False)

    def _document_changed(self, changed: frozenset[str]) -> None:
        if "painted" not in changed:
            return
        painted = self._session.document.painted
        self._board.show_function(painted)
        self.formula.show_formula(painted.text)
        chosen = (key for key in PRESETS if painted.text and painted.text == preset(key).text)
        self.presets.choose(next(chosen, ""))
