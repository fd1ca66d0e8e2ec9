"""The chart of error against width, painted from its layout."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QPainter, QPen, QPolygonF

from mlpviz.pictures.width_axis import whole_powers
from mlpviz.views.kit.mathtext import paint_math
from mlpviz.views.kit.numbers import power_text
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.chart_data import Mark, Series, Style
from mlpviz.views.universality.chart_layout import EXACT, SLOPES, Layout
from mlpviz.views.universality.overlay import DIMMED, mixed, paint_tag

RADII = {"disc": 4.2, "diamond": 4.6, "kite": 4.2, "triangle": 3.4, "square": 2.7, "frame": 2.9, "bar": 3.6}
RING = 6.0
GROWN = 1.5
BAND = {"diamond": 0.18, "kite": 0.10}


@dataclass(frozen=True, slots=True)
class Pointed:
    """What the user is at: method and width under the pointer, the tolerance on the axis, and whether it is moved."""

    hovered: tuple[str, int] | None = None
    tolerance: float | None = None
    moving: bool = False
    focused: bool = False


def paint_chart(painter: QPainter, layout: Layout, pointed: Pointed) -> None:
    """Paint everything, from the back to the front."""
    chart, theme = layout.chart, layout.theme
    _paint_limit_area(painter, layout)
    _paint_axes(painter, layout)
    if chart.empty:
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(
            layout.plane, int(Qt.AlignmentFlag.AlignCenter), "Press Sweep: every net trained\nis a mark here"
        )
        return
    _paint_drop(painter, layout)
    _paint_floors(painter, layout)
    for series in chart.series:
        _paint_band(painter, layout, series)
    _paint_limit_line(painter, layout)
    if pointed.tolerance is not None:
        _paint_tolerance(painter, layout, pointed.tolerance, pointed.moving)
    _paint_fan(painter, layout)
    ordered = sorted(chart.series, key=lambda series: series.method == chart.chosen[1])
    for series in ordered:
        _paint_series(painter, layout, series, pointed.hovered)
    _paint_words(painter, layout)
    _paint_labels(painter, layout)
    _paint_ring(painter, layout, pointed.focused)
    if layout.tag is not None:
        paint_tag(painter, theme, layout.tag)


def decade_text(power: int, relative: bool = False) -> str:
    """A power of ten as an axis says it: 1, 0.1, 0.01, then 10⁻³; of shares 100 %, 10 %, …, 0.01 %, then 10⁻³ %."""
    if relative:
        power += 2
    plain = -2 <= power <= 3
    text = f"{10.0**power:g}" if plain else power_text(float(f"1e{power}"), 0).removeprefix("1·")
    return f"{text}\u202f%" if relative else text


# ---- axes


def _paint_axes(painter: QPainter, layout: Layout) -> None:
    theme, plane, relative = layout.theme, layout.plane, layout.chart.relative
    low, high = layout.ends
    powers = whole_powers(low, high)
    every = math.ceil(len(powers) * theme.px(16) / plane.height())
    right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    for power in powers:
        share = (power - low) / (high - low)
        y = round(plane.bottom() - share * plane.height()) + 0.5
        painter.setPen(QPen(theme.color("grid"), 1))
        painter.drawLine(QPointF(plane.left(), y), QPointF(plane.right(), y))
        if (power - powers[-1]) % every == 0:
            painter.setFont(theme.font("tick"))
            painter.setPen(theme.color("ink2"))
            box = QRectF(theme.px(16), y - 10, plane.left() - theme.px(16 + 7), 20)
            painter.drawText(box, right | int(Qt.TextFlag.TextDontClip), decade_text(power, relative))
    _paint_widths(painter, layout)
    painter.setFont(theme.font("note"))
    painter.setPen(theme.color("ink2"))
    painter.save()
    painter.translate(theme.px(7), plane.center().y())
    painter.rotate(-90)
    words = layout.chart.measure_words + (" ÷ range" if relative else "")
    painter.drawText(QRectF(-120, -10, 240, 20), int(Qt.AlignmentFlag.AlignCenter), words)
    painter.restore()


def _paint_widths(painter: QPainter, layout: Layout) -> None:
    theme, plane, chosen = layout.theme, layout.plane, layout.chart.chosen[0]
    for width, labelled in layout.ticks(chosen):
        x, shown = layout.x(width), width == chosen
        painter.setPen(QPen(theme.color("grid"), 1))
        painter.drawLine(QPointF(round(x) + 0.5, plane.top()), QPointF(round(x) + 0.5, plane.bottom()))
        if labelled:
            painter.setFont(theme.font("tick", bold=shown))
            painter.setPen(theme.color("accent" if shown else "ink2"))
            box = QRectF(x - 40, plane.bottom() + theme.px(2), 80, theme.px(18))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(width))
    painter.setFont(theme.font("note"))
    painter.setPen(theme.color("ink2"))
    words = painter.fontMetrics().horizontalAdvance("width ")
    x, y = plane.center().x() - (words + theme.px(13)) / 2, plane.bottom() + theme.px(35)
    painter.drawText(QPointF(x, y), "width ")
    paint_math(painter, x + words, y, "W", theme.px(14), theme.color("ink"))


def _paint_drop(painter: QPainter, layout: Layout) -> None:
    """The dotted line through the chosen width, down to the limit."""
    width = layout.chart.chosen[0]
    if width not in layout.chart.widths:
        return
    plane, limit = layout.plane, dict(layout.chart.limit).get(width)
    x = round(layout.x(width)) + 0.5
    down = plane.bottom() if limit is None else layout.y(limit)
    painter.setPen(QPen(layout.theme.color("accent"), layout.theme.px(1.4), Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(x, plane.top()), QPointF(x, down))


def _paint_fan(painter: QPainter, layout: Layout) -> None:
    theme, fan = layout.theme, layout.fan
    if fan is None:
        return
    painter.setFont(theme.font("tick"))
    painter.setPen(theme.color("ink2"))
    at, metrics = fan.apex + QPointF(-theme.px(2), -theme.px(7)), painter.fontMetrics()
    box = QRectF(at.x(), at.y() - metrics.ascent(), metrics.horizontalAdvance("slopes"), metrics.height())
    painter.fillRect(box, theme.color("panel", 0.8))
    painter.drawText(at, "slopes")
    for (_, word), end in zip(SLOPES, fan.ends, strict=True):
        painter.setPen(QPen(theme.color("edge"), 1))
        painter.drawLine(fan.apex, end)
        wide = metrics.horizontalAdvance(word)
        box = QRectF(end.x() + theme.px(2), end.y() - theme.px(6), wide + theme.px(4), theme.px(12))
        painter.fillRect(box, theme.color("panel", 0.8))
        painter.setPen(theme.color("ink2"))
        painter.drawText(end + QPointF(theme.px(4), theme.px(4)), word)


# ---- the limit and the floors


def _paint_limit_area(painter: QPainter, layout: Layout) -> None:
    """The hatched region where no net of the width can be."""
    theme, plane, line = layout.theme, layout.plane, layout.limit
    if not line or not layout.chart.bound:
        return
    area = QPolygonF([*line, QPointF(line[-1].x(), plane.bottom()), QPointF(plane.left(), plane.bottom())])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("ink", 0.045))
    painter.drawPolygon(area)
    painter.setBrush(QBrush(theme.color("ink", 0.16), Qt.BrushStyle.BDiagPattern))
    painter.drawPolygon(area)


def _paint_limit_line(painter: QPainter, layout: Layout) -> None:
    theme, line = layout.theme, layout.limit
    if not line:
        return
    if layout.chart.bound:
        pen = QPen(theme.color("ink"), theme.px(1.6))
    else:
        pen = QPen(mixed(theme, "ink2", 0.75), theme.px(1.4))
        pen.setDashPattern([2.0, 3.0])
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(list(line[1:])))
    if layout.chart.bound:
        painter.setPen(QPen(mixed(theme, "ink", 0.4), theme.px(1)))
        painter.drawLine(line[0], line[1])


def _paint_words(painter: QPainter, layout: Layout) -> None:
    theme, words, exact = layout.theme, layout.words, layout.exact
    if words is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("panel", 0.9))
        painter.drawRoundedRect(words.box, 4, 4)
        painter.setFont(theme.font("note"))
        painter.setPen(theme.color("ink" if layout.chart.bound else "ink2"))
        inner = words.box.adjusted(theme.px(4), 0, 0, 0)
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip), words.text)
    if exact is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("panel", 0.9))
        painter.drawRoundedRect(exact.adjusted(-2, 0, 2, 0), 3, 3)
        painter.setFont(theme.font("tick"))
        painter.setPen(theme.color("ink"))
        painter.drawText(exact, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip), EXACT)


def _paint_floors(painter: QPainter, layout: Layout) -> None:
    for floor in layout.chart.floors:
        painter.setPen(_pen(layout.theme, floor.style))
        painter.drawLine(*layout.floor_line(floor.error))


def _paint_tolerance(painter: QPainter, layout: Layout, error: float, moving: bool) -> None:
    """The line that can be dragged, with its grip on the axis."""
    theme, plane = layout.theme, layout.plane
    y = round(layout.y(error)) + 0.5
    painter.setPen(QPen(mixed(theme, "accent", 0.6), theme.px(2.0 if moving else 1.0)))
    painter.drawLine(QPointF(plane.left(), y), QPointF(plane.right(), y))
    painter.setPen(QPen(theme.color("panel"), 1))
    painter.setBrush(theme.color("accent"))
    wide, high = theme.px(7), theme.px(16 if moving else 14)
    painter.drawRoundedRect(QRectF(plane.left() - wide / 2, y - high / 2, wide, high), 3, 3)


# ---- series


def _pen(theme: Theme, style: Style, share: float = 1.0) -> QPen:
    pen = QPen(mixed(theme, style.token, share), theme.px(style.pen))
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if style.dash:
        pen.setDashPattern(list(style.dash))
    return pen


def _paint_band(painter: QPainter, layout: Layout, series: Series) -> None:
    low, high = layout.band(series)
    if not len(low):
        return
    share = BAND.get(series.style.mark, 0.14) * (DIMMED if series.stale else 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(layout.theme.color(series.style.token, share))
    edge = [*low.tolist(), *high[::-1].tolist()]
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in edge]))


def _paint_series(painter: QPainter, layout: Layout, series: Series, hovered: tuple[str, int] | None) -> None:
    theme, style = layout.theme, series.style
    share = DIMMED if series.stale else 1.0
    places = [QPointF(x, y) for x, y in layout.line(series).tolist()]
    painter.setPen(_pen(theme, style, share))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # A first net is not joined to the others: it may be worse than a narrower one, and will not stay.
    painter.drawPolyline(QPolygonF(layout.path(series)))
    for mark, at in zip(series.marks, places, strict=True):
        if (mark.width, series.method) == layout.chart.chosen[:2]:
            continue  # the ring stands for it
        grown = (series.method, mark.width) == hovered
        if grown:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("panel"))
            painter.drawEllipse(at, theme.px(8), theme.px(8))
        mark_style = replace(style, filled=False) if mark.first else style
        _paint_mark(painter, theme, mark_style, at, share, GROWN if grown else 0.0)


def _paint_mark(painter: QPainter, theme: Theme, style: Style, at: QPointF, share: float, more: float) -> None:
    if not style.mark:
        return
    color, panel = mixed(theme, style.token, share), theme.color("panel")
    r = theme.px(RADII[style.mark] + more)
    if style.filled:  # a thin rim in the panel's colour keeps marks apart from what they stand on
        painter.setPen(QPen(panel, theme.px(1)))
        painter.setBrush(color)
    else:
        painter.setPen(QPen(color, theme.px(1.6 if style.mark != "frame" else 1.3)))
        painter.setBrush(panel)
    if style.mark == "disc":
        painter.drawEllipse(at, r, r)
    elif style.mark in ("square", "frame"):
        painter.drawRect(QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r))
    elif style.mark == "bar":
        painter.drawRect(QRectF(at.x() - r, at.y() - r / 2.2, 2 * r, r / 1.1))
    else:
        corners = {
            "diamond": ((0, -r), (r, 0), (0, r), (-r, 0)),
            "kite": ((-r, -0.7 * r), (r, -0.7 * r), (0, r)),
            "triangle": ((0, -1.15 * r), (r, 0.8 * r), (-r, 0.8 * r)),
        }[style.mark]
        painter.drawPolygon(QPolygonF([at + QPointF(*corner) for corner in corners]))


def chosen_mark(layout: Layout) -> tuple[Series, Mark] | None:
    """The mark of the net shown large, if it is drawn."""
    width, method, _ = layout.chart.chosen
    for series in layout.chart.series:
        if series.method == method:
            return next(((series, mark) for mark in series.marks if mark.width == width), None)
    return None


def _paint_ring(painter: QPainter, layout: Layout, focused: bool) -> None:
    found, theme = chosen_mark(layout), layout.theme
    if found is None:
        return
    series, mark = found
    at, r = layout.spot(mark), theme.px(RING)
    painter.setPen(QPen(theme.color("panel"), theme.px(6)))
    painter.setBrush(theme.color("panel"))
    painter.drawEllipse(at, r, r)
    pen = QPen(mixed(theme, series.style.token, DIMMED if series.stale else 1.0), theme.px(2.8))
    if mark.first:
        pen.setStyle(Qt.PenStyle.DotLine)
    painter.setPen(pen)
    painter.drawEllipse(at, r, r)
    if focused:
        painter.setPen(QPen(theme.color("ink"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, r + theme.px(3.5), r + theme.px(3.5))


# ---- direct labels


def _paint_labels(painter: QPainter, layout: Layout) -> None:
    theme = layout.theme
    for label in layout.labels:
        share = DIMMED if label.stale else 1.0
        if label.leader:
            stroke = Qt.PenStyle.DotLine if label.under_way else Qt.PenStyle.SolidLine
            painter.setPen(QPen(theme.color("edge", 0.8 * share), 1, stroke))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(list(label.leader)))
        painter.setFont(theme.font("note", bold=label.style.bold))
        # A grey that is light enough for a line is too light for words.
        token = "ink2" if label.style.token == "con" else label.style.token
        painter.setPen(mixed(theme, token, 0.6 if label.stale else 1.0))
        metrics = painter.fontMetrics()
        for k, line in enumerate(label.text.split("\n")):
            painter.drawText(label.box.topLeft() + QPointF(0, metrics.ascent() + k * metrics.height()), line)
