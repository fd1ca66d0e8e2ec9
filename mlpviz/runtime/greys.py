"""Pictures as numbers: any format that Qt reads, in grey. Needs no application and no display."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PyQt6.QtGui import QImage, QImageReader

from mlpviz.errors import UserError
from mlpviz.nn.layout import Array

MOST_PIXELS = 64_000_000
ENOUGH = 1024  # pixels of the shorter side that are kept; of a larger picture means are
LUMA = (0.299, 0.587, 0.114)  # of red, green and blue (ITU-R BT.601)
_OPAQUE = 65535.0


def read_grey(path: str | Path) -> Array:
    """The picture's brightness, (h, w) from 0, black, to 1, white; the top row first.

    What is transparent is white. A picture turned by its camera is turned upright. Of one with more than 2·ENOUGH
    pixels on its shorter side, means over squares are returned.

    Raises UserError, beginning with the file's name, for what is no picture, cannot be read or is too large.
    """
    path = Path(path)
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise UserError(f"{path.name} cannot be read: {error.strerror or error}.") from None
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    if not reader.canRead():
        raise UserError(f"{path.name} is no picture that can be read; save it as PNG.")
    size = reader.size()
    if size.isValid() and size.width() * size.height() > MOST_PIXELS:
        raise _too_large(path, size.width(), size.height())
    image = reader.read()
    if image.isNull():
        raise UserError(f"{path.name} is damaged, or no picture that can be read: {reader.errorString()}.")
    if image.width() * image.height() > MOST_PIXELS:
        raise _too_large(path, image.width(), image.height())
    return _grey(image)


def _too_large(path: Path, width: int, height: int) -> UserError:
    most = MOST_PIXELS // 1_000_000
    return UserError(
        f"{path.name} has {width:,} × {height:,} pixels; at most {most} million are read: make it smaller."
    )


def _grey(image: QImage) -> Array:
    """The brightness of an image over white, or its means over squares."""
    width, height = image.width(), image.height()
    each = max(1, min(width, height) // ENOUGH)
    rows, columns = height // each, width // each
    grey = np.empty((rows, columns))
    # In bands, for a large picture has many times the bytes of what is kept.
    band = max(1, ENOUGH // each)
    for first in range(0, rows, band):
        last = min(first + band, rows)
        part = image.copy(0, first * each, columns * each, (last - first) * each)
        pixels = _over_white(part.convertToFormat(QImage.Format.Format_RGBA64))
        grey[first:last] = pixels.reshape(last - first, each, columns, each).mean(axis=(1, 3))
    return grey


def _over_white(image: QImage) -> Array:
    """The brightness of an RGBA64 image, (h, w)."""
    bits = image.constBits()
    assert bits is not None
    lines = np.frombuffer(bits.asstring(image.sizeInBytes()), dtype=np.uint16).reshape(image.height(), -1)[
        :, : 4 * image.width()
    ]
    channels = lines.reshape(image.height(), image.width(), 4) / _OPAQUE
    opaque = channels[:, :, 3]
    found: Array = 1.0 - opaque + opaque * (channels[:, :, :3] @ np.array(LUMA))
    return np.clip(found, 0.0, 1.0)
