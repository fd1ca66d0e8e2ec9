"""The main window: menus, the row of tools, the pages."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PyQt6.QtCore import QByteArray, QCoreApplication, QEvent, QPoint, QRect, QSettings, Qt
from PyQt6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mlpviz import __version__
from mlpviz.errors import RunError, UserError
from mlpviz.session import Session
from mlpviz.views.backend_label import BackendLabel
from mlpviz.views.dialogs import Dialogs
from mlpviz.views.file_actions import FileActions
from mlpviz.views.kit.theme import GAP, Theme
from mlpviz.views.lab.page import LabPage
from mlpviz.views.menus import KEYS, Menus
from mlpviz.views.notices import DivergedStrip, Note
from mlpviz.views.toolbar import Toolbar

if TYPE_CHECKING:
    from mlpviz.views.universality.workspace import UniversalityWorkspace

log = logging.getLogger(__name__)
SETTLING = 3  # passes after which every widget of a new page has its size
TITLE_BAR = 40  # pixels; more than most desktops give to it
ABOUT = (
    f"Version {__version__}. Build a multilayer perceptron by clicking, watch it learn, take the weights away.\n\n"
    "Free software under the GNU General Public License, version 3 or later. "
    "Fonts: Inter and STIX Two, under the SIL Open Font License."
)


@dataclass(frozen=True)
class Page:
    """A page: its id in ViewSpec.workspace, its tab, its tooltip, what makes it."""

    key: str
    name: str
    tip: str
    make: Callable[[Session, Theme], LabPage | UniversalityWorkspace]


def _universality(session: Session, theme: Theme) -> UniversalityWorkspace:
    from mlpviz.views.universality.workspace import UniversalityWorkspace  # not needed for the first picture

    return UniversalityWorkspace(session, theme)


PAGES = (
    Page("lab", "Lab", "Build a network, train it, see inside", LabPage),
    Page("universality", "Universality", "Draw a function, and see wider layers reach for it", _universality),
)


@runtime_checkable
class Noted(Protocol):
    """A page that says where notes stand on it."""

    def note_place(self) -> tuple[QWidget, QRect]:
        """A rectangle of a widget, over whose lower edge a note stands."""


@runtime_checkable
class Arranged(Protocol):
    """A page whose cards can be given other sizes by hand."""

    def sizes(self) -> list[list[int]]:
        """The sizes given by hand; [] while they follow the window."""

    def restore_sizes(self, sizes: list[list[int]]) -> None:
        """Take remembered sizes up again."""

    def reset_layout(self) -> None:
        """Back to the sizes that follow the window."""


class MainWindow(QMainWindow):
    """The window over one session.

    Args:
        session: closed together with the window.
        theme: in force; the window sets it from its settings and the system.
        settings: what is remembered from one time to the next.
        dialogs: asks the questions; None for the real ones.
    """

    def __init__(self, session: Session, theme: Theme, settings: QSettings, dialogs: Dialogs | None = None) -> None:
        super().__init__()
        self.session, self._theme, self._settings = session, theme, settings
        self.dialogs = dialogs or Dialogs(self)
        self.files = FileActions(session, self.dialogs, settings)
        self._mode = str(settings.value("theme") or "system")
        self._take_theme()
        self._build()
        self.menus = Menus(self)
        self.menus.check(self._mode, theme.scale)
        self._make_corner()
        self._connect()
        self._restore()
        self._retitle()
        self._show_workspace()

    # ---- making

    def _build(self) -> None:
        self.setAcceptDrops(True)
        self.setMinimumSize(720, 520)
        centre = QWidget()
        centre.setObjectName("window")
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.toolbar = Toolbar(self.session, self._theme)
        self._stack = QStackedWidget()
        self._pages: dict[int, QWidget] = {}
        for page in PAGES:
            self.toolbar.add_page(page.name, page.tip)
            self._stack.addWidget(QWidget())
        column.addWidget(self.toolbar)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(centre)
        centre.setFocus()  # so that Space trains from the first moment
        self.note = Note(self.session, self._theme, centre, self._note_place)
        self.strip = DivergedStrip(self.session, self._theme, centre, self.toolbar.figures_place)

    def _connect(self) -> None:
        session = self.session
        session.problem.connect(self.dialogs.problem)
        session.file_changed.connect(self._retitle)
        session.job_changed.connect(self._retitle)
        session.document_changed.connect(lambda changed: self._show_workspace() if "view" in changed else None)
        self.toolbar.page_chosen.connect(self.show_page)
        self.toolbar.theme_toggled.connect(lambda: self.set_theme_mode("light" if self._theme.dark else "dark"))
        hints = QGuiApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(self._take_theme)

    def _make_corner(self) -> None:
        """At the right of the menu bar: what computes the steps, and the document's name."""
        self._corner = QWidget()
        line = QHBoxLayout(self._corner)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self.backend = BackendLabel(self.session)
        self.backend.changed.connect(self._fit_corner)
        self._name = QLabel()
        self._name.setObjectName("document")
        line.addWidget(self.backend)
        line.addWidget(self._name)

    # ---- pages

    def page_names(self) -> list[str]:
        """The pages' names, in the order of their tabs."""
        return [page.name for page in PAGES]

    def page(self, index: int) -> QWidget:
        """A page; it is made when it is first asked for."""
        if index not in self._pages:
            page = PAGES[index].make(self.session, self._theme)
            self._pages[index] = page
            if isinstance(page, LabPage):
                page.data.import_requested.connect(lambda: self.attempt("Import data", self.files.import_data))
            else:
                page.import_requested.connect(lambda: self.attempt("Import function", self.files.import_function))
                page.picture_requested.connect(lambda: self.attempt("Open picture", self.files.open_picture))
                page.tools_changed.connect(self._show_tools)
            layout = page.layout()
            if layout is not None and not isinstance(page, LabPage):
                layout.setContentsMargins(GAP, 0, GAP, GAP)
            empty = self._stack.widget(index)
            self._stack.insertWidget(index, page)
            if empty is not None:
                self._stack.removeWidget(empty)
                empty.deleteLater()
            self._restore_sizes(PAGES[index].key, page)
        return self._pages[index]

    def show_page(self, index: int) -> None:
        """Bring a page to the front; the document remembers it."""
        if index >= 0 and PAGES[index].key != self.session.document.view.workspace:
            self.session.look(workspace=PAGES[index].key)

    def _show_workspace(self) -> None:
        keys = [page.key for page in PAGES]
        workspace = self.session.document.view.workspace
        index = keys.index(workspace) if workspace in keys else 0
        fresh = index not in self._pages
        if fresh:
            self.setUpdatesEnabled(False)  # what has just been made is not shown before it has its sizes
        self.page(index)
        self._stack.setCurrentIndex(index)
        self.toolbar.tabs.choose(index)
        self._show_tools()
        if fresh:
            for _ in range(SETTLING):
                QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
            self.setUpdatesEnabled(True)

    def _show_tools(self) -> None:
        tools = getattr(self._pages.get(self._stack.currentIndex()), "toolbar_widget", None)
        self.toolbar.show_tools(tools() if tools is not None else None)

    def _note_place(self) -> QRect:
        """Where a note stands: over the foot of what the page names, for it must hide no axis and no control."""
        centre, page = self.centralWidget(), self._pages.get(self._stack.currentIndex())
        if not isinstance(page, Noted) or centre is None:
            return centre.rect() if centre is not None else self.rect()
        widget, place = page.note_place()
        return place.translated(widget.mapTo(centre, QPoint(0, 0)))

    def reset_layout(self) -> None:
        """Cards back to the sizes that follow the window."""
        for page in self._pages.values():
            if isinstance(page, Arranged):
                page.reset_layout()

    # ---- doing

    def attempt(self, title: str, do: Callable[[], object]) -> None:
        """Do something; what the user or the disk got wrong is told, not raised."""
        self._commit_typing()
        try:
            do()
        except (UserError, RunError) as error:
            self.dialogs.problem(title.split("\t")[0], str(error))

    @staticmethod
    def _commit_typing() -> None:
        """A number half typed counts before anything else happens."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractSpinBox):
            focus.interpretText()

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        """Space trains or pauses and . steps: only what the control in focus did not use arrives here."""
        if (
            a0 is not None
            and self._lab_in_front()
            and a0.modifiers()
            in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
        ):
            if a0.key() == Qt.Key.Key_Space and not a0.isAutoRepeat():
                self.session.toggle_training()
                return
            if a0.key() == Qt.Key.Key_Period:
                self.session.step()
                return
        super().keyPressEvent(a0)

    def _lab_in_front(self) -> bool:
        return self._stack.currentIndex() == 0

    def open_first(self, path: Path | None) -> None:
        """At the start: the document asked for, and what a crash left."""
        if path is not None:
            self.attempt("Open", lambda: self.files.open(path))
        for offer in self.session.storage.offers():
            answer = self.dialogs.recover(offer)
            if answer == "recover":
                self.attempt("Recover", partial(self.session.storage.recover, offer))
                return
            if answer == "forget":
                self.session.storage.forget(offer)

    def show_keys(self) -> None:
        """The list of keys."""
        self.dialogs.shortcuts(KEYS)

    def show_about(self) -> None:
        """Who made this."""
        self.dialogs.about(ABOUT)

    # ---- look

    def set_theme_mode(self, mode: str) -> None:
        """ "system", "light" or "dark"."""
        self._mode = mode
        self._settings.setValue("theme", mode)
        self._take_theme()
        self.menus.check(mode, self._theme.scale)

    def _take_theme(self) -> None:
        hints = QGuiApplication.styleHints()
        system = hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark
        self._theme.set(dark=system if self._mode == "system" else self._mode == "dark")

    def set_scale(self, scale: float) -> None:
        """The size of text, pens and marks."""
        self._settings.setValue("scale", scale)
        self._theme.set(scale=scale)
        self.menus.check(self._mode, scale)

    def _retitle(self) -> None:
        edited = self.session.storage.modified
        text = f"{self.files.name} — edited" if edited else self.files.name
        self.setWindowTitle(f"{text} – mlpviz")
        self._name.setText(text)
        self._fit_corner()

    def _fit_corner(self) -> None:
        bar = self.menuBar()
        if bar is not None:  # the corner takes its room from the widget's size when it is set
            self._corner.adjustSize()
            bar.setCornerWidget(self._corner)
            self._corner.show()

    # ---- remembered from one time to the next

    def appear(self) -> None:
        """Show the window; all of the screen where its usual size and a title bar would not fit on it."""
        screen = self.screen()
        room = screen.availableSize() if screen is not None else self.size()
        if room.width() < self.width() or room.height() < self.height() + TITLE_BAR:
            self.showMaximized()
        else:
            self.show()

    def _restore(self) -> None:
        geometry = self._settings.value("geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            self.resize(1280, 800)
        self.page(0)

    def _restore_sizes(self, key: str, page: QWidget) -> None:
        try:
            sizes = json.loads(str(self._settings.value(f"splitters/{key}", "[]")))
            if isinstance(page, Arranged):
                page.restore_sizes(sizes)
        except (ValueError, TypeError):
            log.warning("The remembered layout cannot be read; the usual one is used.")

    def _remember(self) -> None:
        self._settings.setValue("geometry", self.saveGeometry())
        for index, page in self._pages.items():
            if isinstance(page, Arranged):
                self._settings.setValue(f"splitters/{PAGES[index].key}", json.dumps(page.sizes()))
        self._settings.sync()

    # ---- events

    def closeEvent(self, a0: QCloseEvent | None) -> None:
        """Ask about unsaved changes, then end every thread."""
        if a0 is None:
            return
        try:
            going = self.files.may_go()
        except (UserError, RunError) as error:
            self.dialogs.problem("Save", str(error))
            going = False
        if not going:
            a0.ignore()
            return
        self._remember()
        self.session.close()
        a0.accept()

    def dragEnterEvent(self, a0: QDragEnterEvent | None) -> None:
        """Files may be dropped anywhere."""
        mime = a0.mimeData() if a0 is not None else None
        if a0 is not None and mime is not None and any(url.isLocalFile() for url in mime.urls()):
            a0.acceptProposedAction()

    def dropEvent(self, a0: QDropEvent | None) -> None:
        """Open or import the first file dropped."""
        mime = a0.mimeData() if a0 is not None else None
        if a0 is None or mime is None:
            return
        a0.acceptProposedAction()
        paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if paths:
            self.attempt("Open", lambda: self.files.take(paths[0]))
