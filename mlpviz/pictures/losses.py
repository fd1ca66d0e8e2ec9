"""The loss curves of a run, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.document.history import History
from mlpviz.nn.layout import Array
from mlpviz.pictures.curves import axis_end, decimate, smooth

SMOOTH_FROM = 120
SMALLEST = 1e-12
STEPS = np.array([1.0, 2.0, 5.0])


@dataclass(frozen=True, eq=False, slots=True)
class LossPicture:
    """Curves and axes.

    Attributes:
        train, test: the curve (smoothed where `window` > 1), (k, 2) epochs and L, or log₁₀ L when `log`.
        raw_train, raw_test: the unsmoothed curves behind, empty where nothing is smoothed.
        window: epochs the smooth curve is a mean over; 1 for none.
        end: the right end of the epoch axis.
        low, high: of the loss axis, in the units of the curves.
        ticks: (position, label) of the loss axis.
        last_train, last_test: the newest values, NaN where there is none.
        log: whether the loss axis is logarithmic.
    """

    train: Array
    test: Array
    raw_train: Array
    raw_test: Array
    window: int
    end: float
    low: float
    high: float
    ticks: list[tuple[float, str]]
    last_train: float
    last_test: float
    log: bool


def loss_picture(history: History, log: bool, columns: int) -> LossPicture:
    """Decimate to two points a column of pixels, after smoothing; find axes that rescale in steps."""
    epochs = history.column("epoch")
    count = len(epochs)
    window = 1 if count < SMOOTH_FROM else max(3, int(count / 60) | 1)
    window = min(window, 101)
    pictures, raws, values = [], [], []
    for name in ("train_loss", "test_loss"):
        losses = history.column(name)
        known = np.isfinite(losses)
        x, y = epochs[known], losses[known]
        values.append(y)
        scaled = np.log10(np.maximum(y, SMALLEST)) if log else y
        raw = np.stack(decimate(x, scaled, columns), axis=1)
        pictures.append(np.stack(decimate(x, smooth(scaled, window), columns), axis=1) if window > 1 else raw)
        raws.append(raw if window > 1 else np.empty((0, 2)))
    everything = np.concatenate(values) if values else np.empty(0)
    low, high, ticks = _axis(everything, log)
    last = [float(y[-1]) if len(y) else float("nan") for y in values]
    end = axis_end(float(epochs[-1]) if count else 0.0)
    return LossPicture(pictures[0], pictures[1], raws[0], raws[1], window, end, low, high, ticks, last[0], last[1], log)


def _axis(values: Array, log: bool) -> tuple[float, float, list[tuple[float, str]]]:
    """Ends and ticks of the loss axis, in steps, so that it does not creep."""
    if not len(values):
        values = np.array([0.1, 1.0])
    if not log:
        high = _nice_above(float(values.max()) * 1.02)
        step = high / 4
        return 0.0, high, [(k * step, _label(k * step)) for k in range(5)]
    positive = np.maximum(values, SMALLEST)
    low = _nice_below(float(positive.min()) / 1.05)
    high = _nice_above(float(positive.max()) * 1.05)
    decades = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    ticks = np.concatenate([STEPS * 10.0**d for d in decades])
    if len(decades) > 4:
        every = int(np.ceil(len(decades) / 6))
        ticks = 10.0 ** decades[::every]
    inside = ticks[(ticks >= low * (1 - 1e-9)) & (ticks <= high * (1 + 1e-9))]
    return np.log10(low), np.log10(high), [(float(np.log10(t)), _label(float(t))) for t in inside]


def _nice_above(value: float) -> float:
    power = 10.0 ** np.floor(np.log10(max(value, SMALLEST)))
    return float(next((s * power for s in STEPS if s * power >= value), 10 * power))


def _nice_below(value: float) -> float:
    power = 10.0 ** np.floor(np.log10(max(value, SMALLEST)))
    return float(max(s * power for s in STEPS if s * power <= value * (1 + 1e-12)))


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _label(value: float) -> str:
    if value == 0:
        return "0"
    if 1e-3 <= value < 1e4:
        return f"{value:,.6g}"
    exponent = int(np.floor(np.log10(value) + 1e-9))
    factor = value / 10.0**exponent
    power = f"10{str(exponent).translate(_SUPERSCRIPTS)}"
    return power if abs(factor - 1) < 1e-9 else f"{factor:.3g}·{power}"
