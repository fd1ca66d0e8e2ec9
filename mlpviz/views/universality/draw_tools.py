"""The row of tools over the drawing surface, and every command that draws g."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QFontMetricsF, QKeySequence, QResizeEvent, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from mlpviz.data.brushes import cleared
from mlpviz.data.formulas import from_formula
from mlpviz.data.strokes import PRESETS, Drawn, preset, with_jumps_kept, with_jumps_smoothed, with_smooth
from mlpviz.document import edits
from mlpviz.session import Session
from mlpviz.views.kit.controls import Combo, Dial, NumberBox, Scale, key_label
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.edit import edit
from mlpviz.views.universality.formula_field import FormulaField
from mlpviz.views.universality.function_plot import FunctionPlot
from mlpviz.views.universality.function_table import FunctionTable
from mlpviz.views.universality.hand import TOOLS
from mlpviz.views.universality.jump_notice import JumpNotice
from mlpviz.views.universality.tool_buttons import ToolButtons
from mlpviz.views.universality.undo_buttons import UndoButtons

GAP = 6
FIELD = 88  # pixels that the formula has at least, at scale 1
SMOOTH = "smooth σ"
KEYS_TIP = "Keys: ← → move a marker, ↑ ↓ bend g there, with Shift four times as far; Home, End."


class DrawTools(QWidget):
    """Tools, formula, presets, smoothing, undo and redo in a row; `corner` has buttons for the card's title line.

    Signals:
        import_requested(): g shall come from a file.
    """

    import_requested = pyqtSignal()

    def __init__(self, session: Session, theme: Theme, plot: FunctionPlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme, self._plot = session, theme, plot
        self._table: FunctionTable | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        self.tools = ToolButtons(theme)
        self.tools.chosen.connect(self._take)
        self.formula = FormulaField(theme, from_formula, "Formula of g", "x", "sin(2*pi*x) + x^2/3")
        self.formula.taken.connect(lambda drawn: self._draw(drawn, "Function by formula"))
        row.addWidget(self.tools)
        row.addWidget(self.formula, 1)
        self._add_preset(row)
        self._add_smoothing(row)
        row.addStretch(0)
        self.history = UndoButtons(session, theme)
        row.addWidget(self.history)
        self.corner = self._make_corner()
        self.notice = JumpNotice(plot)
        self.notice.smooth_asked.connect(self._smooth_jumps)
        self.notice.keep_asked.connect(self._keep_jumps)
        plot.installEventFilter(self)
        self._connect(plot)
        theme.changed.connect(self._fit_theme)
        session.document_changed.connect(self._document_changed)
        self._fit_theme()
        self._take(self.tools.tool)
        self._document_changed(frozenset({"function"}))

    # ---- making

    def _connect(self, plot: FunctionPlot) -> None:
        hand = plot.hand
        hand.stroked.connect(self._stroked)
        hand.keyed.connect(lambda drawn, command: self._draw(drawn, command, "keys"))
        hand.settled.connect(self._session.finish_merge)
        hand.refused.connect(self._session.noted)

    def _add_preset(self, row: QHBoxLayout) -> None:
        label = key_label("")  # assistive technology knows the box by it
        label.hide()
        self.presets = Combo("Preset", "Ready functions, to start from or to compare.", label)
        rows = ((key, p.name, f"g is {p.name}.") for key, p in PRESETS.items())
        self.presets.set_items([("", "presets", "What is drawn stays."), *rows])
        self.presets.chosen.connect(self._choose)
        row.addWidget(label)
        row.addWidget(self.presets)

    def _add_smoothing(self, row: QHBoxLayout) -> None:
        self._smooth_word = key_label(SMOOTH)
        tip = "σ of the Gaussian that smooths the stroke, in samples of 1/511. More rounds corners off; 0: as drawn."
        box = NumberBox("Smoothing", tip, 0.0, 64.0, step=1.0)
        box.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._smooth_word.setBuddy(box)
        self.smooth = Dial(Scale(0.0, 16.0), box, self)
        self.smooth.changed.connect(self._set_smooth)
        self.smooth.finished.connect(self._session.finish_merge)
        for widget in (self._smooth_word, self.smooth.slider, box):
            row.addWidget(widget)

    def _make_corner(self) -> QWidget:
        corner = QWidget()
        row = QHBoxLayout(corner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.table = self._button("table", "Table of g", self._show_table)
        self.table.setToolTip("x and g(x) as numbers, to read, to type and to paste: points of a polyline, or samples.")
        self.import_ = self._button("import", "Import function", self.import_requested.emit)
        self.import_.setToolTip("g from a file (.csv) with two columns, x and y; one can also be dropped here.")
        self.clear = self._button("eraser", "Clear function", self._clear)
        self.clear.setToolTip("An empty board: g = 0 everywhere. Undo brings the function back.")
        set_icon(self.clear, "close", self._theme, "ink2")
        self._corner_words = ((self.table, "Table…"), (self.import_, "CSV…"), (self.clear, "Clear"))
        for button, _ in self._corner_words:
            button.setObjectName("small")
            row.addWidget(button)
        return corner

    def _button(self, icon_name: str, name: str, do: object) -> QPushButton:
        button = QPushButton()
        button.setAccessibleName(name)
        set_icon(button, icon_name, self._theme, "ink2")
        button.clicked.connect(lambda: do())  # type: ignore[operator]
        return button

    def add_shortcuts(self, card: QWidget) -> None:
        """A key for each tool, anywhere in a card."""
        for key, tool in TOOLS.items():
            shortcut = QShortcut(QKeySequence(tool.key), card)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda key=key: self.tools.choose(key))

    # ---- room

    def _fit_theme(self) -> None:
        px = self._theme.px
        self.smooth.slider.setFixedWidth(round(px(44)))
        self.smooth.box.setFixedWidth(round(px(30)))
        self.presets.setFixedWidth(round(px(80)))
        self.formula.setMinimumWidth(round(px(FIELD)))
        self.formula.setMaximumWidth(round(px(340)))
        self._make_room()

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Words give way where room is short."""
        super().resizeEvent(a0)
        self._make_room()

    def _make_room(self) -> None:
        fixed = (self.presets, self.smooth.slider, self.smooth.box, self.formula)
        rest = sum(widget.minimumWidth() for widget in fixed) + self.history.sizeHint().width() + 8 * GAP
        metrics = QFontMetricsF(self._theme.font("note"))
        room = self.width() - rest - self.tools.needed()
        self._smooth_word.setText(SMOOTH if metrics.horizontalAdvance(SMOOTH) <= room else "σ")
        self.tools.set_worded(metrics.horizontalAdvance("σ") <= room)

    def set_room(self, width: int) -> None:
        """Prepare the corner for a card's width in pixels: words give way to icons."""
        worded = width >= self._theme.px(760)
        for button, word in self._corner_words:
            button.setText(word if worded else "")

    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        """The notice keeps its place beside the jump when the plane changes."""
        if a1 is not None and a1.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.LayoutRequest):
            self.notice.place()
        return super().eventFilter(a0, a1)

    # ---- intents

    def _draw(self, drawn: Drawn, command: str, merge: str | None = None) -> None:
        edit(self._session, command, lambda d: edits.set_function(d, drawn), merge=merge)

    def _stroked(self, drawn: Drawn, command: str, finished: bool) -> None:
        self._draw(drawn, command, "stroke")
        if finished:
            self._session.finish_merge()
            self._plot.show_function(self._session.document.function)
            self._tell_jumps()

    def _take(self, tool: str) -> None:
        self._plot.hand.take(tool)
        row = TOOLS[tool]
        self._plot.setToolTip(row.tip if "Keys:" in row.tip else f"{row.tip}\n{KEYS_TIP}")

    def _choose(self, key: str) -> None:
        if key:
            self._draw(preset(key), f"Function {PRESETS[key].name}")

    def _set_smooth(self, sigma: float) -> None:
        change = lambda d: edits.set_function(d, with_smooth(d.function, sigma))  # noqa: E731
        edit(self._session, "Smooth function", change, merge="smooth")

    def _clear(self) -> None:
        self._draw(cleared(), "Clear function")

    def _smooth_jumps(self) -> None:
        self._draw(with_jumps_smoothed(self._session.document.function), "Smooth the jumps")

    def _keep_jumps(self) -> None:
        self._draw(with_jumps_kept(self._session.document.function), "Keep the jumps")

    def _show_table(self) -> None:
        if self._table is None:
            self._table = FunctionTable(self._session, self._theme, self.window())
        self._table.show()
        self._table.activateWindow()

    # ---- showing

    def _document_changed(self, changed: frozenset[str]) -> None:
        if "function" not in changed:
            return
        drawn = self._session.document.function
        self._plot.show_function(drawn)
        self.presets.choose(drawn.source if drawn.source in PRESETS and not drawn.formula else "")
        self.smooth.show_value(drawn.smooth)
        self.formula.show_formula(drawn.source if drawn.formula else "")
        self._tell_jumps()

    def _tell_jumps(self) -> None:
        self.notice.show_function(self._session.document.function, busy=self._plot.hand.busy)
