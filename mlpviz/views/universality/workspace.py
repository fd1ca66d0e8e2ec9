"""The Universality workspace: a page for functions of one input, another for two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QRect, pyqtSignal
from PyQt6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.page import UniversalityPage

if TYPE_CHECKING:
    from mlpviz.views.plane.page import PlanePage


class UniversalityWorkspace(QWidget):
    """Shows the page that the document's view names; the second is made when it is first asked for.

    Signals:
        import_requested(): g shall come from a file. picture_requested(): g shall come from a picture.
        tools_changed(): another page is in front, and with it another part of the toolbar.
    """

    import_requested = pyqtSignal()
    picture_requested = pyqtSignal()
    tools_changed = pyqtSignal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self.line = UniversalityPage(session, theme)
        self.line.import_requested.connect(self.import_requested)
        self._plane: PlanePage | None = None
        self._sizes: list[list[int]] = []  # of a page that is not there yet
        self._stack = QStackedWidget()
        self._stack.addWidget(self.line)
        QVBoxLayout(self).addWidget(self._stack)  # the window sets its margins
        session.document_changed.connect(lambda changed: self._show() if "view" in changed else None)
        self._show()

    @property
    def plane(self) -> PlanePage:
        """The page for two inputs."""
        if self._plane is None:
            from mlpviz.views.plane.page import PlanePage

            self._plane = PlanePage(self._session, self._theme)
            self._plane.picture_requested.connect(self.picture_requested)
            self._stack.addWidget(self._plane)
            if self._sizes:
                self._plane.restore_sizes(self._sizes)
        return self._plane

    def note_place(self) -> tuple[QWidget, QRect]:
        """Where notes stand on the page in front."""
        return (self.line if self._stack.currentWidget() is self.line else self.plane).note_place()

    def _show(self) -> None:
        page = self.line if self._session.document.view.inputs == 1 else self.plane
        if page is not self._stack.currentWidget():
            self._stack.setCurrentWidget(page)
            self.tools_changed.emit()

    def toolbar_widget(self) -> QWidget:
        """What stands in the window's toolbar while the page in front is shown."""
        return self.line.toolbar_widget() if self._session.document.view.inputs == 1 else self.plane.toolbar_widget()

    def reset_layout(self) -> None:
        """Back to the sizes that follow the window."""
        self._sizes = []
        self.line.reset_layout()
        if self._plane is not None:
            self._plane.reset_layout()

    def sizes(self) -> list[list[int]]:
        """The splitters' sizes of both pages, to be remembered; [] while they follow the window."""
        line, plane = self.line.sizes(), self._plane.sizes() if self._plane is not None else self._sizes
        return [*(line or [[], []]), *(plane or [[], []])] if line or plane else []

    def restore_sizes(self, sizes: list[list[int]]) -> None:
        """Take remembered sizes up again."""
        if sizes[:2] and all(sizes[:2]):
            self.line.restore_sizes(sizes[:2])
        if len(sizes) == 4 and all(sizes[2:]):
            self._sizes = sizes[2:]
            if self._plane is not None:
                self._plane.restore_sizes(self._sizes)
