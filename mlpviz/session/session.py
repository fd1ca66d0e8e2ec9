"""The session: one document, what may be done to it, and the job that runs on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

from PyQt6.QtCore import QObject, pyqtSignal

from mlpviz.data.spec import Dataset
from mlpviz.document.document import Document, SweepResults, same
from mlpviz.document.edits import Edited, dataset_of, new_document, reset
from mlpviz.errors import RunError, UserError
from mlpviz.experiments.aside import Aside
from mlpviz.experiments.trained import SweepUpdate
from mlpviz.runtime.background import Background
from mlpviz.session.deriving import Deriving
from mlpviz.session.live import Live
from mlpviz.session.planing import Planing
from mlpviz.session.runner import Runner
from mlpviz.session.storage import Storage
from mlpviz.session.sweeping import Key, Sweeping
from mlpviz.session.training import Training
from mlpviz.session.undo import UndoStack

Change = Callable[[Document], Edited | Document]


class Session(QObject):
    """Owns the document. Views ask for changes here and listen to the signals; they keep no state of the model.

    Signals:
        document_changed(frozenset[str]): the fields of Document that have other values now.
        updated(): `live`, or `sweep_live`, is new; at most once a frame, while a job runs.
        job_changed(): `job` is another.
        undo_changed(), file_changed(): what undo and redo would do; the path and whether there are unsaved changes.
        problem(title, sentence): something could not be done; for a dialogue.
        noted(sentence): something worth a passing line.
    """

    document_changed = pyqtSignal(object)
    updated = pyqtSignal()
    job_changed = pyqtSignal()
    undo_changed = pyqtSignal()
    file_changed = pyqtSignal()
    problem = pyqtSignal(str, str)
    noted = pyqtSignal(str)

    def __init__(
        self, document: Document | None = None, parent: QObject | None = None, aside: Aside | None = None
    ) -> None:
        """Args: aside: the process that works beside this one, which `close` ends; without it threads do."""
        super().__init__(parent)
        self._aside = aside
        self._document = document or new_document()
        self._dataset = dataset_of(self._document)
        self._undo = UndoStack()
        self._runner = Runner(self)
        self.pictures = Background(self)
        self.training = Training(self, self._runner)
        self.sweeping = Sweeping(self, self._runner)
        self.deriving = Deriving(self, aside)
        self.planing = Planing(self, aside)
        self.storage = Storage(self)
        self.training.show(self._document)

    # ---- what there is

    @property
    def document(self) -> Document:
        """The document. While a job runs its state is that at the job's start; `live` has the newest."""
        return self._document

    @property
    def dataset(self) -> Dataset:
        """The arrays of the document's data."""
        return self._dataset

    @property
    def live(self) -> Live:
        """The newest numbers of the run."""
        return self.training.live

    @property
    def job(self) -> str | None:
        """ "train" or "sweep" while one runs, else None."""
        return "train" if self.training.running else "sweep" if self.sweeping.running else None

    @property
    def undo_text(self) -> str | None:
        """The name of what undo would take back, or None."""
        return "Train" if self.training.running else self._undo.undo_text

    @property
    def redo_text(self) -> str | None:
        """The name of what redo would do again, or None."""
        return None if self.training.running else self._undo.redo_text

    # ---- edits

    def edit(self, name: str, change: Change, merge: str | None = None) -> bool:
        """Do one undoable command.

        Args:
            name: what it is called in the Edit menu.
            change: a pure function from the document to the next one.
            merge: edits in a row with the same key become one entry (a slider drag); see `finish_merge`.

        Returns:
            Whether it was done. What the user gave wrong is told by `problem`, and nothing changes.
        """
        before = self._document
        try:
            edited = self._try(change, before)
            if self.training.running:
                if self.training.takes(before, edited.document):
                    self.training.change(before.training, edited.document.training)
                else:
                    return self._edit_between_runs(name, change, merge)
        except UserError as error:
            self.problem.emit(name, str(error))
            return False
        if same(before, edited.document):
            return True
        self._undo.push(name, before, edited.document, merge)
        self._show(edited.document)
        self.undo_changed.emit()
        if edited.note:
            self.noted.emit(edited.note)
        return True

    def _edit_between_runs(self, name: str, change: Change, merge: str | None) -> bool:
        self.training.pause()
        done = self.edit(name, change, merge)
        self.training.start()
        return done

    @staticmethod
    def _try(change: Change, document: Document) -> Edited:
        result = change(document)
        return result if isinstance(result, Edited) else Edited(result)

    def finish_merge(self) -> None:
        """The next edit begins an entry of its own."""
        self._undo.finish_merge()

    def commit(self, name: str, document: Document, merge: str | None = None) -> None:
        """Record what a job has made of the document; for the jobs' owners."""
        if not same(self._document, document):
            self._undo.push(name, self._document, document, merge)
            self._show(document)
            self.undo_changed.emit()

    def undo(self) -> None:
        """Take the last command back; a run that goes on is one."""
        self.halt()
        self._step_to(self._undo.undo())

    def redo(self) -> None:
        """Do the last command again that was undone."""
        self.halt()
        self._step_to(self._undo.redo())

    def _step_to(self, document: Document | None) -> None:
        if document is not None:
            self._show(replace(document, view=self._document.view))
            self.undo_changed.emit()

    def look(self, **changes: object) -> None:
        """Change what the window shows (fields of ViewSpec); not undoable."""
        self._show(replace(self._document, view=replace(self._document.view, **changes)))  # type: ignore[arg-type]

    def replace_document(self, document: Document) -> None:
        """Another document altogether; undo begins anew."""
        self.halt()
        self._undo.clear()
        self._show(document)
        self.undo_changed.emit()

    def _show(self, document: Document) -> None:
        before, self._document = self._document, _in_bounds(document)
        changed = frozenset(
            f.name for f in fields(Document) if not same(getattr(before, f.name), getattr(self._document, f.name))
        )
        if not changed:
            return
        if changed & {"data", "function"}:
            self._dataset = dataset_of(self._document)
        if changed & {"data", "network", "state"}:
            self.training.show(self._document)
        self.deriving.follow(self._document)
        self.planing.follow(self._document)
        self.document_changed.emit(changed)
        if changed - {"view"}:
            self.file_changed.emit()

    # ---- jobs

    def train(self) -> None:
        """Train until paused."""
        self.halt()
        self.training.start()

    def pause(self) -> None:
        """Pause training; from Train to here is one undo entry."""
        self.training.pause()

    def toggle_training(self) -> None:
        """Train or pause."""
        if self.training.running:
            self.pause()
        else:
            self.train()

    def step(self) -> None:
        """One update (one minibatch)."""
        self.halt()
        self.training.start(steps=1)

    def step_epoch(self) -> None:
        """Updates up to the end of the epoch."""
        self.halt()
        self.training.start(epochs=1)

    def reset(self) -> None:
        """Back to the untrained start; a run that goes on is paused."""
        self.halt()
        self.edit("Reset", reset)

    @property
    def steps_per_frame(self) -> int | None:
        """Updates in a 60th of a second; None: as many as can be."""
        return self.training.steps_per_frame

    @steps_per_frame.setter
    def steps_per_frame(self, value: int | None) -> None:
        self.training.steps_per_frame = value

    def start_sweep(self) -> None:
        """Train the nets of the sweep that are still missing."""
        self.halt()
        self.sweeping.start()

    def pause_sweep(self) -> None:
        """End the sweep; finished nets stay."""
        self.sweeping.stop()

    def toggle_sweep(self) -> None:
        """Sweep, go on, or pause."""
        if self.job == "sweep":
            self.pause_sweep()
        elif self.sweeping.missing:
            self.start_sweep()
        else:
            self.noted.emit("Every width is trained. Another g or activation gives a new sweep.")

    def cancel_sweep(self) -> None:
        """End the sweep and take back the nets that it has made since it began or went on; redo brings them again.

        Of a paused sweep all nets are taken back, which can be undone.
        """
        if self.sweeping.paused:
            self.edit("Cancel sweep", lambda document: replace(document, results=None))
            self.noted.emit("The sweep is cancelled and its nets are taken back; undo brings them again.")
        if self.job != "sweep":
            return
        before = self._document
        self.pause_sweep()
        if same(before, self._document):
            self.noted.emit("The sweep is cancelled; no net was finished.")
        else:
            self.undo()
            self.noted.emit("The sweep is cancelled and its nets are taken back; redo brings them again.")

    @property
    def results(self) -> SweepResults | None:
        """The sweep's nets so far, those of a sweep under way included."""
        return self.sweeping.results

    @property
    def sweep_live(self) -> dict[Key, SweepUpdate]:
        """The newest update of each net of the sweep that is under way, by method, seed and width."""
        return self.sweeping.live

    def halt(self) -> None:
        """Pause or cancel whatever runs; what it made is kept."""
        self._runner.stop()

    def close(self) -> None:
        """End every thread; the session is of no use afterwards."""
        self.halt()
        self.storage.close()
        if self._aside is not None:
            self._aside.close()
        self.deriving.close()
        self.planing.close()
        self.pictures.close()

    def fail(self, title: str, error: BaseException) -> None:
        """Tell the user that a job failed; what is not the user's or the disk's fault goes to the log as well."""
        if not isinstance(error, (UserError, RunError)):
            raise error
        self.problem.emit(title, str(error))


def _in_bounds(document: Document) -> Document:
    """The document with a view that points at what there is."""
    view, sizes = document.view, document.network.sizes
    if view.layer is not None and view.layer >= len(sizes) - 2:
        view = replace(view, layer=None)
    if view.unit is not None and not (-1 <= view.unit[0] < len(sizes) - 1 and view.unit[1] < sizes[view.unit[0] + 1]):
        view = replace(view, unit=None)
    return document if view is document.view else replace(document, view=view)
