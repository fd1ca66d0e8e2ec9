"""The card of small multiples: one picture a width, standing on the slider that plays through them."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QSignalBlocker, QTimer
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget

from mlpviz.data.strokes import Drawn, grid, smoothed
from mlpviz.document import edits
from mlpviz.experiments.deriving import RANDOM
from mlpviz.experiments.left import left_words
from mlpviz.nn.layout import Array
from mlpviz.session import Session
from mlpviz.universality.errors import curve
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.controls import Combo, key_label
from mlpviz.views.kit.pace import Pace
from mlpviz.views.kit.theme import GAP, Theme
from mlpviz.views.universality.chart_data import TRAINED
from mlpviz.views.universality.edit import edit
from mlpviz.views.universality.method_words import net_choices
from mlpviz.views.universality.state import WidthState, absence, missing, phase, shown_kind, state_of
from mlpviz.views.universality.width_slider import WidthSlider
from mlpviz.views.universality.width_tile import POINTS, WidthTile

SUBTITLES = (
    "each picture is the net of its width by this method{}; its largest error and RMS beneath",
    "each the net of its width by this method{}; largest error and RMS beneath",
    "",
)
WIDEST = (16, 32, 64, 128, 256, 512, 1024)


class WidthsCard(Card):
    """Tiles for all widths of the sweep, and the slider."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Widths", theme, parent)
        self._session = session
        self._nets: dict[int, tuple[Array, Array]] = {}
        self._drawn: tuple[tuple[Drawn, Array], ...] = ()  # the last two functions, and their samples
        self.tiles: list[WidthTile] = []
        self.state = QLabel()
        self.state.setObjectName("sub")
        self.state.setAccessibleName("Sweep state")
        self.header.addWidget(self.state)
        show = key_label("show")
        self.shown = Combo("Nets shown", "Which nets the pictures and the surface above show.", show)
        self.shown.chosen.connect(lambda key: session.look(method=key))
        self.header.addSpacing(8)
        self.header.addWidget(show)
        self.header.addWidget(self.shown)
        word = key_label("up to")
        tip = "The nets have 1, 2, 4, … units, up to this many. Wide nets take longest."
        self.widest = Combo("Largest width of the sweep", tip, word)
        self.widest.setMinimumContentsLength(4)
        self.widest.chosen.connect(self._set_widest)
        self.header.addSpacing(8)
        self.header.addWidget(word)
        self.header.addWidget(self.widest)
        self._row = QHBoxLayout()
        self._row.setSpacing(GAP)
        self.body.addLayout(self._row, 1)
        self.slider = WidthSlider(theme)
        self.slider.valueChanged.connect(self._slid)
        self.body.addWidget(self.slider)
        session.document_changed.connect(self._document_changed)
        self.pace = Pace(self.refresh, self)
        session.updated.connect(self.refresh)
        session.job_changed.connect(self.refresh)
        session.deriving.changed.connect(self.pace.refresh)
        self._rebuild()

    def set_room(self, width: int) -> None:
        """Prepare for a width in pixels."""
        self._show_subtitle()
        self.widest.setFixedWidth(round(self.theme.px(76)))
        self.shown.setFixedWidth(round(self.theme.px(128)))

    def _show_subtitle(self) -> None:
        method, seed = shown_kind(self._session)
        which = f", seed {seed}" if method in (*TRAINED, RANDOM) else ""
        self.set_subtitle(*(text.format(which) for text in SUBTITLES))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The slider's stops stay beneath the tiles."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self._place_stops)

    def _place_stops(self) -> None:
        left = self.slider.x()
        centres = [float(tile.geometry().center().x() - left) for tile in self.tiles]
        places = frozenset(place for place, tile in enumerate(self.tiles) if tile.state is not None)
        self.slider.set_stops(centres, places)

    def _rebuild(self) -> None:
        widths = self._session.document.sweep.widths
        while self.tiles:
            tile = self.tiles.pop()
            self._row.removeWidget(tile)
            tile.deleteLater()
        for width in widths:
            tile = WidthTile(width, self.theme)
            tile.clicked.connect(lambda _=False, w=width: self._session.look(width=w))
            self._row.addWidget(tile)
            self.tiles.append(tile)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, len(widths) - 1)
        choices = sorted({*WIDEST, widths[-1]})
        self.widest.set_items([(str(width), str(width), f"widths 1, 2, 4, … {width}") for width in choices])
        self.widest.choose(str(widths[-1]))
        QTimer.singleShot(0, self._place_stops)
        self.refresh()

    def _slid(self, place: int) -> None:
        self._session.look(width=self._session.document.sweep.widths[place])

    def _document_changed(self, changed: frozenset[str]) -> None:
        if "sweep" in changed and [tile.units for tile in self.tiles] != list(self._session.document.sweep.widths):
            self._rebuild()
        elif changed & {"function", "sweep", "results", "view"}:
            self.pace.refresh()

    def _set_widest(self, key: str) -> None:
        widths = doubled(int(key))
        edit(self._session, "Change widths of the sweep", lambda d: edits.set_sweep(d, widths=widths))
        if self._session.document.view.width > widths[-1]:
            self._session.look(width=widths[-1])

    # ---- showing

    def refresh(self) -> None:
        """Show the newest nets. A net is evaluated at few points, and only when it is another: microseconds each."""
        if not self.isVisible():
            return
        session, document = self._session, self._session.document
        for tile in self.tiles:
            state = state_of(session, tile.units)
            net = self._net(tile.units, state) if state is not None else None
            # A stale picture stays what it was: the old net with the g it was made for.
            stale = state is not None and state.stale
            g = self._samples(state.function if state is not None and stale else document.function)
            tile.show_state(g, net, state, stale=stale, absent=absence(session, tile.units))
            tile.setChecked(tile.units == document.view.width)
        if document.view.width in document.sweep.widths:
            with QSignalBlocker(self.slider):
                self.slider.setValue(document.sweep.widths.index(document.view.width))
        self._place_stops()
        self.state.setText(self._words())
        self._show_subtitle()
        self.shown.set_items(net_choices(document.sweep.activation))
        self.shown.choose(shown_kind(session)[0])

    def _samples(self, function: Drawn) -> Array:
        for known, samples in self._drawn:
            if known is function:
                return samples
        samples = np.interp(np.linspace(0.0, 1.0, POINTS), grid(), smoothed(function))
        self._drawn = (*self._drawn[-1:], (function, samples))
        return samples

    def _net(self, width: int, state: WidthState) -> Array:
        known = self._nets.get(width)
        if known is None or known[0] is not state.theta:
            known = (state.theta, curve(state.network, state.theta, np.linspace(0.0, 1.0, POINTS)))
            self._nets[width] = known
        return known[1]

    def _words(self) -> str:
        session, widths = self._session, self._session.document.sweep.widths
        done = len(widths) - len(missing(session))
        match phase(session):
            case "running":
                left = session.sweeping.seconds_left
                end = f" · {left_words(left)}" if left is not None else ""
                now = sorted({width for _, _, width in session.sweep_live})
                if not now:
                    return f"sweep: {done} of {len(widths)} widths{end}"
                return f"sweep: width{'s' * (len(now) > 1)} {', '.join(map(str, now))} of {widths[-1]}{end}"
            case "stale":
                return "trained nets stale: sweep again"
            case "partial":
                return f"sweep paused · {done} of {len(widths)} widths"
            case "done":
                return f"sweep done · {done} widths"
        return "nothing trained yet: press Sweep"


def doubled(widest: int) -> tuple[int, ...]:
    """1, 2, 4, … up to `widest`."""
    return (*(2**k for k in range(widest.bit_length()) if 2**k < widest), widest)
