"""The session's files: open, save, import, export, and the copy kept aside for a crash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QTimer

from mlpviz.data.painted import from_grey
from mlpviz.data.spec import TABLE
from mlpviz.data.tables import read_table
from mlpviz.document.document import Document, RunState
from mlpviz.document.edits import Edited, new_document, set_data, set_painted
from mlpviz.errors import UserError
from mlpviz.files import project, weights
from mlpviz.files.recovery import Offer, Recovery

if TYPE_CHECKING:
    from mlpviz.session.session import Session

AUTOSAVE_MS = 30_000


class Storage:
    """What stands on the disk. Its methods raise UserError or RunError, and then nothing has changed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.path: Path | None = None
        self._saved: Document = session.document
        self._aside: Document | None = None
        self._recovery = Recovery()
        self._timer = QTimer(session)
        self._timer.setInterval(AUTOSAVE_MS)
        self._timer.timeout.connect(self.save_aside)
        self._timer.start()

    @property
    def modified(self) -> bool:
        """Whether there is something to save."""
        now, saved = self._session.document, self._saved
        return self._session.training.running or replace(now, view=saved.view) != saved

    def new(self) -> None:
        """A new document, as the first window holds it."""
        self._adopt(new_document(), None)

    def open(self, path: Path) -> None:
        """Open a .mlpviz file."""
        self._adopt(project.load(path), path)

    def save(self, path: Path | None = None) -> None:
        """Save, to another path if one is given. A run or a sweep is paused for the moment of saving."""
        target = path or self.path
        if target is None:
            raise UserError("The document has no file yet; use Save as.")
        training, sweeping = self._session.training.running, self._session.sweeping.running
        self._session.halt()
        project.save(self._session.document, target)
        self.path, self._saved = target, self._session.document
        self._recovery.discard()
        self._session.file_changed.emit()
        if training:
            self._session.train()
        elif sweeping and self._session.sweeping.missing:
            self._session.start_sweep()

    def recover(self, offer: Offer) -> None:
        """Take up what a crashed window kept aside; it counts as unsaved."""
        document = project.load(offer.file)
        self._adopt(document, offer.path)
        self._saved = new_document()
        self._session.file_changed.emit()

    def offers(self) -> list[Offer]:
        """What crashed windows kept aside."""
        return self._recovery.offers()

    def forget(self, offer: Offer) -> None:
        """Throw away what a crashed window kept aside."""
        self._recovery.forget(offer)

    def import_data(self, path: Path, target: str | None = None) -> None:
        """Take a table as the data."""
        table = read_table(path, target=target)
        spec = self._session.document.data
        self._session.edit(
            "Import data",
            lambda d: set_data(d, name=TABLE, table=table, train_ratio=spec.train_ratio),
        )

    def open_picture(self, path: Path) -> None:
        """Take g of two inputs from the grey levels of a picture."""
        from mlpviz.runtime.greys import read_grey  # not needed for the first picture

        pixels = read_grey(path)
        painted = from_grey(pixels)
        rows, columns = pixels.shape
        note = "" if rows == columns else f"g is the middle square of {path.name}; what is beside it is left out."
        self._session.edit(f"Picture {path.name}", lambda d: Edited(set_painted(d, painted).document, note))

    def import_weights(self, path: Path, activation: str | None = None) -> None:
        """Take network and weights from a file; the data stay where the network fits them."""
        found = weights.read(path, activation=activation)
        dataset = self._session.dataset
        outputs = dataset.outputs(found.network.loss) if dataset.task != "regression" else dataset.y.shape[1]
        if found.network.inputs != dataset.inputs or found.network.outputs != outputs:
            raise UserError(
                f"{path.name} holds a network of {found.network.inputs} inputs and {found.network.outputs} outputs; "
                f"the data have {dataset.inputs} and need {outputs}. Choose fitting data first."
            )

        def change(document: Document) -> Edited:
            network = replace(found.network, input_names=dataset.input_names, class_names=dataset.class_names)
            note = found.note or f"Weights taken from {path.name}."
            return Edited(replace(document, network=network, state=RunState(found.theta)), note)

        self._session.edit("Import weights", change)

    def export_weights(self, path: Path, dtype: str = "float64", *, optimizer: bool = False) -> None:
        """Write the weights as they are at this moment.

        With `optimizer` its settings and memory go along; a run that goes on is paused for the moment, so that they
        are those of the weights.
        """
        session = self._session
        if not optimizer:
            weights.write(path, session.live.network, session.live.theta, dtype=dtype)
            return
        training = session.training.running
        session.halt()
        try:
            now = session.document
            weights.write(path, now.network, now.state.theta, dtype=dtype, training=weights.training_of(now))
        finally:
            if training:
                session.train()

    def optimizer_problem(self, suffix: str) -> str:
        """Why a format cannot take the optimizer along as it stands now; "" where it can."""
        check = weights.FORMATS[suffix].check
        if check is None:
            return f"{weights.ONLY_TRAINERS}; choose that type of file."
        try:
            check(weights.training_of(self._session.document))
        except UserError as error:
            return str(error)
        return ""

    def save_aside(self) -> None:
        """Keep a copy aside, when there is something unsaved, without stopping a run."""
        session = self._session
        if session.training.running:
            session.training.ask_state(lambda state: self._keep_aside(replace(session.document, state=state)))
        elif self.modified:
            self._keep_aside(session.document)

    def _keep_aside(self, document: Document) -> None:
        if document is self._aside:
            return
        self._aside = document
        path = self.path
        self._session.pictures.request("autosave", lambda: self._recovery.write(document, path), lambda _: None)

    def close(self) -> None:
        """The window closes in order: nothing is kept aside."""
        self._timer.stop()
        self._recovery.discard()

    def _adopt(self, document: Document, path: Path | None) -> None:
        self._session.replace_document(document)
        self.path, self._saved = path, self._session.document
        self._recovery.discard()
        self._session.file_changed.emit()
