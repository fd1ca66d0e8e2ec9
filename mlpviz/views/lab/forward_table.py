"""The forward pass of chosen rows as a table: x, y, z, h, ỹ, ŷ, each number live."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QPointF, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPen, QPolygonF, QShowEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.forward_model import CLASS, RIGHT, ForwardModel
from mlpviz.views.lab.math_header import MathHeader

MARK = 4.0  # radius of a class's mark
NARROWEST, WIDEST = 40, 320


class ForwardDelegate(QStyledItemDelegate):
    """Adds the class's mark before y, and a tick or a cross behind ŷ."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Text as ever, then the mark."""
        if painter is None:
            return
        theme = self._theme
        mark, right = index.data(CLASS), index.data(RIGHT)
        chosen = index.row() == self._row()
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.fillRect(rect, theme.color("accent_soft"))
        font = theme.font("note", bold=chosen)
        painter.setFont(font)
        painter.setPen(theme.color("ink"))
        text = str(index.data())
        room = (18 if mark is not None else 0) * theme.scale
        tail = (18 if right is not None else 0) * theme.scale
        metrics = QFontMetricsF(font)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - room - tail - 6)
        painter.drawText(rect.adjusted(room, 0, -tail, 0), Qt.AlignmentFlag.AlignCenter, text)
        if mark is not None:
            at = rect.center().x() + room / 2 - metrics.horizontalAdvance(text) / 2 - 10 * theme.scale
            paint_mark(painter, theme, QPointF(at, rect.center().y()), *mark)
        if right is not None:
            at = rect.center().x() - tail / 2 + metrics.horizontalAdvance(text) / 2 + 12 * theme.scale
            _paint_verdict(painter, theme, QPointF(at, rect.center().y()), right)
        painter.restore()

    def _row(self) -> int:
        view = self.parent()
        return view.currentIndex().row() if isinstance(view, QTableView) else -1


def paint_mark(painter: QPainter, theme: Theme, at: QPointF, index: int, filled: bool) -> None:
    """A class's mark: ▲ for the first, ● for the second, then ■ ◆ ★ ⬟; hollow for a test row."""
    color, r = theme.class_color(index), MARK * theme.scale
    painter.setPen(QPen(color, 1.4 * theme.scale))
    painter.setBrush(color if filled else theme.color("panel"))
    if index == 1:
        painter.drawEllipse(at, r, r)
        return
    painter.drawPolygon(QPolygonF([at + QPointF(x * r, y * r) for x, y in _outline(index)]))


def _outline(index: int) -> list[tuple[float, float]]:
    shapes = {
        0: [(0.0, -1.15), (1.15, 0.95), (-1.15, 0.95)],
        2: [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        3: [(0.0, -1.3), (1.0, 0.0), (0.0, 1.3), (-1.0, 0.0)],
        5: [(0.0, -1.1), (1.05, -0.34), (0.65, 0.9), (-0.65, 0.9), (-1.05, -0.34)],
    }
    star = [(0.0, -1.3), (0.32, -0.42), (1.24, -0.4), (0.5, 0.16), (0.76, 1.05), (0.0, 0.52), (-0.76, 1.05),
            (-0.5, 0.16), (-1.24, -0.4), (-0.32, -0.42)]  # fmt: skip
    return shapes.get(index, star)


def _paint_verdict(painter: QPainter, theme: Theme, at: QPointF, right: bool) -> None:
    u = 4 * theme.scale
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("accent" if right else "warn"), 1.8 * theme.scale, cap=Qt.PenCapStyle.RoundCap))
    if right:
        painter.drawPolyline(
            QPolygonF([at + QPointF(-u, 0), at + QPointF(-0.3 * u, 0.75 * u), at + QPointF(u, -0.75 * u)])
        )
    else:
        painter.drawLine(at + QPointF(-0.7 * u, -0.7 * u), at + QPointF(0.7 * u, 0.7 * u))
        painter.drawLine(at + QPointF(-0.7 * u, 0.7 * u), at + QPointF(0.7 * u, -0.7 * u))


