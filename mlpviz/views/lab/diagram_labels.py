"""Paints the words of the diagram: headings, names of units, formulas under the gaps, weights of the chosen unit."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from mlpviz.document.numbers import short
from mlpviz.nn.layout import layout
from mlpviz.nn.spec import Network
from mlpviz.pictures.symbols import (
    INPUTS,
    affine_formula,
    layer_symbol,
    maps_inputs,
    matrix_symbols,
    output_formula,
    parameter_symbol,
    unit_symbol,
)
from mlpviz.views.kit.mathtext import measure, paint_math
from mlpviz.views.kit.numbers import small_text
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.diagram_geometry import Geometry, shown_units
from mlpviz.views.lab.diagram_painting import Parameter, Scene, tile_rect

HEADING_Y, FORMULA_Y = 11.0, 36.0  # middles of the two lines of headings
GAP = 6.0  # between a label and what stands beside it


@dataclass(frozen=True)
class Words:
    """A text of Inter followed by a formula: "hidden 1 h⁽¹⁾". Either may be empty."""

    text: str
    math: str = ""

    def width(self, theme: Theme, size: str = "note", math_px: float = 15) -> float:
        """Pixels from end to end."""
        text = QFontMetricsF(theme.font(size)).horizontalAdvance(self.text) if self.text else 0.0
        math = measure(self.math, theme.px(math_px))[0] if self.math else 0.0
        return text + math + (GAP * theme.scale if text and math else 0.0)

    def paint(
        self, painter: QPainter, theme: Theme, x: float, middle: float, color: QColor, math_px: float = 15
    ) -> None:
        """Paint it centred on x, its small letters' middle at `middle`."""
        left = x - self.width(theme, "note", math_px) / 2
        font = theme.font("note")
        if self.text:
            painter.setFont(font)
            painter.setPen(theme.color("ink2"))
            painter.drawText(QPointF(left, middle + 0.36 * font.pixelSize()), self.text)
            left += QFontMetricsF(font).horizontalAdvance(self.text) + GAP * theme.scale
        if self.math:
            px = theme.px(math_px)
            paint_math(painter, left, middle + 0.30 * px, self.math, px, color)


def headings(network: Network, layer: int) -> list[Words]:
    """What may stand over a column, the most telling first."""
    if layer == INPUTS:
        symbol = layer_symbol(network, INPUTS)
        return [Words("features" if maps_inputs(network) else "input"), Words("", symbol)]
    if layer == len(network.hidden):
        return [Words("output"), Words("", r"\tilde y")]
    symbol = layer_symbol(network, layer)
    if layer == len(network.hidden) - 1:
        return [Words("representation", symbol), Words("repr.", symbol), Words("", symbol)]
    return [Words(f"hidden {layer + 1}", symbol), Words("", symbol)]


def paint_headings(painter: QPainter, scene: Scene) -> None:
    """A name over each column, and what x and ŷ are under the first and the last name."""
    theme, geometry, network = scene.theme, scene.geometry, scene.network
    for column in geometry.columns:
        at_end = column.layer in (INPUTS, len(network.hidden))
        room = geometry.pitch * (0.95 if at_end else 1.0) - 4
        for words in headings(network, column.layer):
            if words.width(theme) <= room:
                words.paint(painter, theme, column.x, HEADING_Y * theme.scale, theme.color("ink"))
                break
    first, last = geometry.columns[0], geometry.columns[-1]
    space = rf"{layer_symbol(network, INPUTS)} ∈ \mathbb{{R}}^{{{network.fan_in}}}"
    Words("", space).paint(painter, theme, first.x, FORMULA_Y * theme.scale, theme.color("ink"), 14)
    Words("", output_formula(network)).paint(painter, theme, last.x, FORMULA_Y * theme.scale, theme.color("ink"), 14)


