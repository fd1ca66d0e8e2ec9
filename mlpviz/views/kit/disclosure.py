"""The less common settings of a panel, out of sight until they are asked for."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker
from PyQt6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from mlpviz.session import Session
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.theme import Theme


class Disclosure(QWidget):
    """What a More… button shows and hides. Whether it is open is part of the view, which the document remembers.

    Attributes:
        button: to be put where the panel has room for it.
        body: the layout of what is disclosed.
    """

    def __init__(self, key: str, name: str, tip: str, session: Session, theme: Theme) -> None:
        super().__init__()
        self._key, self._session, self._theme, self._tip = key, session, theme, tip
        self._unusual: tuple[str, ...] = ()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 4, 0, 0)
        self.body.setSpacing(4)
        self.button = QPushButton()
        self.button.setObjectName("small")
        self.button.setCheckable(True)
        self.button.setAccessibleName(name)
        self.button.toggled.connect(self._toggled)
        session.document_changed.connect(self._changed)
        self._show()

    @property
    def open(self) -> bool:
        """Whether it is open."""
        return self._key in self._session.document.view.more

    def mark(self, unusual: list[str]) -> None:
        """Say on the button that settings under it are other than usual; the tooltip names them."""
        if tuple(unusual) != self._unusual:
            self._unusual = tuple(unusual)
            self._show()

    def _toggled(self, on: bool) -> None:
        others = tuple(key for key in self._session.document.view.more if key != self._key)
        self._session.look(more=(*others, self._key) if on else others)

    def _changed(self, changed: frozenset[str]) -> None:
        if "view" in changed and self.isHidden() == self.open:
            self._show()

    def _show(self) -> None:
        shown = self.open
        with QSignalBlocker(self.button):
            self.button.setChecked(shown)
        self.button.setText("Less" if shown else f"More… •{len(self._unusual)}" if self._unusual else "More…")
        told = f"\nIn force: {', '.join(self._unusual)}." if self._unusual else ""
        self.button.setToolTip(self._tip + told)
        self.button.setAccessibleDescription(told.strip())
        set_icon(self.button, "up" if shown else "down", self._theme, "ink2")
        self.setVisible(shown)
