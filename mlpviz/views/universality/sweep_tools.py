"""The page's part of the toolbar."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, QSize, Qt, QTimer
from PyQt6.QtGui import QAction, QFontMetricsF, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from mlpviz.document import edits
from mlpviz.document.document import MAX_SEEDS, METHODS
from mlpviz.session import Session
from mlpviz.views.kit.activation_combo import ActivationCombo
from mlpviz.views.kit.controls import WholeBox, key_label
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.edit import edit
from mlpviz.views.universality.state import phase, state_of

PLAY_MS = 900
METHOD_TIPS = {
    "adam": "Full batch, rate 0.01, from the usual random start.",
    "gd": "Full batch, a rate that suits the start, from the same start.",
}
CANCEL_TIPS = {
    "running": "Cancel: end the sweep and take back the nets that it has made since it began or went on.",
    "partial": "Cancel the paused sweep: take its nets back. Undo brings them again.",
}
WORDS = {"running": ("Pause", "pause"), "partial": ("Resume", "train")}


class SweepTools(QWidget):
    """Sweep, Play widths, activation, methods, seeds. Words give way where the toolbar is short."""

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
        self.sweep.clicked.connect(self.toggle)
        self.play = QPushButton("Play widths")
        self.play.setObjectName("flat")
        self.play.setCheckable(True)
        self.play.setAccessibleName("Play widths")
        self.play.setToolTip("Show the nets one after another, from the narrowest to the widest.")
        self.play.toggled.connect(self._set_playing)
        self.cancel = QPushButton()
        self.cancel.setObjectName("flat")
        self.cancel.setAccessibleName("Cancel the sweep")
        set_icon(self.cancel, "close", self._theme)
        self.cancel.clicked.connect(self._cancel)
        for button in (self.sweep, self.cancel, self.play):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._row.addWidget(button)

    def _add_choices(self) -> None:
        words = [key_label(word) for word in ("activation", "methods", "seeds")]
        tip = "The function f of the hidden units."
        self.activation = ActivationCombo("Activation of the sweep", tip, words[0], self._theme)
        self.activation.chosen.connect(lambda key: self._set("activation", key))
        self.methods = QPushButton()
        self.methods.setObjectName("flat")
        self.methods.setAccessibleName("Methods of the sweep")
        self.methods.setToolTip("How the nets are trained: full batch, from a random start.")
        self.methods.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(self.methods)
        menu.setToolTipsVisible(True)
        self.method_actions = {key: self._method_action(menu, key) for key in METHODS}
        self.methods.setMenu(menu)
        tip = "How many nets of each width and method, from other starting weights: their spread is part of the answer."
        self.seeds = WholeBox("Seeds of the sweep", tip, 1, MAX_SEEDS)
        self.seeds.setObjectName("framed")  # in the toolbar a number without a frame would float
        self.seeds.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.seeds.valueChanged.connect(lambda value: self._set("seeds", value))
        words[1].setBuddy(self.methods)
        words[2].setBuddy(self.seeds)
        for word, control in zip(words, (self.activation, self.methods, self.seeds), strict=True):
            self._row.addWidget(word)
            self._row.addWidget(control)
        self._words = words

    def _method_action(self, menu: QMenu, key: str) -> QAction:
        action = QAction(METHODS[key][0].upper() + METHODS[key][1:], menu)
        action.setCheckable(True)
        action.setToolTip(METHOD_TIPS.get(key, ""))
        action.triggered.connect(self._set_methods)
        menu.addAction(action)
        return action

    def _fit_theme(self) -> None:
        px = self._theme.px
        self.sweep.setFixedWidth(round(px(104)))
        self.cancel.setFixedWidth(round(px(36)))
        self.seeds.setFixedWidth(round(px(48)))
        self.activation.setFixedWidth(round(px(88)))
        self.methods.setFixedWidth(round(px(136)))
        self._show()
        self._make_room()

    # ---- room

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Take the words that fit."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Without room Play widths is an icon; with less still the settings are told by their tooltips alone."""
        play, words, rest = self._widths()
        room = self.width() - rest
        short = room < play + words
        self.play.setText("" if short else "Play widths")
        bare = short and room < round(self._theme.px(36)) + words
        for word in self._words:
            # Not hidden: a combo box is known to assistive technology by its label.
            word.setMaximumWidth(0 if bare else 16777215)
        self.setMinimumWidth(rest + round(self._theme.px(36)))

    def _widths(self) -> tuple[int, int, int]:
        """Room for Play widths, for the words, and for all the rest, in pixels."""
        metrics = QFontMetricsF(self._theme.font())
        play = round(metrics.horizontalAdvance("Play widths") + self._theme.px(42))
        words = sum(word.sizeHint().width() for word in self._words)
        fixed = sum(widget.width() for widget in (self.sweep, self.cancel, self.activation, self.methods, self.seeds))
        return play, words, fixed + 8 * self._row.count()

    def sizeHint(self) -> QSize:
        """With all words."""
        return QSize(sum(self._widths()), round(self._theme.px(36)))

    # ---- intents

    def toggle(self) -> None:
        """Sweep, go on, or pause."""
        self._session.toggle_sweep()
        self._show()

    def _cancel(self) -> None:
        if self.cancel.hasFocus():
            self.sweep.setFocus()  # this button goes grey; where Qt would send the focus has nothing to do with it
        self._session.cancel_sweep()

    def _set(self, field: str, value: object) -> None:
        name = f"Change {field} of the sweep"
        merge = "sweep.seeds" if field == "seeds" else None
        edit(self._session, name, lambda d: edits.set_sweep(d, **{field: value}), merge=merge)

    def _set_methods(self) -> None:
        chosen = tuple(key for key, action in self.method_actions.items() if action.isChecked())
        if chosen:
            self._set("methods", chosen)
        else:
            self._session.noted.emit("A sweep needs a method.")
            self._show()

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
        self.activation.show_activation(spec.activation)
        for key, action in self.method_actions.items():
            action.setChecked(key in spec.methods)
        word = METHODS.get(spec.methods[0], "") if len(spec.methods) == 1 else f"{len(spec.methods)} methods"
        self.methods.setText(word[:1].upper() + word[1:])
        self.seeds.show_value(spec.seeds)
        with QSignalBlocker(self.sweep):
            self.sweep.setChecked(now == "running")
        word, picture = WORDS.get(now, ("Sweep", "train"))
        self.sweep.setText(word)
        self.cancel.setEnabled(now in CANCEL_TIPS)
        self.cancel.setToolTip(CANCEL_TIPS.get(now, "There is no sweep to cancel."))
        set_icon(self.sweep, picture, self._theme, "on_accent")
        set_icon(self.play, "pause" if self.play.isChecked() else "train", self._theme)
        self.sweep.setToolTip(
            {
                "running": "Pause the sweep: the finished nets stay (Space).",
                "partial": "Go on with the nets that are missing (Space).",
                "stale": "g or the settings changed: train all nets anew.",
                "done": "Every width is trained; another g or activation gives a new sweep.",
            }.get(now, "Train one net of each width to follow g (Space).")
        )
