"""The less common settings of the data: validation rows and early stopping, features, standardisation."""

from __future__ import annotations

from PyQt6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from mlpviz.document import edits
from mlpviz.document.document import Document
from mlpviz.document.edits import Edited, dataset_of
from mlpviz.document.numbers import parse_number
from mlpviz.nn.config import MAX_EPOCHS
from mlpviz.session import Session
from mlpviz.views.kit.controls import Dial, NumberBox, Scale, WholeBox, key_label
from mlpviz.views.kit.form import Form
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.feature_chips import FeatureChips

USUAL_SHARE = 0.2


def share_text(value: float) -> str:
    """A share as a whole percentage, "off" for none."""
    return f"{100 * value:.3g}\u202f%" if value else "off"


def read_share(text: str) -> float:
    """The share that was typed: 0.2, 20 and 20 % are the same, "off" is 0."""
    words = text.replace("\u202f", " ").strip()
    if words == "off":
        return 0.0
    value = parse_number(words.removesuffix("%"))
    return value / 100 if words.endswith("%") or value >= 1 else value


def set_patience(document: Document, epochs: int) -> Edited:
    """Early stopping after so many epochs without a better validation loss, 0: off. Without validation rows a fifth of
    the training rows become such.
    """
    note = ""
    if epochs and not len(dataset_of(document).validation):
        document = edits.set_data(document, validation=USUAL_SHARE).document
        rows = len(dataset_of(document).validation)
        what = "training row is a validation row" if rows == 1 else "training rows are validation rows"
        note = f"Early stopping needs rows to watch: {rows:,} {what} now."
    edited = edits.set_training(document, patience=epochs or None)
    return Edited(edited.document, edited.note or note)


class DataMore(QWidget):
    """Validation share, patience, features, standardise."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        form = Form(theme)
        tip = (
            "The share of the training rows that is held out for early stopping: no gradient comes from them. "
            "More makes the decision surer and leaves fewer rows to learn from."
        )
        box = NumberBox("Validation share", tip, 0, 0.9, text=share_text, read=read_share)
        self._validation = Dial(Scale(0, 0.5), box, self)
        self._validation.changed.connect(
            lambda value: self._do(
                "Change validation share", lambda d: edits.set_data(d, validation=value), "data.validation"
            )
        )
        self._validation.finished.connect(session.finish_merge)
        form.add(key_label("validation"), self._validation)
        tip = (
            "Early stopping: end the run when the validation loss has not been lower for so many epochs, and go back "
            "to the weights where it was lowest. More waits longer. 0: off."
        )
        patience = WholeBox("Patience", tip, 0, MAX_EPOCHS)
        patience.setSpecialValueText("off")
        patience.setGroupSeparatorShown(False)
        self._patience = Dial(Scale(1, 1000, log=True, zero=True), patience, self)
        self._patience.changed.connect(
            lambda value: self._do("Change patience", lambda d: set_patience(d, int(value)), "training.patience")
        )
        self._patience.finished.connect(session.finish_merge)
        form.add(key_label("patience"), self._patience)
        column.addLayout(form)
        self.features = FeatureChips(session, theme)
        column.addWidget(self.features)
        self._standardise = QCheckBox("standardise")
        self._standardise.setAccessibleName("Standardise features")
        self._standardise.setToolTip(
            "Shift and scale every feature to mean 0 and deviation 1 over the training rows,\n"
            "so that none of them outweighs the others by its units."
        )
        self._standardise.toggled.connect(
            lambda on: self._do("Change standardisation", lambda d: edits.set_standardise(d, on))
        )
        column.addWidget(self._standardise)
        session.document_changed.connect(self._changed)
        self.refresh()

    def _do(self, words: str, change: object, merge: str | None = None) -> None:
        if not self._session.edit(words, change, merge=merge):  # type: ignore[arg-type]
            self.refresh()

    def _changed(self, changed: frozenset[str]) -> None:
        if changed & {"data", "network", "training"}:
            self.refresh()

    def refresh(self) -> None:
        """Show what the document says."""
        document = self._session.document
        self._validation.show_value(document.data.validation)
        self._patience.show_value(document.training.patience or 0)
        self.features.refresh()
        blocked = self._standardise.blockSignals(True)
        self._standardise.setChecked(bool(document.network.standard))
        self._standardise.blockSignals(blocked)
