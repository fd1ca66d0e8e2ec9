"""Where everything of the chart stands, in pixels. Nothing is painted here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSizeF
from PyQt6.QtGui import QFontMetricsF

from mlpviz.nn.layout import Array
from mlpviz.pictures.width_axis import dotted, drawable, free_corner, spread
from mlpviz.views.kit.numbers import MINUS
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.chart_data import OTHERS, Chart, Mark, Series, Style
from mlpviz.views.universality.overlay import tag_box

SLOPES = ((-0.5, f"{MINUS}½"), (-1.0, f"{MINUS}1"), (-2.0, f"{MINUS}2"))
FAN = 1.7  # octaves a line of the slope fan reaches
SIDES = 0.35  # octaves of room beside the first and the last width
NARROW = 340  # pixels of width, at scale 1, below which labels are short
EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Label:
    """A direct label: its lines, where they stand, their style, and the leader to the line's end (empty for none)."""

    text: str
    box: QRectF
    style: Style
    stale: bool
    under_way: bool
    leader: tuple[QPointF, ...]
    key: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """What asks for a direct label; `end` is where its line ends."""

    key: str
    text: str
    short: str
    style: Style
    stale: bool
    under_way: bool
    end: QPointF


@dataclass(frozen=True, slots=True)
class Fan:
    """The slope fan: its apex and the ends of its lines."""

    apex: QPointF
    ends: tuple[QPointF, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What stands below the limit: the lines, their box."""

    text: str
    box: QRectF


@dataclass
class Layout:
    """The geometry of one chart in one widget.

    Attributes:
        chart, theme: what is drawn and how. size: of the widget. ends: of the error axis, as powers of ten.
        kept: the apex of the fan of the layout before this one; the fan stays there while there is room.
    """

    chart: Chart
    theme: Theme
    size: QSizeF
    ends: tuple[float, float]
    kept: QPointF | None = None
    plane: QRectF = field(init=False)
    labels: tuple[Label, ...] = field(init=False)
    tag: QPointF | None = field(init=False)
    limit: tuple[QPointF, ...] = field(init=False)
    exact: QRectF | None = field(init=False)
    words: Words | None = field(init=False)
    fan: Fan | None = field(init=False)

    def __post_init__(self) -> None:
        px = self.theme.px
        self.short = self.size.width() < px(NARROW)
        left, right = px(62 if self.chart.relative else 50), self._label_room()
        self.plane = QRectF(
            left, px(8), max(1.0, self.size.width() - left - right), max(1.0, self.size.height() - px(8) - px(42))
        )
        self.tag = self.plane.topRight() + QPointF(-2, 4) if self.chart.stale else None
        self.limit = tuple(self._limit())
        self.labels = tuple(self._labels())
        lines = [_array(self.limit), *(self.line(series) for series in self.chart.series)]
        lines += [_array(self.floor_line(floor.error)) for floor in self.chart.floors]
        lines += [edge for series in self.chart.series for edge in self.band(series)]
        points = dotted([line for line in lines if len(line)])
        self.exact = self._exact()
        self.words = self._words(points)
        self.fan = self._fan(points)

    # ---- the axes

    def x(self, width: float) -> float:
        """Where a width stands."""
        first, last = math.log2(self.chart.widths[0]), math.log2(self.chart.widths[-1])
        share = (math.log2(width) - first + SIDES) / (last - first + 2 * SIDES)
        return self.plane.left() + share * self.plane.width()

    def y(self, error: float) -> float:
        """Where an error stands; what is too small for the axis stands on its floor, what is too large at its top."""
        low, high = self.ends
        if not drawable(error, self.chart.span):
            return self.plane.top() if error > self.chart.span else self.plane.bottom()
        share = (math.log10(error) - low) / (high - low)
        return self.plane.bottom() - min(max(share, 0.0), 1.0) * self.plane.height()

    def error(self, y: float) -> float:
        """The error at a height."""
        low, high = self.ends
        return float(10.0 ** (low + (self.plane.bottom() - y) / self.plane.height() * (high - low)))

    def place(self, width: float, error: float) -> QPointF:
        """Where a net stands."""
        return QPointF(self.x(width), self.y(error))

    def spot(self, mark: Mark) -> QPointF:
        """Where a mark is painted: one on the axis's floor stands a little above it, whole."""
        at = self.place(mark.width, mark.error)
        at.setY(min(at.y(), self.plane.bottom() - self.theme.px(5)))
        return at

    def line(self, series: Series) -> Array:
        """The pixels of a series, (k, 2)."""
        return _array([self.spot(mark) for mark in series.marks])

    def path(self, series: Series) -> list[QPointF]:
        """The line that joins a series' marks, first nets left out; where no net can be it goes round that, as one of
        the widths between would have to."""
        spots = _array([self.spot(mark) for mark in series.marks if not mark.first])
        limited = self.chart.bound and series.method not in OTHERS and not series.stale
        if limited and len(self.limit) and len(spots) > 1:
            around = _array(self.limit)[1:]  # the first point is at the plane's edge
            x, y = around.T
            inside = (x > spots[0, 0]) & (x < spots[-1, 0]) & (y < np.interp(x, *spots.T) - 0.5)
            spots = np.concatenate([spots, around[inside]])
            spots = spots[np.argsort(spots[:, 0], kind="stable")]
        return [QPointF(x, y) for x, y in spots.tolist()]

    def band(self, series: Series) -> tuple[Array, Array]:
        """Lower and upper edge of what the seeds cover, (k, 2) each; empty where there is one seed."""
        if not series.banded:
            return np.zeros((0, 2)), np.zeros((0, 2))
        low, high = ([self.place(m.width, e) for m, e in zip(series.marks, errors, strict=True)] for errors in (
            [mark.low for mark in series.marks], [mark.high for mark in series.marks]
        ))  # fmt: skip
        return _array(low), _array(high)

    def floor_line(self, error: float) -> list[QPointF]:
        """A horizontal line through the plane."""
        y = self.y(error)
        return [QPointF(self.plane.left(), y), QPointF(self.plane.right(), y)]

    # ---- the limit

    def _limit(self) -> list[QPointF]:
        """From the plane's left edge along the limit; where it is 0 it drops to the floor and ends."""
        first, last = self.chart.widths[0], self.chart.widths[-1]
        known = [(width, error) for width, error in self.chart.limit if first <= width <= last]
        found = [self.place(width, error) for width, error in known]
        if not found:
            return []
        zero = next((k for k, (_, error) in enumerate(known) if not drawable(error, self.chart.span)), None)
        if zero is not None:
            found = found[: zero + 1]
        start = QPointF(self.plane.left(), found[0].y())
        return [start, *found]

    def _exact(self) -> QRectF | None:
        """The box of the word "exact" above the place where an error is 0 for the first time."""
        zeros = [w for w, e in self.chart.limit if w in self.chart.widths and not drawable(e, self.chart.span)]
        for series in self.chart.series:
            zeros += [mark.width for mark in series.marks if not drawable(mark.error, self.chart.span)]
        if not zeros:
            return None
        metrics = QFontMetricsF(self.theme.font("tick"))
        wide, high, off = metrics.horizontalAdvance(EXACT), metrics.height(), self.theme.px(12)
        left = min(max(self.x(min(zeros)) - wide / 2, self.plane.left()), self.plane.right() - wide)
        return QRectF(left, self.plane.bottom() - off - high, wide, high)

    def _words(self, points: Array) -> Words | None:
        """The words below the limit, at the left, in the breaking that fits wholly, as low as nothing is in the way."""
        if not self.limit:
            return None
        metrics, pad = QFontMetricsF(self.theme.font("note")), self.theme.px(4)
        inset = self.theme.px(8)
        for text in self.chart.words:
            lines = text.split("\n")
            wide = max(map(metrics.horizontalAdvance, lines)) + 2 * pad
            high = metrics.height() * len(lines) + pad
            box = QRectF(self.plane.left() + inset, self.plane.bottom() - inset - high, wide, high)
            while box.top() > self.plane.top() and box.right() <= self.plane.right():
                over = box.top() - pad
                if self._limit_y(box.left()) >= over or self._limit_y(box.right()) >= over:
                    break
                if not _met(points, box, pad) and not (self.exact is not None and self.exact.intersects(box)):
                    return Words(text, box)
                box.translate(0, -pad)
        return None

    def _limit_y(self, x: float) -> float:
        """Height of the limit at a place; the plane's bottom beyond its end."""
        line = _array(self.limit)
        return float(np.interp(x, line[:, 0], line[:, 1], right=self.plane.bottom()))

    # ---- direct labels

    def _entries(self) -> list[_Entry]:
        found = [
            _Entry(s.method, s.label, s.short, s.style, s.stale, s.under_way, self.spot(s.marks[-1]))
            for s in self.chart.series
        ]
        right = self.plane.right()
        for floor in self.chart.floors:
            end = QPointF(right, self.y(floor.error))
            found.append(_Entry(floor.words, floor.label, floor.short, floor.style, False, False, end))
        return found

    def _metrics(self, style: Style) -> QFontMetricsF:
        return QFontMetricsF(self.theme.font("note", bold=style.bold))

    def _label_room(self) -> float:
        """Room at the right: of the widest label, and never less than the usual one's, so that it does not move."""
        texts = [(s.short if self.short else s.label, s.style) for s in self.chart.series]
        texts += [(floor.short if self.short else floor.label, floor.style) for floor in self.chart.floors]
        if not texts:
            return self.theme.px(14)
        wide = [self._metrics(style).horizontalAdvance(line) for text, style in texts for line in text.split("\n")]
        usual = "random" if self.short else "random units +"
        wide.append(QFontMetricsF(self.theme.font("note", bold=True)).horizontalAdvance(usual))
        return min(max(wide) + self.theme.px(14), 0.45 * self.size.width())

    def _labels(self) -> list[Label]:
        entries = self._entries()
        line = QFontMetricsF(self.theme.font("note")).height()
        room = self.size.height() - self.theme.px(24)
        texts = [entry.short if self.short else entry.text for entry in entries]
        if line * sum(text.count("\n") + 1 for text in texts) > room:
            texts = [entry.short for entry in entries]
        heights = [line * (text.count("\n") + 1) for text in texts]
        gap = min(self.theme.px(3), max(0.0, (room - sum(heights)) / max(1, len(heights))))
        tops = spread([entry.end.y() for entry in entries], heights, 0.0, room, gap)
        left, found = self.plane.right() + self.theme.px(8), []
        for entry, text, top, high in zip(entries, texts, tops, heights, strict=True):
            wide = max(map(self._metrics(entry.style).horizontalAdvance, text.split("\n")))
            box = QRectF(left, top, wide, high)
            leader = self._leader(entry.end, box)
            found.append(Label(text, box, entry.style, entry.stale, entry.under_way, leader, entry.key))
        return found

    def _leader(self, end: QPointF, box: QRectF) -> tuple[QPointF, ...]:
        """From a line's end to its label, where that has moved, or the line ends early."""
        px, middle = self.theme.px, QPointF(box.left() - self.theme.px(2), box.center().y())
        early = self.plane.right() - end.x() > 1.5 * SIDES * self._octave() + px(4)
        if abs(middle.y() - end.y()) <= px(5) and not early:
            return ()
        start = QPointF(min(end.x() + px(7), self.plane.right()), end.y())
        elbow = QPointF(max(start.x(), self.plane.right() - px(2)), end.y())
        return (start, elbow, middle) if early else (elbow, middle)

    def _octave(self) -> float:
        return self.x(2.0) - self.x(1.0)

    # ---- the slope fan

    def _fan(self, points: Array) -> Fan | None:
        """The fan where no curve, word or label is in its way; a line too steep for its room is cut along its slope."""
        if not self.chart.series and not self.limit:
            return None
        px, octave = self.theme.px, self._octave()
        decade = self.plane.height() / (self.ends[1] - self.ends[0])
        full = min(FAN * octave, px(90))
        reach, drop = full, full / octave * 2 * math.log10(2) * decade
        room = min(drop, 0.36 * self.plane.height())
        ends = []
        for slope, _ in SLOPES:
            down = -slope * full / octave * math.log10(2) * decade
            part = min(1.0, room / down)
            ends.append(QPointF(part * reach, part * down))
        if min(b.y() - a.y() for a, b in pairwise(ends)) < px(11):
            return None  # the slopes could not be read
        head, word, pad = px(20), px(24), px(6)
        size = (reach + word + 2 * pad, room + head + px(8) + pad)
        boxes = [_edges(self.words.box)] if self.words else []
        boxes += [_edges(self.exact)] if self.exact else []
        boxes += [_edges(tag_box(self.theme, self.tag))] if self.tag else []
        edges = _edges(self.plane.adjusted(px(2), px(2), -px(2), -px(2)))
        kept = None if self.kept is None else (self.kept.x() - pad, self.kept.y() - head)
        corner = free_corner(points, size, edges, boxes, kept)
        if corner is None:
            return None
        apex = QPointF(corner[0] + pad, corner[1] + head)
        return Fan(apex, tuple(apex + end for end in ends))

    # ---- what is under the pointer

    def nearest(self, at: QPointF, reach: float) -> tuple[Series, Mark] | None:
        """The mark nearest to a pixel, within so many pixels; of two in one place the one painted last."""
        best, found = reach, None
        for series in self.chart.series:
            for mark in series.marks:
                spot = self.spot(mark)
                apart = math.hypot(spot.x() - at.x(), spot.y() - at.y())
                if apart <= best:
                    best, found = apart, (series, mark)
        return found

    def column(self, at: QPointF) -> int | None:
        """The width whose place on the axis is nearest to a pixel; None outside the plane and its tick labels."""
        px = self.theme.px
        if not self.plane.adjusted(-px(10), -px(6), px(10), px(26)).contains(at):
            return None
        return min(self.chart.widths, key=lambda width: abs(self.x(width) - at.x()))

    def ticks(self, chosen: int) -> list[tuple[int, bool]]:
        """Every width of the axis, and whether there is room for its label: the chosen one's always."""
        metrics = QFontMetricsF(self.theme.font("tick", bold=True))
        widest = metrics.horizontalAdvance(str(self.chart.widths[-1])) + self.theme.px(4)
        places = [self.x(width) for width in self.chart.widths]
        apart = min((b - a for a, b in pairwise(places)), default=widest)
        every = math.ceil(widest / max(apart, 1.0))
        centre = self.x(chosen) if chosen in self.chart.widths else math.inf
        return [
            (width, width == chosen or (k % every == 0 and (every == 1 or abs(places[k] - centre) >= widest)))
            for k, width in enumerate(self.chart.widths)
        ]


def _array(points: Sequence[QPointF]) -> Array:
    return np.array([(point.x(), point.y()) for point in points]).reshape(-1, 2)


def _edges(box: QRectF) -> tuple[float, float, float, float]:
    return box.left(), box.top(), box.right(), box.bottom()


def _met(points: Array, box: QRectF, pad: float) -> bool:
    """Whether a curve comes into a box."""
    if not len(points):
        return False
    left, top, right, bottom = _edges(box.adjusted(-pad, -pad, pad, pad))
    x, y = points[:, 0], points[:, 1]
    return bool(np.any((x > left) & (x < right) & (y > top) & (y < bottom)))