def paint_captions(painter: QPainter, scene: Scene, middle: float) -> None:
    """Under each gap how the next pre-activations come about; under a hidden column h = f(z) where there is room."""
    theme, geometry, network = scene.theme, scene.geometry, scene.network
    single = len(network.hidden) <= 1
    room = geometry.pitch - 10
    # One form for all gaps, the longest that fits everywhere.
    forms = [[_caption(network, c.layer, form) for c in geometry.columns[1:]] for form in range(3)]
    fitting = [form for form in forms if all(words.width(theme, math_px=13) <= room for words in form)]
    for place, after in enumerate(geometry.columns[1:]):
        if fitting:
            fitting[0][place].paint(painter, theme, after.x - geometry.pitch / 2, middle, theme.color("ink2"), 13)
        if single and after.layer < len(network.hidden):
            words = Words("", f"{layer_symbol(network, after.layer)} = f(z)")
            words.paint(painter, theme, after.x, middle, theme.color("ink2"), 13)


def _caption(network: Network, layer: int, form: int) -> Words:
    weights, biases = matrix_symbols(network, layer)
    return Words("", (affine_formula(network, layer), f"{weights}, {biases}", weights)[form])


def _label(
    painter: QPainter, theme: Theme, rect: QRectF, markup: str, px: float, token: str = "ink", ground: float = 0.86
) -> None:
    """A formula on a patch of the panel, so that lines behind it do not cross it out."""
    patch = QRectF(rect)
    patch.setWidth(min(rect.width(), measure(markup, px)[0] + 6))
    patch.moveCenter(rect.center())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("panel", ground))
    painter.drawRoundedRect(patch, 3, 3)
    paint_math(painter, rect.center().x(), rect.center().y() + 0.31 * px, markup, px, theme.color(token), "center")


def name_rect(scene: Scene, layer: int, unit: int) -> QRectF | None:
    """Where a unit's name stands: left of inputs, right of outputs, upper right of hidden units; None: no room."""
    theme, geometry = scene.theme, scene.geometry
    tile = tile_rect(geometry, (layer, unit))
    px = name_px(scene)
    if px is None:
        return None
    width = measure(unit_symbol(scene.network, layer, unit, level=False), px)[0] + 4
    height = px * 1.15
    if layer == INPUTS:
        return QRectF(tile.left() - width - 3 * theme.scale, tile.center().y() - height / 2, width, height)
    x = tile.right() + 6 * theme.scale
    if layer == len(scene.network.hidden):
        return QRectF(x, tile.center().y() - height / 2, width, height)
    return QRectF(x, tile.top() - 0.22 * px, width, height)


def input_names_width(network: Network, theme: Theme) -> float:
    """Pixels that the longest name of an input or a feature takes."""
    names = (unit_symbol(network, INPUTS, unit) for unit in shown_units(network.fan_in))
    return max(measure(name, theme.px(15))[0] for name in names)


def name_px(scene: Scene) -> float | None:
    """The size of units' names: smaller when units stand close, None when there is no room at all."""
    geometry, theme = scene.geometry, scene.theme
    if geometry.pitch < 58 * theme.scale or geometry.tile < 11 * theme.scale:
        return None
    return theme.px(15 if geometry.tile >= 30 * theme.scale else 12)


