"""The menu bar: every action of the window, with its key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtGui import QAction, QActionGroup, QKeySequence
from PyQt6.QtWidgets import QMenu

from mlpviz.data.seeds import xor_seeds
from mlpviz.document import edits
from mlpviz.document.presets import PRESETS, Preset
from mlpviz.nn.spec import MAX_HIDDEN

if TYPE_CHECKING:
    from mlpviz.views.window import MainWindow

# Keys that have no QAction of their own: widgets in focus may use them for themselves.
SPACE, PERIOD = "Space", "."
SCALES = ((1.0, "Normal text"), (1.25, "Large text"), (1.5, "Larger text"))
THEMES = (("system", "Follow the system"), ("light", "Light"), ("dark", "Dark"))


class Menus:
    """Builds the menus and keeps what changes in them up to date."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self.undo: QAction
        self.redo: QAction
        bar = window.menuBar()
        assert bar is not None  # a QMainWindow makes one when asked
        self._bar = bar
        self._file()
        self._edit()
        self._network()
        self._run()
        self._view()
        self._help()
        self._session.undo_changed.connect(self._name_undo)
        self._session.document_changed.connect(lambda _: self._enable())
        self._session.job_changed.connect(self._enable)
        self._name_undo()
        self._enable()

    # ---- making

    def _menu(self, title: str) -> QMenu:
        menu = QMenu(title, self._window)
        menu.setToolTipsVisible(True)
        self._bar.addMenu(menu)
        return menu

    def _action(
        self,
        menu: QMenu,
        text: str,
        do: Callable[[], object],
        keys: str | QKeySequence.StandardKey | list[str] | None = None,
        tip: str = "",
    ) -> QAction:
        action = QAction(text, self._window)
        action.triggered.connect(lambda: self._window.attempt(text.rstrip("…"), do))
        if isinstance(keys, list):
            action.setShortcuts([QKeySequence(key) for key in keys])
        elif keys is not None:
            action.setShortcut(QKeySequence(keys))
        if tip:
            action.setToolTip(tip)
        menu.addAction(action)
        return action

    def _file(self) -> None:
        menu, files = self._menu("File"), self._window.files
        self._action(menu, "New", files.new, "Ctrl+N", "A new document with the circle data.")
        self._action(menu, "Open…", files.open, "Ctrl+O")
        self._recent = QMenu("Open recent", menu)
        menu.aboutToShow.connect(self._fill_recent)  # the menu's, not its own: what is disabled never opens
        menu.addMenu(self._recent)
        menu.addSeparator()
        self._action(menu, "Save", files.save, "Ctrl+S")
        self._action(menu, "Save as…", files.save_as, "Ctrl+Shift+S")
        menu.addSeparator()
        self._action(menu, "Import data…", files.import_data, "Ctrl+D", "A CSV, NPZ or JSON table as the data.")
        tip = "A CSV of x and y as the function to draw."
        self._action(menu, "Import function…", files.import_function, "Ctrl+Shift+D", tip)
        self._action(menu, "Import weights…", files.import_weights, "Ctrl+I", "Network and weights from a file.")
        self._action(menu, "Export weights…", files.export_weights, "Ctrl+E", "The weights as other tools read them.")
        menu.addSeparator()
        self._action(menu, "Quit", self._window.close, "Ctrl+Q")
        self._fill_recent()

    def _edit(self) -> None:
        menu = self._menu("Edit")
        self.undo = self._action(menu, "Undo", self._session.undo, "Ctrl+Z")
        self.redo = self._action(menu, "Redo", self._session.redo, ["Ctrl+Shift+Z", "Ctrl+Y"])

    def _network(self) -> None:
        menu, session = self._menu("Network"), self._session
        for key, row in PRESETS.items():
            tip = f"{row.sentence} {xor_seeds().sentence}" if key == "xor-relu" else row.sentence
            self._action(menu, row.name, partial(self._preset, row), tip=tip)
        menu.addSeparator()
        self._add = self._action(
            menu,
            "Add a hidden layer",
            lambda: session.edit("Add hidden layer", edits.add_hidden_layer),
            "Ctrl++",
            "Before the output; the layers before it keep their weights.",
        )
        self._remove = self._action(
            menu,
            "Remove the last hidden layer",
            lambda: session.edit("Remove hidden layer", edits.remove_hidden_layer),
            "Ctrl+-",
        )

    def _preset(self, row: Preset) -> None:
        self._session.edit(row.name, row.apply)

    def _run(self) -> None:
        menu, session = self._menu("Run"), self._session
        self._train = self._action(menu, f"Train\t{SPACE}", session.toggle_training)
        self._step = self._action(menu, f"One step\t{PERIOD}", session.step, tip="The next batch of examples.")
        self._epoch = self._action(menu, "One epoch", session.step_epoch, "Ctrl+.", "Up to the end of the epoch.")
        reset = self._action(
            menu, "Reset training", session.reset, "Ctrl+R", "Back to the untrained start of this seed."
        )
        menu.addSeparator()
        self._sweep = self._action(menu, f"Sweep\t{SPACE}", session.toggle_sweep)
        tip = "Take back the nets of the sweep that is under way or paused; undo and redo know them still."
        self._cancel = self._action(menu, "Cancel the sweep", session.cancel_sweep, tip=tip)
        self._trains = (self._train, self._step, self._epoch, reset)

    def _view(self) -> None:
        menu, window = self._menu("View"), self._window
        for index, name in enumerate(window.page_names()):
            self._action(menu, f"{name} page", partial(window.show_page, index), f"Ctrl+{index + 1}")
        menu.addSeparator()
        self._themes = QActionGroup(window)
        for key, text in THEMES:
            self._choice(menu, self._themes, text, key, window.set_theme_mode)
        menu.addSeparator()
        self._scales = QActionGroup(window)
        for scale, text in SCALES:
            self._choice(menu, self._scales, text, scale, window.set_scale)
        menu.addSeparator()
        self._action(menu, "Reset layout", window.reset_layout, tip="Cards back to the sizes that follow the window.")

    def _choice(self, menu: QMenu, group: QActionGroup, text: str, key: object, do: Callable[..., None]) -> None:
        action = self._action(menu, text, lambda: do(key))
        action.setCheckable(True)
        action.setData(key)
        group.addAction(action)

    def _help(self) -> None:
        menu = self._menu("Help")
        self._action(menu, "Keys", self._window.show_keys, "F1")
        self._action(menu, "About mlpviz", self._window.show_about)

    # ---- keeping up to date

    def check(self, mode: str, scale: float) -> None:
        """Tick the theme and the text size in force."""
        for group, value in ((self._themes, mode), (self._scales, scale)):
            for action in group.actions():
                action.setChecked(action.data() == value)

    def _name_undo(self) -> None:
        for action, word, what in (
            (self.undo, "Undo", self._session.undo_text),
            (self.redo, "Redo", self._session.redo_text),
        ):
            action.setText(f"{word} {what[0].lower()}{what[1:]}" if what else word)
            action.setEnabled(what is not None)

    def _enable(self) -> None:
        depth = len(self._session.document.network.hidden)
        self._add.setEnabled(depth < MAX_HIDDEN)
        self._remove.setEnabled(depth > 0)
        training = self._session.job == "train"
        self._train.setText(f"{'Pause' if training else 'Train until paused'}\t{SPACE}")
        # Nothing is begun on a page out of sight; what runs there can be ended.
        view, sweeping = self._session.document.view, self._session.job == "sweep"
        lab = view.workspace == "lab"
        for action in self._trains:
            action.setEnabled(lab or (training and action is self._train))
        self._sweep.setEnabled(sweeping or (not lab and view.inputs == 1))
        self._sweep.setText(f"{'Pause the sweep' if sweeping else 'Sweep'}\t{SPACE}")
        self._cancel.setEnabled(sweeping or self._session.sweeping.paused)

    def _fill_recent(self) -> None:
        self._recent.clear()
        paths = self._window.files.recent()
        for path in paths:
            action = self._action(self._recent, path.name, partial(self._window.files.open, path))
            action.setToolTip(str(path))
        self._recent.setToolTipsVisible(True)
        self._recent.setEnabled(bool(paths))


KEYS = (
    ("Space", "Train or pause"),
    (".", "One step"),
    ("Ctrl+.", "One epoch"),
    ("Ctrl+R", "Reset"),
    ("Ctrl+Z", "Undo"),
    ("Ctrl+Shift+Z", "Redo"),
    ("Ctrl++, Ctrl+−", "Add, remove a hidden layer"),
    ("Alt+↑, Alt+↓", "Move a layer in the list"),
    ("L", "Lock or unlock the chosen unit, or the selected weights"),
    ("←, →, ↑, ↓ in g", "Move the marker or a point, bend g there; with Shift four times as far"),
    ("←, →, ↑, ↓ in the chart", "Along a curve of errors, and to another; Page up, Page down move the tolerance"),
    ("P, L, S, E, Y", "Pencil, line, smooth brush, eraser, polyline, on the Universality page"),
    ("Ctrl+1, Ctrl+2", "Lab, Universality"),
    ("Ctrl+O, Ctrl+S", "Open, save"),
    ("Ctrl+D, Ctrl+Shift+D", "Import data, a function"),
    ("Ctrl+I, Ctrl+E", "Import, export weights"),
)
