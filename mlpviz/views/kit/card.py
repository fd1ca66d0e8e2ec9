"""A card: the frame every view of the window sits in."""

from __future__ import annotations

from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from mlpviz.views.kit.labels import ElidedLabel
from mlpviz.views.kit.mathtext import MathLabel
from mlpviz.views.kit.theme import PAD, Theme

_ANY = 16_777_215  # Qt's "no limit" of a size


class Card(QFrame):
    """A frame with a title line and a body.

    The title line reads: **title** symbol subtitle … widgets added to `header` at the right.

    Attributes:
        theme: the theme in force.
        header: the title line's layout; `header.addWidget` puts a widget at its right end.
        body: the layout below, without margins of its own.
    """

    def __init__(
        self, title: str, theme: Theme, parent: QWidget | None = None, *, symbol: str = "", subtitle: str = ""
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setObjectName("card")
        self.setFrameShape(QFrame.Shape.NoFrame)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(PAD, 4, PAD, PAD)
        outer.setSpacing(4)
        self.header = QHBoxLayout()
        self.header.setSpacing(8)
        self._title = ElidedLabel(title)
        self._title.setObjectName("title")
        self._title.setAccessibleName(f"{title} card")  # the bare word is the name of what stands in the card
        self._symbol = MathLabel(symbol, theme)
        self._subtitle = ElidedLabel(subtitle)
        self._subtitle.setObjectName("sub")
        self._line = QWidget()  # keeps the title line's height whatever stands in it
        self._line.setLayout(self.header)
        self._line.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.header.setContentsMargins(0, 0, 0, 0)
        self.header.addWidget(self._title)
        self.header.addWidget(self._symbol)
        self.header.addWidget(self._subtitle)
        self.header.addStretch(1)
        outer.addWidget(self._line)
        room = QWidget()  # takes what room is left, so that the title line stays at the top
        self.body = QVBoxLayout(room)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(4)
        outer.addWidget(room, 1)
        self.set_symbol(symbol)
        self.set_subtitle(subtitle)
        self._fit()
        theme.changed.connect(self._fit)

    def embed(self) -> None:
        """Become part of another card: no frame, no margins, no title."""
        self.setObjectName("embedded")
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        self._title.hide()

    @property
    def title_label(self) -> QLabel:
        """The bold word's label, for a control that it names."""
        return self._title

    def title(self) -> str:
        """The bold word."""
        return self._title.text()

    def set_symbol(self, formula: str) -> None:
        """The formula behind the title; "" for none."""
        self._symbol.set_text(formula)
        self._symbol.setVisible(bool(formula))
        self.fit_header()

    def set_subtitle(self, text: str, *shorter: str) -> None:
        """The secondary words behind the title; "" for none. Where room is short they give way to shorter ones."""
        if text != self.subtitle() or bool(text) == self._subtitle.isHidden():
            self._subtitle.set_texts(text, *shorter)
            self._subtitle.setVisible(bool(text))
            self.fit_header()

    def subtitle(self) -> str:
        """The secondary words."""
        return self._subtitle.text()

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """What can give way in the title line does where it is short."""
        super().resizeEvent(a0)
        self.fit_header()

    def fit_header(self) -> None:
        """Share out the title line; to be called when a widget that was added to it needs other room.

        Formulas give way first, the last of them before the others, then the secondary words, the title last of all.
        """
        widgets = [item.widget() for i in range(self.header.count()) if (item := self.header.itemAt(i)) is not None]
        shown = [widget for widget in widgets if widget is not None and not widget.isHidden()]
        formulas = [widget for widget in shown if isinstance(widget, MathLabel)]
        rest = [widget for widget in shown if widget not in formulas and widget is not self._subtitle]
        gap, title = self.header.spacing(), self._title
        others = sum(widget.minimumSizeHint().width() + gap for widget in rest if widget is not title)
        title.setMinimumWidth(max(0, min(title.sizeHint().width(), self.width() - 2 * PAD - others)))
        room = self.width() - 2 * PAD - sum(widget.sizeHint().width() + gap for widget in rest)
        words = 0 if self._subtitle.isHidden() else self._subtitle.sizeHint().width() + gap
        for formula in formulas:  # the title's own symbol comes first
            needed = formula.sizeHint().width() + gap
            fits = needed + words <= room
            formula.setMaximumWidth(_ANY if fits else 0)
            room -= needed if fits else 0
        self._subtitle.setMaximumWidth(max(self._subtitle.minimumSizeHint().width(), room - gap))

    def _fit(self) -> None:
        self._line.setFixedHeight(round(self.theme.px(28)))
        self.fit_header()
