"""A small dialogue for a formula of one's own: typed, typeset, drawn, and refused with the place of the error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pyqtgraph as pg
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QIcon, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from mlpviz.errors import UserError
from mlpviz.nn.formula.parse import FormulaError
from mlpviz.nn.layout import Array
from mlpviz.views.kit.mathline import MathLine
from mlpviz.views.kit.mathtext import MathLabel
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.stroke import Stroke
from mlpviz.views.kit.theme import GAP, PAD, Theme

HELP = (
    "Numbers, + − * / and ^ for powers, pi, e, and the functions exp, log, sin, cos, tanh, sqrt, abs, max, min "
    "and where(condition, a, b)."
)


@dataclass(frozen=True, eq=False)
class Preview:
    """What a good formula looks like: its markup, and curves (x, y) to draw, the first the function itself."""

    markup: str
    curves: list[tuple[Array, Array]] = field(default_factory=list)


class FormulaEdit(QLineEdit):
    """A line editor that underlines the character at which its text stops being a formula."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marked: int | None = None

    @property
    def marked(self) -> int | None:
        """The marked character, counted from 1; None for none."""
        return self._marked

    def mark(self, position: int | None) -> None:
        """Mark a character, counted from 1; None: none."""
        self._marked = position
        self.update()

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """As ever, and a line under the marked character."""
        super().paintEvent(a0)
        if self._marked is None:
            return
        metrics, text = self.fontMetrics(), self.text()
        # The caret's place tells how far the text has been scrolled.
        start = self.cursorRect().center().x() - metrics.horizontalAdvance(text[: self.cursorPosition()])
        left = start + metrics.horizontalAdvance(text[: self._marked - 1])
        width = metrics.horizontalAdvance(text[self._marked - 1 : self._marked] or " ")
        y = self.height() / 2 + metrics.height() / 2 - 1
        painter = QPainter(self)
        painter.setPen(QPen(self._theme.color("warn"), 2 * self._theme.scale))
        painter.drawLine(QPointF(left, y), QPointF(left + width, y))


class FormulaDialog(QDialog):
    """Asks for a formula; `taken(text)` is called with a good one.

    Args:
        title, prompt: the window's title, and what stands before the editor.
        text: to begin with.
        check: the preview of a text; raises UserError, with a position where it has one.
        taken: told the text when OK is pressed.
    """

    def __init__(
        self,
        theme: Theme,
        title: str,
        prompt: str,
        text: str,
        check: Callable[[str], Preview],
        taken: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._check, self._taken = theme, check, taken
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(GAP)
        words = QLabel(prompt)
        words.setWordWrap(True)
        column.addWidget(words)
        self.editor = self._make_editor(prompt, words)
        column.addWidget(self.editor)
        self.preview = MathLine(theme)
        self.preview.setAccessibleName("Formula as it is read")
        column.addWidget(self.preview)
        self.legend = self._make_legend()
        column.addWidget(self.legend)
        self.plot = self._make_plot()
        column.addWidget(self.plot)
        self.note = QLabel()
        self.note.setAccessibleName("Note on the formula")
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.note.setMinimumHeight(round(theme.px(52)))
        column.addWidget(self.note)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        for button in self._buttons.buttons():
            button.setIcon(QIcon())  # the desktop's own would be of another family
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        column.addWidget(self._buttons)
        self.setMinimumWidth(round(theme.px(380)))
        self.editor.setText(text)
        self.editor.selectAll()  # to be typed over, or gone on with
        self.editor.textChanged.connect(self._typed)
        self._typed(text)

    def _make_editor(self, prompt: str, words: QLabel) -> FormulaEdit:
        editor = FormulaEdit(self._theme)
        editor.setAccessibleName("Formula")
        editor.setToolTip(HELP)
        words.setBuddy(editor)
        return editor

    def _make_legend(self) -> QWidget:
        legend = QWidget()
        legend.setAccessibleName("f solid, its slope f′ dashed")
        line = QHBoxLayout(legend)
        line.setContentsMargins(0, 0, 0, 0)
        for dashed, symbol in ((False, "f"), (True, "f′")):
            line.addWidget(Stroke(self._theme, dashed))
            line.addWidget(MathLabel(symbol, self._theme))
            line.addSpacing(PAD)
        line.addStretch(1)
        legend.hide()
        return legend

    def _make_plot(self) -> Plot:
        plot = Plot(self._theme, "Formula and its slope", grid=True)
        plot.setFixedHeight(round(self._theme.px(150)))
        plot.set_axis_symbol("bottom", "t")
        self._lines = [pg.PlotCurveItem(connect="finite") for _ in range(2)]
        dashed = pg.mkPen(self._theme.color("ink"), width=self._theme.px(1.6))
        dashed.setStyle(Qt.PenStyle.DashLine)
        for line, pen in zip(self._lines, (pg.mkPen(self._theme.color("accent"), width=2.4), dashed), strict=True):
            line.setPen(pen)
            plot.item.addItem(line)
        plot.setToolTip("f(t), solid, and its slope f′(t), dashed, from −5 to 5.")
        plot.hide()
        return plot

    @property
    def ok(self) -> QWidget:
        """The OK button."""
        button = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        assert button is not None  # it was asked for
        return button

    def _typed(self, text: str) -> None:
        try:
            found = self._check(text.strip())
        except UserError as error:
            at = error.position if isinstance(error, FormulaError) else None
            blank = len(text) - len(text.lstrip())
            self.editor.mark(None if at is None or not text.strip() else at + blank)
            self._tell(str(error), warn=True)
            self.preview.set_text("")
            for line in self._lines:
                line.setData([], [])
            self.ok.setEnabled(False)
            return
        self.editor.mark(None)
        self._tell(HELP, warn=False)
        self.preview.set_text(found.markup)
        self.plot.setVisible(bool(found.curves))
        self.legend.setVisible(bool(found.curves))
        for line, (x, y) in zip(self._lines, found.curves, strict=False):
            line.setData(x, y)
        self.ok.setEnabled(True)

    def _tell(self, text: str, warn: bool) -> None:
        self.note.setText(text)
        self.note.setAccessibleDescription(text)
        self.note.setObjectName("warn" if warn else "sub")
        style = self.note.style()
        if style is not None:  # the style sheet looks at the name again
            style.unpolish(self.note)
            style.polish(self.note)

    def accept(self) -> None:
        """Hand over the formula, unless it is none."""
        if self.ok.isEnabled():
            text = self.editor.text().strip()
            super().accept()
            self._taken(text)
