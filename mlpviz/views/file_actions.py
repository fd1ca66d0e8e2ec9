"""What the File menu does: questions first, then the session's storage."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QSettings

from mlpviz.data.sheet import Sheet
from mlpviz.data.strokes import SAMPLES, from_table
from mlpviz.document import edits
from mlpviz.errors import UserError
from mlpviz.files.weights import READABLE, ActivationNeeded
from mlpviz.session import Session

if TYPE_CHECKING:
    from mlpviz.views.dialogs import Dialogs

RECENT = 8
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".pgm", ".ppm")
UNTITLED = "untitled.mlpviz"


def columns_of(path: Path) -> list[str]:
    """The names of a CSV file's columns, their numbers where it has no header; [] for other tables."""
    if path.suffix.lower() != ".csv":
        return []
    try:
        sheet = Sheet.open(path)
    except OSError:
        return []  # reading the table tells what is wrong
    return list(sheet.names or map(str, range(1, sheet.width + 1)))


class FileActions:
    """New, open, save, import, export. Each raises UserError or RunError for the window to show."""

    def __init__(self, session: Session, dialogs: Dialogs, settings: QSettings) -> None:
        self._session, self._settings = session, settings
        self.dialogs = dialogs

    # ---- names

    @property
    def name(self) -> str:
        """The document's file name."""
        path = self._session.storage.path
        return path.name if path is not None else UNTITLED

    @property
    def folder(self) -> Path:
        """Where the dialogues begin: beside the document, else where the last file was, else at home."""
        path = self._session.storage.path
        if path is not None:
            return path.parent
        last = self._settings.value("folder")
        return Path(str(last)) if last and os.path.isdir(str(last)) else Path.home()

    def recent(self) -> list[Path]:
        """The last documents that still exist, newest first."""
        known = self._settings.value("recent") or []
        names = [known] if isinstance(known, str) else list(known) if isinstance(known, (list, tuple)) else []
        return [Path(name) for name in names if os.path.isfile(name)][:RECENT]

    def _remember(self, path: Path) -> None:
        full = str(path.absolute())
        names = [full, *(str(other) for other in self.recent() if str(other) != full)]
        self._settings.setValue("recent", names[:RECENT])
        self._settings.setValue("folder", os.path.dirname(full))

    # ---- documents

    def may_go(self) -> bool:
        """Whether the document may be left: nothing is unsaved, or the user has decided."""
        if not self._session.storage.modified:
            return True
        answer = self.dialogs.unsaved(self.name)
        return self.save() if answer == "save" else answer == "discard"

    def new(self) -> None:
        """Begin anew."""
        if self.may_go():
            self._session.storage.new()

    def open(self, path: Path | None = None) -> None:
        """Open a document; asks for one when none is given."""
        if not self.may_go():
            return
        path = path or self.dialogs.open_path(self.folder)
        if path is not None:
            self._session.storage.open(path)
            self._remember(path)

    def save(self) -> bool:
        """Save; returns whether it was done."""
        if self._session.storage.path is None:
            return self.save_as()
        self._session.storage.save()
        return True

    def save_as(self) -> bool:
        """Save under another name; returns whether it was done."""
        path = self.dialogs.save_path(self.folder / self.name)
        if path is None:
            return False
        if path.suffix.lower() != ".mlpviz":
            raise UserError(f"{path.name} must end in .mlpviz, so that it can be opened again.")
        self._session.storage.save(path)
        self._remember(path)
        return True

    # ---- data and weights

    def import_data(self, path: Path | None = None) -> None:
        """Take a table as the data; asks which column is the target where there are several."""
        path = path or self.dialogs.data_path(self.folder)
        if path is None:
            return
        columns = columns_of(path)
        target = None
        if len(columns) > 2:
            chosen = self.dialogs.target(columns)
            if chosen is None:
                return
            name = columns[chosen]
            target = name if columns.count(name) == 1 else str(chosen + 1)
        self._session.storage.import_data(path, target)
        self._settings.setValue("folder", str(path.absolute().parent))

    def import_function(self, path: Path | None = None) -> None:
        """Take the polyline through the points of a table as the drawn function."""
        path = path or self.dialogs.function_path(self.folder)
        if path is None:
            return
        from mlpviz.views.universality.edit import edit  # not needed for the first picture

        drawn, note = from_table(path)
        edit(self._session, "Import function", lambda d: edits.set_function(d, drawn))
        self._session.noted.emit(note or f"g is the polyline through the points of {path.name}, at {SAMPLES} samples.")
        self._settings.setValue("folder", str(path.absolute().parent))

    def open_picture(self, path: Path | None = None) -> None:
        """Take g of two inputs from the grey levels of a picture."""
        path = path or self.dialogs.picture_path(self.folder)
        if path is None:
            return
        self._session.storage.open_picture(path)
        self._session.look(workspace="universality", inputs=2)
        self._settings.setValue("folder", str(path.absolute().parent))

    def import_weights(self, path: Path | None = None) -> None:
        """Take network and weights from a file; asks for the activation where the file does not say it."""
        path = path or self.dialogs.weights_path(self.folder)
        if path is None:
            return
        try:
            self._session.storage.import_weights(path)
        except ActivationNeeded:
            activation = self.dialogs.activation(f"{path.name} holds weights only.")
            if activation is not None:
                self._session.storage.import_weights(path, activation)

    def export_weights(self) -> None:
        """Write the weights as they are now, with the optimizer where that is asked for."""
        stem, storage = self.name.removesuffix(".mlpviz"), self._session.storage
        chosen = self.dialogs.export_path(self.folder / f"{stem}.safetensors", storage.optimizer_problem)
        if chosen is not None:
            storage.export_weights(chosen.path, chosen.dtype, optimizer=chosen.optimizer)
            what = "Weights and optimizer" if chosen.optimizer else "Weights"
            self._session.noted.emit(f"{what} written to {chosen.path.name}.")

    def take(self, path: Path) -> None:
        """Take a file that was dropped onto the window, by its suffix."""
        suffix = path.suffix.lower()
        if suffix == ".mlpviz":
            self.open(path)
        elif suffix in PICTURES:
            self.open_picture(path)
        elif suffix == ".csv" and self._session.document.view.workspace == "universality":
            self.import_function(path)
        elif suffix == ".csv":
            self.import_data(path)
        elif suffix in (".npz", ".json"):
            try:
                self.import_data(path)
            except UserError:
                self.import_weights(path)
        elif path.name.lower().endswith(READABLE):
            self.import_weights(path)
        else:
            raise UserError(
                f"{path.name} is neither a document (.mlpviz), a table (.csv, .npz, .json), a picture (.png) nor "
                f"weights ({', '.join(READABLE)})."
            )
