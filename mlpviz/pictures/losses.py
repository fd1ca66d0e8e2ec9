"""The loss curves of a run, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.document.history import History
from mlpviz.nn.layout import Array
from mlpviz.pictures.curves import axis_end, decimate, smooth
from mlpviz.pictures.ticks import linear_ticks, power_of_ten

SMOOTHED_FROM = 125  # epochs on the axis; shorter curves are shown as they are
ALL_ZERO = 1e-3  # the axis' end where every loss is 0
TINIEST = 1e-300  # smaller losses count as 0
STEPS = (1.0, 2.0, 5.0)
PARTS = ("train", "validation", "test")


@dataclass(frozen=True, eq=False, slots=True)
class LossPicture:
    """Curves and axes.

    Attributes:
        train, validation, test: the curve (smoothed where `window` > 1), (k, 2) epochs and L, or log₁₀ L when `log`;
            empty where there are no such rows.
        raw_train, raw_validation, raw_test: the unsmoothed curves behind, empty where nothing is smoothed.
        rate: (k, 2) epochs and η_t, empty where it has always been the same.
        window: epochs the smooth curve is a mean over; 1 for none. On a logarithmic axis it is the geometric mean.
        end: the right end of the epoch axis.
        low, high: of the loss axis, in the units of the curves.
        ticks, epoch_ticks: (position, label) of the two axes.
        last_train, last_validation, last_test: the newest values, NaN where there is none.
        log: whether the loss axis is logarithmic.
        floor: on a logarithmic axis, the smallest loss above 0, or, where a loss is 0, the axis' lower end: 0 is drawn
            there, and the label says 0.
    """

    train: Array
    validation: Array
    test: Array
    raw_train: Array
    raw_validation: Array
    raw_test: Array
    rate: Array
    window: int
    end: float
    low: float
    high: float
    ticks: list[tuple[float, str]]
    epoch_ticks: list[tuple[float, str]]
    last_train: float
    last_validation: float
    last_test: float
    log: bool
    floor: float


def loss_picture(history: History, log: bool, columns: int, most: int = 6, digit: float = 8.0) -> LossPicture:
    """Smooth, then decimate to two points a column of pixels; find axes that rescale in steps.

    Args:
        columns: pixels of the plot across. most: labels that fit on the loss axis. digit: pixels that one takes.
    """
    epochs = history.column("epoch")
    end = axis_end(float(epochs[-1]) if len(epochs) else 0.0)
    # The window changes only when the axis does, so that a growing curve does not quiver.
    window = int(end / 120) | 1 if end > SMOOTHED_FROM else 1
    columns_of = {name: history.column(f"{name}_loss") for name in PARTS}
    floor = _floor(np.concatenate(list(columns_of.values())))
    curves, raws, values = [], [], []
    for losses in columns_of.values():
        known = np.isfinite(losses)
        x, y = (epochs, losses) if known.all() else (epochs[known], losses[known])
        values.append(y)
        scaled = np.log10(np.maximum(y, floor)) if log else y
        raw = np.stack(decimate(x, scaled, columns), axis=1)
        curves.append(np.stack(decimate(x, smooth(x, scaled, window), columns), axis=1) if window > 1 else raw)
        raws.append(raw if window > 1 else np.empty((0, 2)))
    label = digit * (len(f"{end:,.0f}") + 1.5)
    low, high, ticks = _axis(np.concatenate(values), log, most, floor)
    last = [float(y[-1]) if len(y) else float("nan") for y in values]
    return LossPicture(
        train=curves[0],
        validation=curves[1],
        test=curves[2],
        raw_train=raws[0],
        raw_validation=raws[1],
        raw_test=raws[2],
        rate=_rate(epochs, history.column("learning_rate"), columns),
        window=window,
        end=end,
        low=low,
        high=high,
        ticks=ticks,
        epoch_ticks=linear_ticks(0.0, end, min(6, max(2, 1 + int(columns / label)))),
        last_train=last[0],
        last_validation=last[1],
        last_test=last[2],
        log=log,
        floor=floor,
    )


def _rate(epochs: Array, rates: Array, columns: int) -> Array:
    """η over the epochs, (k, 2): for each of `columns` parts the highest and the lowest; empty for a constant one."""
    known = np.isfinite(rates)
    x, y = epochs[known], rates[known]
    if not len(y) or float(y.min()) == float(y.max()):
        return np.empty((0, 2))
    return np.stack(decimate(x, y, columns), axis=1)


def _floor(losses: Array) -> float:
    known = losses[np.isfinite(losses)]
    above = known[known > TINIEST]
    if not len(above):
        return ALL_ZERO
    return _step_below(float(above.min()) / 10) if len(above) < len(known) else float(above.min())


def _axis(values: Array, log: bool, most: int, floor: float) -> tuple[float, float, list[tuple[float, str]]]:
    """Ends and ticks of the loss axis, in steps, so that it does not creep."""
    if not len(values):
        values = np.array([0.1, 1.0])
    if not log:
        high = _step_above(float(values.max()) * 1.02 or ALL_ZERO)
        return 0.0, high, linear_ticks(0.0, high, most)
    if float(values.min()) <= TINIEST:
        return _axis_with_zero(float(values.max()), most, floor)
    low = _step_below(max(float(values.min()), floor) / 1.05)
    high = _step_above(max(float(values.max()), floor) * 1.05)
    while high / low < 9.9:  # at least a decade: a flat curve looks flat
        low, high = _step_below(low * 0.999), _step_above(high * 1.001) if high / low < 4 else high
    return float(np.log10(low)), float(np.log10(high)), _log_ticks(low, high, most)


def _axis_with_zero(largest: float, most: int, floor: float) -> tuple[float, float, list[tuple[float, str]]]:
    """A logarithmic axis whose lower end stands for 0 and is labelled so."""
    high = max(_step_above(max(largest, floor) * 1.05), 100 * floor)
    low, top = float(np.log10(floor)), float(np.log10(high))
    near = low + 0.6 * (top - low) / max(most, 1)  # a label this near would touch the 0
    return low, top, [(low, "0"), *(tick for tick in _log_ticks(floor, high, most) if tick[0] > near)]


def _log_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """1, 2, 5 of every decade where they fit, else powers of ten, every other or fewer if need be."""
    first, last = int(np.floor(np.log10(low) + 1e-9)), int(np.ceil(np.log10(high) - 1e-9))
    powers = range(first, last + 1)
    several = [factor * 10.0**power for power in powers for factor in STEPS]
    chosen = [value for value in several if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
    every = 1
    while len(chosen) > most:
        chosen = [10.0**power for power in powers if power % every == 0 and low <= 10.0**power * (1 + 1e-9)]
        chosen = [value for value in chosen if value <= high * (1 + 1e-9)]
        every += 1
    return [(float(np.log10(value)), power_of_ten(value)) for value in chosen]


def _step_above(value: float) -> float:
    power = 10.0 ** np.floor(np.log10(max(value, TINIEST)))
    return float(next((s * power for s in STEPS if s * power >= value * (1 - 1e-12)), 10 * power))


def _step_below(value: float) -> float:
    power = 10.0 ** np.floor(np.log10(max(value, TINIEST)))
    return float(max((s * power for s in STEPS if s * power <= value * (1 + 1e-12)), default=power / 2))
