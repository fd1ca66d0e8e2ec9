"""The network diagram: paints the live network and lets the user point at, choose and walk through its units."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from mlpviz.nn.layout import layout
from mlpviz.pictures.explain import Moment, description, parameter_lines, unit_lines
from mlpviz.pictures.gradient import gradient_line
from mlpviz.pictures.symbols import INPUTS, parameter_symbol, plain
from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab import diagram_labels, diagram_painting
from mlpviz.views.lab.diagram_geometry import Geometry, arrange
from mlpviz.views.lab.diagram_header import LayerControls
from mlpviz.views.lab.diagram_menu import LOCKED, locked_units, toggle_unit, unit_menu
from mlpviz.views.lab.diagram_painting import Parameter, Picture, Scene, Unit
from mlpviz.views.lab.diagram_tiles import Pictures, compute, drawable
from mlpviz.views.lab.diagram_tip import Tip
from mlpviz.views.lab.gradients import Gradients

TOP, BOTTOM = 62.0, 24.0  # above the units: two lines of headings; under them: one line of formulas
HEADINGS, CAPTIONS = 50.0, 20.0  # heights of the strips that hold still while training
REACH = 5.0  # an edge is pointed at within so many pixels
LIVE_TIP = 200_000  # the tip of a larger network keeps its numbers until the mouse moves
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class NetworkDiagram(QWidget):
    """The painted network.

    Signals:
        levels_changed(dict): by layer, the value at the end of its tiles' colours.
        gaps_changed(bool): whether any tile has places without a finite value, which are hatched.
    """

    levels_changed = pyqtSignal(object)
    gaps_changed = pyqtSignal(bool)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._tiles: dict[Unit, Picture] = {}
        self._levels: dict[int, float] = {}
        self._gaps = False
        self._controls: list[LayerControls] = []
        self._hovered: Unit | Parameter | None = None
        self._mouse = QPointF()
        self._geometry: Geometry | None = None
        self._labels: tuple[Geometry, dict[Parameter, QRectF]] | None = None
        self._by_key = False
        self._gradients = Gradients(session, "gradient of the diagram", self._show_tip)
        self.tip = Tip(theme, self)
        self.setAccessibleName("Network diagram")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self.refresh)
        theme.changed.connect(self._restyle)
        self._show_network()

    def sizeHint(self) -> QSize:
        """The Lab's share of a small screen."""
        return QSize(664, 330)

    def minimumSizeHint(self) -> QSize:
        """Small, but every layer of a usual network still has its column."""
        return QSize(320, 200)

    # ---- what is shown

    def scene(self) -> Scene:
        """What is painted now."""
        live = self._session.live
        document = self._session.document
        theta = live.theta if live.network.sizes == document.network.sizes else document.state.theta
        chosen, locked = document.view.unit, locked_units(document.training.locked, document.network.sizes)
        geometry = self.arrangement()
        return Scene(document.network, theta, geometry, self._theme, self._tiles, chosen, self._hovered, locked)

    def arrangement(self) -> Geometry:
        """Where everything stands, for the present size and network."""
        if self._geometry is None:
            scale = self._theme.scale
            network = self._session.document.network
            sizes = network.sizes
            names = diagram_labels.input_names_width(network, self._theme)
            left = (50.0 if names <= 24 * scale else names / scale + 46.0) * scale
            right = 54.0 * scale
            self._geometry = arrange(
                sizes, self.width(), TOP * scale, self.height() - BOTTOM * scale, (left, right), scale
            )
        return self._geometry

    def refresh(self) -> None:
        """Show the newest numbers; nothing is computed while hidden."""
        if not self.isVisible():
            return
        scene = self.scene()
        network, geometry = scene.network, scene.geometry
        units, table = list(geometry.places), self._theme.lookup("diverging")
        job = partial(compute, network, scene.theta, self._session.dataset, units, table, geometry.tile)
        self._session.pictures.request("network tiles", job, self._received)
        if network.size <= LIVE_TIP:
            self._show_tip()
        self._repaint_numbers()

    def _repaint_numbers(self) -> None:
        """Repaint what moves while training: not the headings with their controls, not the captions."""
        top, bottom = HEADINGS * self._theme.scale, self.height() - CAPTIONS * self._theme.scale
        self.update(0, round(top), self.width(), round(bottom - top))

    def _received(self, pictures: Pictures) -> None:
        if pictures.network != self._session.document.network:
            return
        self._tiles = drawable(pictures, self._theme)
        if bool(pictures.missing) != self._gaps:
            self._gaps = bool(pictures.missing)
            self.gaps_changed.emit(self._gaps)
        if pictures.levels != self._levels:
            self._levels = pictures.levels
            self.levels_changed.emit(pictures.levels)
        self._repaint_numbers()

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"network", "data"}:
            self._show_network()
        if changed & {"network", "data", "state", "function"}:
            self._describe()
            self.refresh()
        elif changed & {"view", "training"}:
            self._describe()
            self._show_tip()
            self.update()

    def _show_network(self) -> None:
        hidden = self._session.document.network.hidden
        shown = self.arrangement().places if self._geometry is not None else {}
        self._geometry = None
        self._hovered = None
        self.tip.clear()
        if set(shown) != set(self.arrangement().places):
            self._tiles = {unit: tile for unit, tile in self._tiles.items() if unit[0] == INPUTS}
        while len(self._controls) > len(hidden):
            gone = self._controls.pop()
            gone.hide()  # at once: its deletion waits for the event loop
            gone.deleteLater()
        while len(self._controls) < len(hidden):
            controls = LayerControls(self._session, self._theme, len(self._controls), self)
            self._controls.append(controls)
        for controls, layer in zip(self._controls, hidden, strict=True):
            controls.show_layer(layer)
        self._place_controls()
        self._describe()
        self.update()  # the headings and captions too

    def _place_controls(self) -> None:
        geometry = self.arrangement()
        middle = diagram_labels.FORMULA_Y * self._theme.scale
        room = geometry.pitch - 4 * self._theme.scale
        # All or none have a combo box: a row of unlike controls would look broken.
        whole = all(controls.width_with(True) <= room for controls in self._controls)
        fits = all(controls.width_with(whole) <= room for controls in self._controls)
        for controls, column in zip(self._controls, geometry.columns[1:], strict=False):
            controls.fit(whole)
            controls.move(round(column.x - controls.width() / 2), round(middle - controls.height() / 2))
            controls.setVisible(fits)

    def _restyle(self) -> None:
        self._geometry = None
        self._place_controls()
        self.refresh()

    def _describe(self) -> None:
        words = description(self._session.document.network)
        unit = self._session.document.view.unit
        moment = self._moment() if unit is not None else None
        if unit is not None and moment is not None:
            words += " Chosen: " + "; ".join(map(plain, unit_lines(moment, *unit))) + "."
        self.setAccessibleDescription(words + " The weights table and the forward table hold every number.")

    # ---- pointing

    def _moment(self) -> Moment | None:
        scene, data = self.scene(), self._session.dataset
        if not len(data.X) or data.inputs != scene.network.inputs:
            return None
        row = self._session.document.view.row
        return Moment.at(scene.network, scene.theta, data.X[min(row or 0, len(data.X) - 1)])

    def at(self, point: QPointF) -> Unit | Parameter | None:
        """The bias, unit or weight at a point."""
        geometry, network = self.arrangement(), self._session.document.network
        for layer, unit in geometry.places:
            if layer == INPUTS:
                continue
            x, y = geometry.bias_place(layer, unit)
            if (point.x() - x) ** 2 + (point.y() - y) ** 2 <= (6 * self._theme.scale) ** 2:
                return (layer, unit, network.sizes[layer])
        found = geometry.unit_at(point.x(), point.y())
        if found is not None:
            return found
        for key, rect in self._edge_labels().items():
            if rect.contains(point):
                return key
        index = geometry.edges.nearest(point.x(), point.y(), REACH * self._theme.scale)
        if index is None:
            return None
        layer, unit, source = geometry.edges.keys[index].tolist()
        return (layer, unit, source)

    def _edge_labels(self) -> dict[Parameter, QRectF]:
        geometry = self.arrangement()
        if self._labels is None or self._labels[0] is not geometry:
            self._labels = (geometry, diagram_labels.place_edge_labels(self.scene()))
        return self._labels[1]

    def _show_tip(self) -> None:
        moment = self._moment() if self._hovered is not None else None
        if moment is None or self._hovered is None:
            self.tip.clear()
            return
        if len(self._hovered) == 2:
            mark = diagram_painting.tile_rect(self.arrangement(), self._hovered)
            self.tip.show_at(unit_lines(moment, *self._hovered), mark)
        else:
            at = self._mouse
            self.tip.show_at(self._parameter_lines(moment, self._hovered), QRectF(at.x() - 4, at.y() - 4, 8, 8))

    def _parameter_lines(self, moment: Moment, key: Parameter) -> tuple[str, ...]:
        """A weight's formula, its gradient once that is there, and whether it is locked."""
        network, config = moment.network, self._session.document.training
        value, *lines = parameter_lines(moment, *key)
        found = self._gradients.newest()
        if found is not None and len(found) == network.size:
            slope = float(layout(network.sizes).matrices(found)[key[0]][key[1], key[2]])
            lines.insert(0, gradient_line(parameter_symbol(network, *key), slope, config))
        return (value, *lines, *([LOCKED] if any(lock.covers(*key) for lock in config.locked) else []))

    # ---- Qt's events

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Say what is under the mouse."""
        if event is not None:
            self.point_at(event.position())

    def point_at(self, point: QPointF) -> None:
        """The mouse is at a point: show what stands there, and say what it is."""
        self._mouse = point
        found = self.at(point)
        if found != self._hovered or (found is not None and len(found) == 3):
            self._hovered = found
            self._show_tip()
            self.update()
        unit = found is not None and len(found) == 2
        self.setCursor(Qt.CursorShape.PointingHandCursor if unit else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is under the mouse any more."""
        self._hovered = None
        self.tip.clear()
        self.update()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Choose the unit, or nothing."""
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        found = self.arrangement().unit_at(event.position().x(), event.position().y())
        self._session.look(unit=found)

    def contextMenuEvent(self, a0: QContextMenuEvent | None) -> None:
        """The menu of the unit under the mouse, or by key of the chosen one."""
        if a0 is None:
            return
        by_key = a0.reason() == QContextMenuEvent.Reason.Keyboard
        geometry = self.arrangement()
        unit = self._session.document.view.unit if by_key else geometry.unit_at(a0.x(), a0.y())
        if unit is None or unit[0] == INPUTS or unit not in geometry.places:
            super().contextMenuEvent(a0)
            return
        self._hovered = None
        self.tip.clear()  # it would stand beside the menu
        place = diagram_painting.tile_rect(geometry, unit).center().toPoint() if by_key else a0.pos()
        unit_menu(self._session, self, *unit).popup(self.mapToGlobal(place))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Arrows walk from unit to unit, L locks and unlocks the chosen one, Escape lets go of it."""
        if event is None:
            return
        chosen = self._session.document.view.unit
        if event.key() == Qt.Key.Key_Escape and chosen is not None:
            self._session.look(unit=None)
        elif event.key() in ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._by_key = True
            self._session.look(unit=self.neighbour(chosen, *ARROWS[Qt.Key(event.key())]))
        elif event.key() == Qt.Key.Key_L and not event.modifiers() and chosen is not None and chosen[0] != INPUTS:
            toggle_unit(self._session, *chosen)
        else:
            super().keyPressEvent(event)

    def neighbour(self, unit: Unit | None, across: int, down: int) -> Unit:
        """The drawn unit one column across or one place down from a unit; the first hidden one from nowhere."""
        geometry = self.arrangement()
        if unit is None or unit not in geometry.places:
            column = geometry.columns[1]
            return (column.layer, column.units[0])
        place = unit[0] + 1
        column = geometry.columns[place]
        if down:
            at = column.units.index(unit[1]) + down
            return (unit[0], column.units[min(max(at, 0), len(column.units) - 1)])
        after = geometry.columns[min(max(place + across, 0), len(geometry.columns) - 1)]
        here = geometry.places[unit][1]
        nearest = min(zip(after.units, after.y, strict=True), key=lambda pair: abs(pair[1] - here))
        return (after.layer, nearest[0])

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Show the focus when it came by key."""
        by_key = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
        self._by_key = event is not None and event.reason() in by_key
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Show the focus no longer."""
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Everything finds its place anew."""
        self._geometry = None
        self._place_controls()
        self._show_tip()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what changed while hidden."""
        self._place_controls()
        self.refresh()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """A hidden diagram points at nothing."""
        self._hovered = None
        self.tip.clear()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Edges first, then units, then words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        scene, scale = self.scene(), self._theme.scale
        labels = self._edge_labels()
        diagram_painting.paint_edges(painter, scene)
        if scene.hovered is not None and len(scene.hovered) == 3:
            diagram_painting.paint_hovered_edge(painter, scene, scene.hovered, None)
        diagram_painting.paint_units(painter, scene)
        diagram_labels.paint_names(painter, scene)
        if labels:
            diagram_labels.paint_edge_labels(painter, scene, labels)
        else:
            diagram_labels.paint_incoming(painter, scene)
        area = self.rect() if event is None else event.rect()
        if area.top() < HEADINGS * scale - 1:
            diagram_labels.paint_headings(painter, scene)
        if area.bottom() > self.height() - CAPTIONS * scale + 1:
            diagram_labels.paint_captions(painter, scene, self.height() - 0.5 * BOTTOM * scale)
        if self.hasFocus() and self._by_key:
            painter.setPen(QPen(self._theme.color("accent"), 2 * scale))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
