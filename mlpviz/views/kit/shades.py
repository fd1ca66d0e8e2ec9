"""Numbers as colours: rows of a colour table, and the picture they make."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6.QtGui import QPainter

from mlpviz.nn.layout import Array
from mlpviz.pictures.decision import Scale


class SmoothImage(pg.ImageItem):  # type: ignore[misc]
    """An image whose samples are joined linearly instead of shown as squares."""

    def paint(self, painter: QPainter, *args: Any) -> None:
        """Paint it smoothly."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        super().paint(painter, *args)


def shades(values: Array, scale: Scale) -> NDArray[np.uint8]:
    """Values as rows of a colour table of 256; what is not a number is in the middle."""
    share = (np.clip(values, scale.low, scale.high) - scale.low) / ((scale.high - scale.low) or 1.0)
    index: NDArray[np.uint8] = np.nan_to_num(255 * share, nan=127.5).round().astype(np.uint8)
    return index
