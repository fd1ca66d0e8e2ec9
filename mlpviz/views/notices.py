"""What the window says in passing: a note that goes away, and the strip that stands while a run has diverged."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QObject, QRect, QTimer
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from mlpviz.document.document import Document
from mlpviz.document.edits import reset, set_training
from mlpviz.errors import Diverged
from mlpviz.session import Session
from mlpviz.views.kit.icons import SIZE, pixmap, set_icon
from mlpviz.views.kit.labels import height_for
from mlpviz.views.kit.numbers import number_text
from mlpviz.views.kit.theme import PAD, Theme

NOTE_MS = 6000


class Note(QFrame):
    """A sentence over the bottom edge of a rectangle of its parent, gone after a while.

    Args:
        over: the rectangle: where a sentence hides no axis.
    """

    def __init__(self, session: Session, theme: Theme, parent: QWidget, over: Callable[[], QRect]) -> None:
        super().__init__(parent)
        self.setObjectName("note")
        self._theme, self._over = theme, over
        self._label = QLabel()
        self._label.setAccessibleName("Note")
        self._label.setWordWrap(True)
        self._close = QPushButton()
        self._close.setAccessibleName("Dismiss note")
        self._close.setToolTip("Dismiss")
        set_icon(self._close, "close", theme, "tip_ink")
        self._close.clicked.connect(self.hide)
        line = QHBoxLayout(self)
        line.setContentsMargins(PAD, 4, 4, 4)
        line.addWidget(self._label, 1)
        line.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NOTE_MS)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        session.noted.connect(self.tell)
        session.document_changed.connect(self._document_changed)
        self.hide()

    def text(self) -> str:
        """The sentence."""
        return self._label.text()

    def tell(self, sentence: str) -> None:
        """Show a sentence for a while."""
        self._label.setText(sentence)
        self._label.setAccessibleDescription(sentence)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"network", "data", "function", "painted", "sweep", "results"}:
            self.hide()  # it told of what is past; what has just changed tells its own note after this

    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        """Stay at the bottom when the window is resized."""
        if a1 is not None and a1.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        words = self._label.fontMetrics().horizontalAdvance(self._label.text())
        over = self._over()
        room = over.width() - 2 * PAD
        width = min(words + round(self._theme.px(70)), room)
        inner = max(width - round(self._theme.px(54)), 10)
        self._label.setFixedSize(inner, max(height_for(self._label, inner), self._close.sizeHint().height()))
        self.adjustSize()
        self.move(over.center().x() - self.width() // 2, over.bottom() - self.height() - PAD)


class IconLabel(QLabel):
    """An icon that follows the theme."""

    def __init__(self, name: str, theme: Theme, token: str) -> None:
        super().__init__()
        self._name, self._theme, self._token = name, theme, token
        theme.changed.connect(self._paint)
        self._paint()

    def _paint(self) -> None:
        px, ratio = self._theme.px(SIZE), self.devicePixelRatioF()
        self.setPixmap(pixmap(self._name, self._theme.color(self._token), px, ratio))


class DivergedStrip(QFrame):
    """Over the figures in the toolbar while the run stands where it diverged: what happened, and what helps.

    It floats, so that no card moves when it comes and goes; `place` gives the rectangle it may take.
    """

    def __init__(self, session: Session, theme: Theme, parent: QWidget, place: Callable[[], QRect]) -> None:
        super().__init__(parent)
        self._session, self._place = session, place
        self._dismissed: Diverged | None = None
        self.setObjectName("strip")
        self._mark = IconLabel("warning", theme, "warn")
        self._label = QLabel()
        self._label.setObjectName("warn")
        self._label.setWordWrap(True)
        self._label.setAccessibleName("Diverged")
        self._halve = QPushButton("Halve η and start again")
        self._halve.setObjectName("small")
        self._halve.setAccessibleName("Halve η and start again")
        self._halve.setToolTip("Half the learning rate, back to the untrained start, and train from there.")
        self._halve.clicked.connect(self._halve_rate)
        close = QPushButton()
        close.setObjectName("mini")
        close.setAccessibleName("Dismiss warning")
        close.setToolTip("Dismiss; the last finite weights stay.")
        set_icon(close, "close", theme, "ink2")
        close.clicked.connect(self._dismiss)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 2, 6, 2)
        line.setSpacing(8)
        line.addWidget(self._mark)
        line.addWidget(self._label, 1)
        line.addWidget(self._halve)
        line.addWidget(close)
        session.updated.connect(self.refresh)
        session.job_changed.connect(self.refresh)
        session.document_changed.connect(lambda _: self.refresh())
        parent.installEventFilter(self)
        self.refresh()

    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        """Keep the place when the window is resized."""
        if a1 is not None and a1.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and self.isVisible():
            self.setGeometry(self._place())
        return False

    def text(self) -> str:
        """The sentence."""
        return self._label.text()

    def refresh(self) -> None:
        """Show or hide the strip."""
        diverged = self._session.live.diverged
        session = self._session
        standing = diverged is not None and diverged is not self._dismissed and session.job is None
        standing = standing and session.document.view.workspace == "lab"
        if standing:
            text = f"Diverged at step {diverged.step:,}: {diverged.layer} is not finite."  # type: ignore[union-attr]
            rate = number_text(session.document.training.learning_rate)
            self._label.setText(f"{text} Shown: the last finite weights; η below {rate} may help.")
            self._label.setAccessibleDescription(self._label.text())
            self._label.setToolTip(self._label.text())
            self.setGeometry(self._place())
            self.raise_()
        self.setVisible(standing)

    def _halve_rate(self) -> None:
        def change(document: Document) -> Document:
            halved = document.training.learning_rate / 2
            return reset(set_training(document, learning_rate=halved).document).document

        self._dismiss()
        if self._session.edit("Halve η", change):
            self._session.train()

    def _dismiss(self) -> None:
        self._dismissed = self._session.live.diverged
        self.refresh()
