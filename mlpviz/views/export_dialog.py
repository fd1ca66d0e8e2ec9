"""The dialogue that asks where the weights go, in which format, and whether the optimizer goes along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PyQt6.QtWidgets import QCheckBox, QFileDialog, QGridLayout, QLineEdit, QWidget

from mlpviz.files.weights import DTYPES, FORMATS, suffix_of, suffixed

OPTIMIZER_TIP = (
    "Also writes the optimizer with its settings and all it remembers, so that training goes on in PyTorch where it "
    "stands here. Before the first update there are only the settings."
)


class Export(NamedTuple):
    """What was chosen: the file, its type of number ("float64" or "float32"), and whether the optimizer goes along."""

    path: Path
    dtype: str
    optimizer: bool


class ExportDialog(QFileDialog):
    """Qt's own dialogue for saving: those of the desktops have no room for the check box.

    Args:
        start: the file it begins with.
        problem: why the format of a suffix cannot take the optimizer along now, "" where it can.
    """

    def __init__(self, parent: QWidget | None, start: Path, problem: Callable[[str], str]) -> None:
        super().__init__(parent, "Export weights", str(start.parent))
        self._problem, self._wanted = problem, False
        self._choices = {
            f"{row.name}, {dtype} (*{suffix})": (suffix, dtype) for dtype in DTYPES for suffix, row in FORMATS.items()
        }
        self._suffix = next(iter(FORMATS))
        self.setOption(QFileDialog.Option.DontUseNativeDialog)
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setFileMode(QFileDialog.FileMode.AnyFile)
        self.setNameFilters(list(self._choices))
        self.selectFile(start.name)
        self._optimizer = QCheckBox("With optimizer")
        self._optimizer.setAccessibleName("With optimizer")
        self._optimizer.clicked.connect(self._want)
        grid = self.layout()
        assert isinstance(grid, QGridLayout)  # so it has been since Qt 4
        grid.addWidget(self._optimizer, grid.rowCount(), 1)
        edit = self.findChild(QLineEdit, "fileNameEdit")
        assert edit is not None
        self._edit = edit
        edit.textChanged.connect(self._refresh)
        self.filterSelected.connect(self._filtered)
        self._refresh()

    def chosen(self) -> Export:
        """What the dialogue says now."""
        suffix, dtype = self._choices[self.selectedNameFilter()]
        path = suffixed(Path(self.selectedFiles()[0]), suffix)
        return Export(path, dtype, self._optimizer.isChecked())

    def accept(self) -> None:
        """The name takes its suffix first, so that the question whether to replace a file is about the right one."""
        name = self._edit.text()
        if Path(name).name and not Path(self.directory().absolutePath(), name).is_dir():
            self._edit.setText(str(suffixed(Path(name), self._suffix)))
        super().accept()

    def _filtered(self, words: str) -> None:
        """The name follows the format; Qt has exchanged what stood behind its last point already."""
        before, self._suffix = self._suffix, self._choices[words][0]
        name = self._edit.text().removesuffix(f".{self._suffix.rpartition('.')[2]}")
        name = name.removesuffix(before.rpartition(".")[0])
        if name:
            self._edit.setText(name + self._suffix)
        self._refresh()

    def _want(self, on: bool) -> None:
        self._wanted = on

    def _refresh(self) -> None:
        """The optimizer can be chosen where the format named takes it; the tooltip says why not."""
        problem = self._problem(suffix_of(self._edit.text()) or self._suffix)
        self._optimizer.setEnabled(not problem)
        self._optimizer.setChecked(self._wanted and not problem)
        self._optimizer.setToolTip(problem or OPTIMIZER_TIP)