def paint_names(painter: QPainter, scene: Scene) -> None:
    """x₁ … beside the inputs, h₁ … beside hidden units, ỹ beside outputs, "… 24 more" where units are left out."""
    theme = scene.theme
    px = name_px(scene)
    # In a column that lists its weights into the chosen unit, small tiles have no room for names as well.
    listing = scene.chosen[0] - 1 if scene.chosen and not scene.geometry.small else None
    crowded = scene.geometry.tile < 30 * theme.scale
    for layer, unit in scene.geometry.places:
        rect = name_rect(scene, layer, unit)
        if crowded and layer == listing and layer != INPUTS:
            continue
        if rect is not None and px is not None:
            _label(painter, theme, rect, unit_symbol(scene.network, layer, unit, level=False), px)
    font = theme.font("tick")
    painter.setFont(font)
    for column in scene.geometry.columns:
        if column.hidden:
            painter.setPen(theme.color("ink2"))
            text = f"… {column.hidden:,} more"
            if QFontMetricsF(font).horizontalAdvance(text) > scene.geometry.pitch - 2:
                text = "…"
            box = QFontMetricsF(font).boundingRect(text)
            box.moveCenter(QPointF(column.x, column.more_y))
            painter.fillRect(box.adjusted(-2, 0, 2, 0), theme.color("panel", 0.86))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_incoming(painter: QPainter, scene: Scene) -> None:
    """Beside every source of the chosen unit its weight; under the chosen unit its bias."""
    if scene.chosen is None or scene.chosen[0] == INPUTS or scene.chosen not in scene.geometry.places:
        return
    theme, geometry = scene.theme, scene.geometry
    layer, unit = scene.chosen
    row = layout(scene.network.sizes).matrices(scene.theta)[layer][unit]
    font = theme.font("tick", bold=False)
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance("−00.00") + 4
    if geometry.pitch < geometry.tile + width + 8:
        return
    painter.setFont(font)
    column = geometry.columns[layer]
    for source in column.units:
        tile = tile_rect(geometry, (layer - 1, source))
        text = (
            small_text(float(row[source]))
            if abs(row[source]) < 0.01
            else f"{float(row[source]):+.2f}".replace("-", "−")
        )
        rect = QRectF(tile.right() + 4 * theme.scale, tile.center().y() - metrics.height() / 2, width, metrics.height())
        name = name_rect(scene, layer - 1, source)
        if layer - 1 != INPUTS and name is not None and geometry.tile >= 30 * theme.scale:
            rect.moveTop(max(rect.top(), name.bottom() - 1))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("panel"))
        painter.drawRoundedRect(rect, 3, 3)
        painter.setPen(theme.color("ink"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


# ---- weights written on the edges of the lecture's small networks


def place_edge_labels(scene: Scene) -> dict[Parameter, QRectF]:
    """Where the weights and biases of a small network with at most one hidden layer are written: none overlaps another.

    Places depend on the geometry alone, with room for any number, so that labels stand still while numbers change.
    """
    geometry, theme, network = scene.geometry, scene.theme, scene.network
    keys = [(int(a), int(b), int(c)) for a, b, c in geometry.edges.keys]
    if not geometry.small:
        return {}
    px = theme.px(14)
    taken = [tile_rect(geometry, unit).adjusted(-4, -4, 4, 4) for unit in geometry.places]
    taken += [rect for unit in geometry.places if (rect := name_rect(scene, *unit)) is not None]
    placed: dict[Parameter, QRectF] = {}
    biases = [(layer, unit, network.sizes[layer]) for layer, unit in geometry.places if layer != INPUTS]
    for key in (*biases, *keys):
        width = measure(f"{parameter_symbol(network, *key)} = −0.000", px)[0] + 8
        size = QRectF(0, 0, width, 1.3 * px)
        for x, y in _candidates(geometry, key, network, size):
            rect = QRectF(size)
            rect.moveCenter(QPointF(x, y))
            inside = geometry.top - px / 2 <= rect.top() and rect.bottom() <= geometry.bottom + 2
            if inside and not any(rect.intersects(other) for other in taken):
                placed[key] = rect
                taken.append(rect)
                break
    return placed


def _candidates(geometry: Geometry, key: Parameter, network: Network, size: QRectF) -> list[tuple[float, float]]:
    layer, unit, source = key
    if source == network.sizes[layer]:
        x, y = geometry.bias_place(layer, unit)
        below = y + size.height() / 2 + 7
        return [
            (x + geometry.tile / 2, below),
            (x, below),
            (x + geometry.tile, below),
            (x - size.width() / 2 - 8, y + 4),
        ]
    index = next(i for i, k in enumerate(geometry.edges.keys) if tuple(k) == key)
    spots = [geometry.edges.at(index, t) for t in (0.7, 0.3, 0.5, 0.62, 0.38, 0.76, 0.24)]
    return [(x, y + dy) for dy in (0.0, -8.0, 8.0) for x, y in spots]


def paint_edge_labels(painter: QPainter, scene: Scene, places: dict[Parameter, QRectF]) -> None:
    """u₁₁ = 1, … on the edges; a hovered one in bold ink, the others plain."""
    theme, matrices = scene.theme, layout(scene.network.sizes).matrices(scene.theta)
    px = theme.px(14)
    for (layer, unit, source), rect in places.items():
        value = float(matrices[layer][unit, source])
        symbol = parameter_symbol(scene.network, layer, unit, source)
        dimmed = scene.chosen is not None and scene.chosen != (layer, unit)
        _label(painter, theme, rect, f"{symbol} = {short(value)}", px, "ink2" if dimmed else "ink", 0.9)
        if scene.hovered == (layer, unit, source):
            painter.setPen(QPen(theme.color("accent"), 1.4 * theme.scale))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, 3, 3)
