"""The page's part of the toolbar."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt, QTimer
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from mlpviz.document import edits
from mlpviz.experiments.sweep import METHODS
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.config import MAX_SEED
from mlpviz.session import Session
from mlpviz.views.kit.controls import Combo, WholeBox, key_label
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.edit import edit
from mlpviz.views.universality.state import phase, state_of

PLAY_MS = 900
WIDEST = (16, 32, 64, 128, 256, 512, 1024)
METHOD_TIPS = {"adam": "Full batch, rate 0.01, from the usual random start.", "gd": "Full batch, rate 0.1."}
WORDS = {"running": ("Pause", "pause"), "partial": ("Resume", "train")}


class SweepTools(QWidget):
    """Sweep, Play widths, activation, method, widths, seed."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self._timer = QTimer(self)
        self._timer.setInterval(PLAY_MS)
        self._timer.timeout.connect(self._play_next)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._add_buttons()
        self._add_choices()
        self._row.addStretch(1)
        self._fit_theme()
        session.document_changed.connect(self._document_changed)
        session.job_changed.connect(self._show)
        theme.changed.connect(self._fit_theme)
        self._show()

    def _add_buttons(self) -> None:
        self.sweep = QPushButton("Sweep")
        self.sweep.setObjectName("train")
        self.sweep.setCheckable(True)
        self.sweep.setAccessibleName("Sweep")
        self.sweep.clicked.connect(self._toggle)
        self.play = QPushButton("Play widths")
        self.play.setObjectName("flat")
        self.play.setCheckable(True)
        self.play.setAccessibleName("Play widths")
        self.play.setToolTip("Show the nets one after another, from the narrowest to the widest.")
        self.play.toggled.connect(self._set_playing)
        for button in (self.sweep, self.play):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._row.addWidget(button)

    def _add_choices(self) -> None:
        words = [key_label(word) for word in ("activation", "method", "widths 1 –", "seed")]
        self.activation = Combo("Activation of the sweep", "The function f of the hidden units.", words[0])
        self.activation.set_items([(key, row.name, row.sentence) for key, row in ACTIVATIONS.items()])
        self.activation.chosen.connect(lambda key: self._set("activation", key))
        self.method = Combo(
            "Method of the sweep", "How the nets are trained: full batch, from a random start.", words[1]
        )
        self.method.set_items([(key, word, METHOD_TIPS.get(key, "")) for key, word in METHODS.items()])
        self.method.chosen.connect(lambda key: self._set("method", key))
        tip = "The nets have 1, 2, 4, … units, up to this many. Wide nets take longest."
        self.widest = Combo("Largest width of the sweep", tip, words[2])
        self.widest.setMinimumContentsLength(4)
        self.widest.chosen.connect(lambda key: self._set("widths", doubled(int(key))))
        tip = "Draws the starting weights of every net: the same seed, the same nets, to the last bit."
        self.seed = WholeBox("Seed of the sweep", tip, 0, MAX_SEED)
        self.seed.setObjectName("framed")  # in the toolbar a number without a frame would float
        self.seed.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.seed.valueChanged.connect(lambda value: self._set("seed", value))
        words[3].setBuddy(self.seed)
        for word, control in zip(words, (self.activation, self.method, self.widest, self.seed), strict=True):
            self._row.addSpacing(4)
            self._row.addWidget(word)
            self._row.addWidget(control)

    def _fit_theme(self) -> None:
        px = self._theme.px
        self.sweep.setFixedWidth(round(px(108)))
        self.seed.setFixedWidth(round(px(48)))
        self._show()

    # ---- intents

    def _toggle(self) -> None:
        session = self._session
        if session.job == "sweep":
            session.cancel_sweep()
        elif phase(session) == "done":
            session.noted.emit("Every width is trained. Another g, activation, method or seed gives a new sweep.")
        else:
            session.start_sweep()
        self._show()

    def _set(self, field: str, value: object) -> None:
        words = {"activation": "activation of the sweep", "method": "method of the sweep", "seed": "seed of the sweep"}
        name = f"Change {words.get(field, 'widths of the sweep')}"
        merge = "sweep.seed" if field == "seed" else None
        edit(self._session, name, lambda d: edits.set_sweep(d, **{field: value}), merge=merge)

    # ---- playing

    def _set_playing(self, on: bool) -> None:
        if on:
            widths = self._playable()
            if self._session.document.view.width == widths[-1]:
                self._session.look(width=widths[0])
            self._timer.start()
        else:
            self._timer.stop()
        set_icon(self.play, "pause" if on else "train", self._theme)

    def _play_next(self) -> None:
        later = [width for width in self._playable() if width > self._session.document.view.width]
        if later:
            self._session.look(width=later[0])
        if len(later) <= 1:
            self.play.setChecked(False)

    def _playable(self) -> list[int]:
        widths = self._session.document.sweep.widths
        return [width for width in widths if state_of(self._session, width) is not None] or list(widths)

    # ---- showing

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"sweep", "results", "function"}:
            self._show()

    def _show(self) -> None:
        spec, now = self._session.document.sweep, phase(self._session)
        self.activation.choose(spec.activation)
        self.method.choose(spec.method)
        widest = sorted({*WIDEST, spec.widths[-1]})
        self.widest.set_items([(str(width), str(width), f"widths 1, 2, 4, … {width}") for width in widest])
        self.widest.choose(str(spec.widths[-1]))
        self.seed.show_value(spec.seed)
        with QSignalBlocker(self.sweep):
            self.sweep.setChecked(now == "running")
        word, picture = WORDS.get(now, ("Sweep", "train"))
        self.sweep.setText(word)
        set_icon(self.sweep, picture, self._theme, "on_accent")
        set_icon(self.play, "pause" if self.play.isChecked() else "train", self._theme)
        self.sweep.setToolTip(
            {
                "running": "Pause the sweep: the finished nets stay.",
                "partial": "Go on with the widths that are missing.",
                "stale": "g or the settings changed: train all nets anew.",
                "done": "Every width is trained; another g, activation, method or seed gives a new sweep.",
            }.get(now, "Train one net of each width to follow g.")
        )


def doubled(widest: int) -> tuple[int, ...]:
    """1, 2, 4, … up to `widest`."""
    return (*(2**k for k in range(widest.bit_length()) if 2**k < widest), widest)
