"""Small multiples of nets of two inputs: one map a width, standing on the slider that plays through them."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSignalBlocker, QSize, Qt, QTimer
from PyQt6.QtGui import QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QWidget

from mlpviz.experiments.planed import PLANE_WIDTHS, PlaneNet
from mlpviz.pictures.decision import Scale
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.numbers import short_error
from mlpviz.views.kit.shades import shades
from mlpviz.views.kit.theme import GAP, Theme
from mlpviz.views.plane.paint_card import scale_of
from mlpviz.views.universality.width_slider import WidthSlider

FOOT = 19  # one line of numbers
FAINT = 0.3  # of the picture of a g before
SUBTITLE = "each picture is the net of its width; its RMS error beneath"


class PlaneTile(QAbstractButton):
    """ĝ of one width as colours, W and the RMS error beneath.

    Attributes:
        units: the width. net: what is shown, None for none yet; then the picture of the one before stays, faintly.
    """

    def __init__(self, units: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.units = theme, units
        self.net: PlaneNet | None = None
        self._pictured: PlaneNet | None = None
        self._scale = Scale(-1.0, 1.0)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Net of two inputs, width {units}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.updateGeometry)
        self._tell()

    def sizeHint(self) -> QSize:
        """As in a window of 1280 pixels."""
        return QSize(126, 130)

    def minimumSizeHint(self) -> QSize:
        """Room for the numbers beneath."""
        return QSize(round(self._theme.px(58)), round(self._theme.px(78)))

    def show_net(self, net: PlaneNet | None, scale: Scale, waiting: bool = False) -> None:
        """Show a net in the colours of a scale; None: none, or none yet."""
        pictured = net or (self._pictured if waiting else None)
        if net is self.net and scale == self._scale and pictured is self._pictured:
            return
        self.net, self._scale, self._pictured = net, scale, pictured
        self._tell()
        self.update()

    def _tell(self) -> None:
        net = self.net
        words = f"RMS {short_error(net.rms)}, largest error {short_error(net.sup)}" if net else "waits for its turn"
        if net is None and self._pictured is not None:
            words += "; faintly, the net of the g before"
        self.setAccessibleDescription(words)
        self.setToolTip(f"W = {self.units}: {words}\nClick to see it large.")

    def frame(self) -> QRectF:
        """The picture's rectangle: a square over the numbers, in the middle."""
        side = max(1.0, min(self.width() - 3.0, self.height() - self._theme.px(FOOT) - 3.0))
        return QRectF((self.width() - side) / 2, 1.5, side, side)

    def paintEvent(self, e: QPaintEvent | None) -> None:
        """Paint picture, numbers and focus."""
        theme, painter, frame = self._theme, QPainter(self), self.frame()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(frame, theme.color("sunk"))
        if self._pictured is not None:
            table = theme.lookup("diverging" if self._scale.diverging else "luminous", 1.0)
            colors = table[shades(self._pictured.values[::-1], self._scale)]
            height, width = colors.shape[:2]
            painter.setOpacity(1.0 if self.net is not None else FAINT)
            painter.drawImage(frame, QImage(colors.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888))
            painter.setOpacity(1.0)
        chosen, hovered = self.isChecked(), self.underMouse()
        painter.setPen(QPen(theme.color("accent" if chosen else "edge" if hovered else "line"), 2.4 if chosen else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("ink"), 1))
            painter.drawRect(frame.adjusted(3, 3, -3, -3))
        foot = QRectF(frame.left(), frame.bottom() + 2, frame.width(), theme.px(FOOT) - 2)
        painter.setFont(theme.font("body", bold=True))
        painter.setPen(theme.color("accent" if chosen else "ink"))
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), str(self.units))
        painter.setFont(theme.font("note"))
        painter.setPen(theme.color("ink" if self.net is not None else "ink2"))
        text = short_error(self.net.rms) if self.net is not None else "…"
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)


class PlaneWidthsCard(Card):
    """Tiles for all widths, and the slider."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Widths", theme, parent)
        self.set_subtitle(SUBTITLE, "")
        self._session = session
        self.state = QLabel()
        self.state.setObjectName("sub")
        self.state.setAccessibleName("State of the nets of two inputs")
        self.header.addWidget(self.state)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        self.tiles = [PlaneTile(width, theme) for width in PLANE_WIDTHS]
        for tile in self.tiles:
            tile.clicked.connect(lambda _=False, width=tile.units: session.look(plane_width=width))
            row.addWidget(tile)
        self.slider = WidthSlider(theme)
        self.slider.setAccessibleName("Width shown of two inputs")
        self.slider.setRange(0, len(PLANE_WIDTHS) - 1)
        self.slider.valueChanged.connect(lambda place: session.look(plane_width=PLANE_WIDTHS[place]))
        self.body.addLayout(row, 1)
        self.body.addWidget(self.slider)
        session.document_changed.connect(self._document_changed)
        session.planing.changed.connect(self.refresh)

    def set_room(self, width: int) -> None:
        """It makes do with any width."""

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The slider's stops stay beneath the tiles."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self._place_stops)

    def _place_stops(self) -> None:
        left = self.slider.x()
        centres = [float(tile.geometry().center().x() - left) for tile in self.tiles]
        self.slider.set_stops(centres, frozenset(k for k, tile in enumerate(self.tiles) if tile.net is not None))

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"painted", "sweep", "view"}:
            self.refresh()

    def refresh(self) -> None:
        """Show the newest nets."""
        if not self.isVisible():
            return
        known, shown = self._session.planing.current, self._session.document.view.plane_width
        scale = scale_of(known.painted.samples if known is not None else self._session.document.painted.samples)
        for tile in self.tiles:
            tile.show_net(known.net(tile.units) if known is not None else None, scale, waiting=known is not None)
            tile.setChecked(tile.units == shown)
        if shown in PLANE_WIDTHS:
            with QSignalBlocker(self.slider):
                self.slider.setValue(PLANE_WIDTHS.index(shown))
        self._place_stops()
        done = sum(tile.net is not None for tile in self.tiles)
        complete = known is not None and known.complete and not self._session.planing.lagging
        self.state.setText(f"{done} widths" if complete else f"making nets: {done} of {len(PLANE_WIDTHS)} widths")
