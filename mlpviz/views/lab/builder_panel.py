"""The network builder: a list of the hidden layers, one row each."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PyQt6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from mlpviz.document import edits
from mlpviz.document.locking import locked_by_layer, set_locked
from mlpviz.nn.locks import Lock
from mlpviz.nn.spec import MAX_HIDDEN, Network
from mlpviz.pictures.symbols import maps_inputs
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.layer_row import COMPACT, LayerRow


def summary(network: Network) -> str:
    """The network in a line: "2–6–4–2–1 · 59 parameters"."""
    sizes = [f"{size:,}" for size in network.sizes]
    middle = sizes if len(sizes) <= 8 else [*sizes[:4], "…", *sizes[-3:]]
    return f"{'–'.join(middle)} · {network.size:,} parameters"


class BuilderPanel(Card):
    """Layers: each with its width and activation; add, remove, insert, reorder, lock."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Layers", theme, parent)
        self._session = session
        self._rows: list[LayerRow] = []
        self._add = self._button("Add", "Add hidden layer", "plus", "Add a hidden layer before the output.")
        self._add.clicked.connect(lambda: self._do("Add hidden layer", edits.add_hidden_layer))
        self._remove = self._button("Remove", "Remove hidden layer", "minus", "Remove the last hidden layer.")
        self._remove.clicked.connect(lambda: self._do("Remove hidden layer", edits.remove_hidden_layer))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._list = QWidget()
        self._list.setObjectName("clear")
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._none = QLabel()
        self._none.setObjectName("sub")
        self._none.setWordWrap(True)
        self._column.addWidget(self._none)
        self._column.addStretch(1)
        self._mark = QFrame(self._list)
        self._mark.setObjectName("mark")
        self._mark.hide()
        self._scroll.setWidget(self._list)
        self.body.addWidget(self._scroll, 1)
        for keys, by in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: self._move_focused(by))
        session.document_changed.connect(self._changed)
        theme.changed.connect(self._fit_rows)
        self._refresh()

    def _button(self, text: str, name: str, icon: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName("small")
        button.setAccessibleName(name)
        button.setToolTip(tip)
        set_icon(button, icon, self.theme, "ink2")
        self.header.addWidget(button)
        return button

    # ---- intents

    def _do(self, words: str, change: Any, merge: str | None = None) -> None:
        if not self._session.edit(words, change, merge=merge):
            self._refresh()

    def _asked(self, index: int, what: str) -> None:
        if what == "lock":
            locked, parameters = locked_by_layer(self._session.document)[index]
            on = locked < parameters
            self._do(f"{'Lock' if on else 'Unlock'} layer {index + 1}", lambda d: set_locked(d, [Lock(index)], on))
        elif what == "insert":
            self._do("Insert hidden layer", lambda d: edits.add_hidden_layer(d, index))
        elif what == "remove":
            self._do("Remove hidden layer", lambda d: edits.remove_hidden_layer(d, index))
        else:
            self._move(index, index + (-1 if what == "up" else 1))

    def _move(self, source: int, target: int) -> None:
        if source != target and 0 <= target < len(self._rows):
            self._do("Move hidden layer", lambda d: edits.move_hidden_layer(d, source, target))

    def _move_focused(self, by: int) -> None:
        for row in self._rows:
            focus = self.focusWidget()
            if focus is not None and row.isAncestorOf(focus):
                name = focus.accessibleName()
                self._move(row.index, row.index + by)
                self._focus_like(name, row.index, row.index + by)
                return

    def _focus_like(self, name: str, source: int, target: int) -> None:
        """The focus goes along with the layer that moved."""
        wanted = name.replace(f"layer {source + 1}", f"layer {target + 1}")
        for widget in self._list.findChildren(QWidget):
            if widget.accessibleName() == wanted and widget.isEnabled():
                widget.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- dragging

    def _target(self, source: int, height: int) -> int:
        y = self._list.mapFromGlobal(QPoint(0, height)).y()
        others = [row for row in self._rows if row.index != source]
        return sum(y > row.geometry().center().y() for row in others)

    def _dragged(self, source: int, height: int) -> None:
        target = self._target(source, height)
        row = self._rows[target]
        edge = row.geometry().bottom() if target > source else row.geometry().top()
        self._mark.setGeometry(0, max(edge - 1, 0), self._list.width(), 2)
        self._mark.setVisible(target != source)
        self._mark.raise_()

    def _dropped(self, source: int, height: int) -> None:
        if self._mark.isVisible():
            self._mark.hide()
            self._move(source, self._target(source, height))

    # ---- showing

    def _changed(self, changed: frozenset[str]) -> None:
        if changed & {"network", "training"}:
            self._refresh()

    def _refresh(self) -> None:
        network = self._session.document.network
        while len(self._rows) > len(network.hidden):
            row = self._rows.pop()
            row.setParent(None)
            row.deleteLater()
        while len(self._rows) < len(network.hidden):
            self._rows.append(self._make_row(len(self._rows)))
        for row, layer, locks in zip(
            self._rows, network.hidden, locked_by_layer(self._session.document)[:-1], strict=True
        ):
            row.show_layer(layer, len(self._rows), *locks)
        seen = "its features φ(x)" if maps_inputs(network) else "x"
        self._none.setText(f"No hidden layer: the network is linear in {seen}.")
        self._none.setVisible(not self._rows)
        self._add.setEnabled(len(self._rows) < MAX_HIDDEN)
        self._remove.setEnabled(bool(self._rows))
        self.setAccessibleDescription(summary(network))
        self._fit_rows()

    def _make_row(self, index: int) -> LayerRow:
        row = LayerRow(index, self.theme, self._list)
        words = f"of hidden layer {index + 1}"
        row.width_chosen.connect(
            lambda width: self._do(
                f"Change width {words}", lambda d: edits.set_width(d, index, width), f"width {index}"
            )
        )
        row.activation_chosen.connect(
            lambda key: self._do(f"Change activation {words}", lambda d: edits.set_activation(d, index, key))
        )
        row.asked.connect(lambda what: self._asked(index, what))
        row.grip.dragged.connect(lambda height: self._dragged(index, height))
        row.grip.dropped.connect(lambda height: self._dropped(index, height))
        self._column.insertWidget(self._column.count() - 1, row)
        row.show()
        return row

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Rows leave things out when the card is narrow."""
        super().resizeEvent(a0)
        self._fit_rows()

    def _fit_rows(self) -> None:
        margins = self.contentsMargins() if (outer := self.layout()) is None else outer.contentsMargins()
        room = (self.width() - margins.left() - margins.right()) / self.theme.scale
        for row in self._rows:
            row.fit(room)
        text = summary(self._session.document.network)
        self.set_subtitle(text.split(" · ")[0] if room < COMPACT else text)
        for button, text in ((self._add, "Add"), (self._remove, "Remove")):
            button.setText("" if room < COMPACT else text)
