"""Every question the window asks. Tests put another object with these methods in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QPushButton, QWidget

from mlpviz.files.recovery import Offer
from mlpviz.files.weights import READABLE
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.views.export_dialog import Export, ExportDialog

DOCUMENTS = "mlpviz documents (*.mlpviz)"
TABLES = "Tables (*.csv *.npz *.json);;CSV (*.csv);;NumPy, with X and y (*.npz);;JSON, with X and y (*.json)"


class Dialogs:
    """The window's dialogues; `parent` is the window they belong to."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def problem(self, title: str, sentence: str) -> None:
        """Tell what could not be done; does not wait."""
        box = QMessageBox(QMessageBox.Icon.Warning, title, sentence, QMessageBox.StandardButton.Ok, self._parent)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setText(f"{title} could not be done." if not title.endswith(".") else title)
        box.setInformativeText(sentence)
        box.open()

    def unsaved(self, name: str) -> str:
        """What to do with unsaved changes: "save", "discard" or "cancel"."""
        box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Unsaved changes")
        box.setText(f"Save the changes to {name}?")
        box.setInformativeText("They are lost if you do not.")
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        for button, words in ((buttons.Save, "&Save"), (buttons.Discard, "&Discard"), (buttons.Cancel, "&Cancel")):
            shown = box.button(button)
            if shown is not None:
                shown.setText(words)
        box.setDefaultButton(buttons.Save)
        return {int(buttons.Save): "save", int(buttons.Discard): "discard"}.get(box.exec(), "cancel")

    def recover(self, offer: Offer) -> str:
        """What to do with what a crashed window left: "recover", "forget" or "later"."""
        box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Recover unsaved work")
        when = f"{datetime.fromtimestamp(offer.saved):%d %B %Y, %H:%M}"
        what = "An untitled document" if offer.path is None else offer.path.name
        box.setText("mlpviz did not close properly.")
        box.setInformativeText(f"{what}, as it was on {when}, has been kept aside.")
        recover = box.addButton("Recover", QMessageBox.ButtonRole.AcceptRole)
        forget = box.addButton("Throw away", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("Ask again later", QMessageBox.ButtonRole.RejectRole)
        box.exec()
        clicked: QPushButton | object = box.clickedButton()
        return "recover" if clicked is recover else "forget" if clicked is forget else "later"

    def open_path(self, folder: Path) -> Path | None:
        """A document to open."""
        return self._opened("Open", folder, DOCUMENTS)

    def data_path(self, folder: Path) -> Path | None:
        """A table to import."""
        return self._opened("Import data", folder, TABLES)

    def function_path(self, folder: Path) -> Path | None:
        """A table of x and y to draw."""
        return self._opened("Import function", folder, "CSV with two columns, x and y (*.csv)")

    def picture_path(self, folder: Path) -> Path | None:
        """A picture whose grey levels are g."""
        return self._opened("Open picture", folder, "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.pgm *.ppm)")

    def weights_path(self, folder: Path) -> Path | None:
        """A weights file to import."""
        return self._opened("Import weights", folder, f"Weights ({' '.join(f'*{suffix}' for suffix in READABLE)})")

    def _opened(self, title: str, folder: Path, filters: str) -> Path | None:
        name, _ = QFileDialog.getOpenFileName(self._parent, title, str(folder), filters)
        return Path(name) if name else None

    def save_path(self, start: Path) -> Path | None:
        """Where to save the document; the suffix is added when it is missing."""
        name, _ = QFileDialog.getSaveFileName(self._parent, "Save as", str(start), DOCUMENTS)
        if not name:
            return None
        path = Path(name)
        return path if path.suffix else path.with_suffix(".mlpviz")

    def export_path(self, start: Path, problem: Callable[[str], str]) -> Export | None:
        """Where to export the weights, in which type of number, and whether with the optimizer.

        `problem` says why the format of a suffix cannot take the optimizer along, "" where it can.
        """
        dialog = ExportDialog(self._parent, start, problem)
        try:
            return dialog.chosen() if dialog.exec() else None
        finally:
            dialog.deleteLater()

    def target(self, columns: Sequence[str]) -> int | None:
        """Which column is the target, counted from 0; None when the question is cancelled."""
        words = [f"{number}: {name}" for number, name in enumerate(columns, 1)]
        question = "Which column shall the network predict?\nThe others are its inputs."
        last = len(words) - 1
        word, good = QInputDialog.getItem(self._parent, "Import data", question, words, last, False)
        return words.index(word) if good else None

    def activation(self, sentence: str) -> str | None:
        """Which activation a weights file without words has; None when the question is cancelled."""
        words = {row.name: key for key, row in ACTIVATIONS.items()}
        name, good = QInputDialog.getItem(
            self._parent,
            "Import weights",
            f"{sentence}\nWhich activation do its hidden layers have?",
            list(words),
            0,
            False,
        )
        return words[name] if good else None

    def about(self, text: str) -> None:
        """Who made this, and under which licence."""
        box = QMessageBox(self._parent)
        box.setWindowTitle("About mlpviz")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText("mlpviz")
        box.setInformativeText(text)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def shortcuts(self, rows: Sequence[tuple[str, str]]) -> None:
        """The keys and what they do."""
        box = QMessageBox(self._parent)
        box.setWindowTitle("Keys")
        box.setText("Keys")
        cells = "".join(
            f"<tr><td style='padding-right:16px; white-space:nowrap'>{escape(key)}</td><td>{escape(what)}</td></tr>"
            for key, what in rows
        )
        box.setTextFormat(Qt.TextFormat.RichText)
        box.setInformativeText(f"<table>{cells}</table>")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