class ForwardView(QTableView):
    """The table itself: one row is chosen at a time, Tab leaves it."""

    def __init__(self, model: ForwardModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHorizontalHeader(MathHeader(Qt.Orientation.Horizontal, theme, self))
        self.setVerticalHeader(MathHeader(Qt.Orientation.Vertical, theme, self))
        self.setModel(model)
        self.setItemDelegate(ForwardDelegate(theme, self))
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget(self))
        self.setAccessibleName("Forward pass")
        self.setToolTip("What the network makes of each row of the data; click a row to see it in every picture.")

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Space is left to the window, which trains or pauses."""
        if event is not None and event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def rows_in_sight(self) -> range:
        """The rows on the screen."""
        model, port = self.model(), self.viewport()
        if model is None or port is None or not model.rowCount():
            return range(0)
        first = max(self.rowAt(0), 0)
        last = self.rowAt(port.height() - 1)
        return range(first, (last if last >= 0 else model.rowCount() - 1) + 1)


class ForwardTable(Card):
    """The card. A row chosen here is chosen everywhere."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Forward pass", theme, parent)
        self._session = session
        self._theme = theme
        self._following = False
        self.model = ForwardModel(session, self)
        self.table = ForwardView(self.model, theme, self)
        self.body.addWidget(self.table, 1)
        self.setAccessibleName("Forward pass")
        selection = self.table.selectionModel()
        if selection is not None:
            selection.currentRowChanged.connect(self._row_chosen)
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self._updated)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._reload()

    def _reload(self) -> None:
        self._following = True
        self.model.reload()
        self._following = False
        rows = self.model.rowCount()
        self.set_subtitle(f"{rows:,} row{'' if rows == 1 else 's'}")
        self._fit_columns(anew=True)
        self._follow()

    def _document_changed(self, changed: frozenset[str]) -> None:
        other = self._session.live.network != self.model.network or self._session.dataset is not self.model.dataset
        if other:
            self._reload()
        elif "view" in changed:
            self._follow()
        if changed - {"view"}:
            self._updated()

    def _updated(self) -> None:
        rows = self.table.rows_in_sight()
        if not self.isVisible() or not rows:
            return
        self._fit_columns()
        self.model.dataChanged.emit(
            self.model.index(rows[0], 2), self.model.index(rows[-1], self.model.columnCount() - 1)
        )

    def _row_chosen(self, current: QModelIndex, previous: QModelIndex) -> None:
        port = self.table.viewport()
        if port is not None:
            port.update()
        if not self._following and current.isValid() and current.row() != self._session.document.view.row:
            self._session.look(row=current.row())

    def _follow(self) -> None:
        """Show the row that is chosen in the document."""
        row = self._session.document.view.row
        self._following = True
        if row is None or row >= self.model.rowCount():
            self.table.setCurrentIndex(QModelIndex())
        elif self.table.currentIndex().row() != row:
            self.table.setCurrentIndex(self.model.index(row, 0))
        self._following = False

    def _fit_columns(self, anew: bool = False) -> None:
        """Columns wide enough for the numbers in sight; they only grow, so that nothing jumps while numbers change."""
        metrics = QFontMetricsF(self._theme.font("note", bold=True))
        for column, field in enumerate(self.model.fields):
            texts = (self.model.text(row, field) for row in self.table.rows_in_sight()[:24])
            width = max((metrics.horizontalAdvance(text) for text in texts), default=0.0)
            extra = 16 + (18 if field.kind in ("y", "output") and self.model.dataset.classes else 0)
            need = round(min(max(width + extra * self._theme.scale, self._theme.px(NARROWEST)), self._theme.px(WIDEST)))
            if anew or need > self.table.columnWidth(column):
                self.table.setColumnWidth(column, need)

    def _restyle(self) -> None:
        theme, across, down = self._theme, self.table.horizontalHeader(), self.table.verticalHeader()
        self.table.setFont(theme.font("note"))
        if across is not None and down is not None:
            across.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
            across.setFixedHeight(round(theme.px(28)))
            down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            down.setDefaultSectionSize(round(theme.px(26)))
            down.setFixedWidth(round(theme.px(34)))
        self._fit_columns(anew=True)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what changed while hidden."""
        super().showEvent(event)
        self._fit_columns()
