"""The one row of tools: pages, training, figures, speed, theme."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, QRect, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from mlpviz.session import Session
from mlpviz.views.kit.controls import CalmSlider, key_label
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.segments import Segments
from mlpviz.views.kit.tab_order import order_tabs
from mlpviz.views.kit.theme import PAD, Theme
from mlpviz.views.readouts import Readouts

SPACING = 14
SENTENCE = 520  # pixels for two lines of a warning and its button
SPEEDS: tuple[int | None, ...] = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, None)


def speed_text(steps: int | None) -> str:
    """A speed in words."""
    return "max" if steps is None else f"{steps:,}"


class TrainButtons(QWidget):
    """Train, Step and Reset."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        self.train = QPushButton("Train")
        self.train.setObjectName("train")
        self.train.setCheckable(True)
        self.train.setAccessibleName("Train")
        # Assistive technology toggles the button without clicking on it.
        self.train.toggled.connect(lambda on: session.train() if on else session.pause())
        self.step = self._flat("Step", "step", "One step: the next batch of examples (the . key).")
        self.step.clicked.connect(session.step)
        self.reset = self._flat("Reset", "reset", "Back to the untrained start of this seed (Ctrl+R).")
        self.reset.clicked.connect(session.reset)
        for button in (self.train, self.step, self.reset):
            line.addWidget(button)
        session.job_changed.connect(self._refresh)
        theme.changed.connect(self._refresh)
        self._refresh()

    def _flat(self, text: str, icon: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName("flat")
        button.setAccessibleName(text)
        button.setToolTip(tip)
        set_icon(button, icon, self._theme)
        return button

    def _refresh(self) -> None:
        training = self._session.job == "train"
        self.train.setMinimumWidth(round(self._theme.px(104)))
        with QSignalBlocker(self.train):
            self.train.setChecked(training)
        self.train.setText("Pause" if training else "Train")
        self.train.setToolTip("Stop after the present step (Space)." if training else "Train until paused (Space).")
        set_icon(self.train, "pause" if training else "train", self._theme, "on_accent")


class Speed(QWidget):
    """How many steps are made in one frame of the screen."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        tip = "Steps in a sixtieth of a second; max: as many as can be made. The numbers are the same at any speed."
        self.slider = CalmSlider("Speed", tip)
        self.slider.setRange(0, len(SPEEDS) - 1)
        self.slider.setPageStep(1)
        self.value = QLabel()
        self.value.setObjectName("num")
        self._word = key_label("speed")
        for label in (self._word, self.value):
            label.setToolTip(tip)
        line.addWidget(self._word)
        line.addWidget(self.slider)
        line.addWidget(self.value)
        self.slider.valueChanged.connect(self._chosen)
        theme.changed.connect(self._fit)
        self._fit()
        self.refresh()

    def _chosen(self, place: int) -> None:
        self._session.steps_per_frame = SPEEDS[place]
        self.refresh()

    def refresh(self) -> None:
        """Show the session's speed."""
        steps = self._session.steps_per_frame
        with QSignalBlocker(self.slider):
            self.slider.setValue(SPEEDS.index(steps) if steps in SPEEDS else len(SPEEDS) - 1)
        self.value.setText(speed_text(steps))
        self.slider.setAccessibleDescription(f"{speed_text(steps)} steps a frame")

    def show_word(self, shown: bool) -> None:
        """Leave the word out where room is short."""
        self._word.setVisible(shown)

    def width_needed(self, word: bool) -> int:
        """Pixels needed, with the word or without."""
        needed = self.slider.minimumWidth() + self.value.minimumWidth() + 6
        return needed + (self._word.sizeHint().width() + 6 if word else 0)

    def _fit(self) -> None:
        self.slider.setFixedWidth(round(self._theme.px(80)))
        self.value.setMinimumWidth(round(self._theme.px(34)))


class Toolbar(QWidget):
    """Tabs, the tools of the page in front, and the theme switch; a narrow window gets the figures in a second row.

    Signals: `page_chosen(index)`, `theme_toggled()`.
    """

    page_chosen = pyqtSignal(int)
    theme_toggled = pyqtSignal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.tabs = Segments("Pages")
        self.tabs.chosen.connect(self.page_chosen)
        self.buttons = TrainButtons(session, theme)
        self.readouts = Readouts(session, theme)
        self.speed = Speed(session, theme)
        self.theme_button = QPushButton()
        self.theme_button.setObjectName("flat")
        self.theme_button.setAccessibleName("Switch between light and dark")
        self.theme_button.setToolTip("Switch between light and dark. The View menu can follow the system.")
        set_icon(self.theme_button, "theme", theme)
        self.theme_button.clicked.connect(self.theme_toggled)
        self._tools = QStackedWidget()
        self._tools.addWidget(self._lab_tools())
        first = QHBoxLayout()
        first.setSpacing(SPACING)
        first.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignVCenter)
        first.addWidget(self._tools, 1)
        first.addWidget(self.theme_button)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(PAD, 4, PAD - 4, 6)
        self._rows.setSpacing(4)
        self._rows.addLayout(first)
        self.setMinimumWidth(400)  # it makes do with less than its layout asks for: `_fit`
        theme.changed.connect(self._fit)
        self.readouts.grown.connect(self._fit)

    def _lab_tools(self) -> QWidget:
        tools = QWidget()
        self._lab = QHBoxLayout(tools)
        self._lab.setContentsMargins(0, 0, 0, 0)
        self._lab.setSpacing(SPACING)
        self._lab.addWidget(self.buttons)
        self._lab.addWidget(self.readouts)
        self._lab.addStretch(1)
        self._lab.addWidget(self.speed)
        return tools

    def add_page(self, name: str, tip: str) -> None:
        """Add a tab."""
        self.tabs.add(name, tip)

    def show_tools(self, tools: QWidget | None) -> None:
        """Show a page's own tools, or, for None, those of the Lab."""
        if tools is not None and self._tools.indexOf(tools) < 0:
            self._tools.addWidget(tools)
            order_tabs(self)
        self._tools.setCurrentIndex(0 if tools is None else self._tools.indexOf(tools))
        self._fit()

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Use one row where it is enough."""
        super().resizeEvent(a0)
        self._fit()

    def showEvent(self, a0: QShowEvent | None) -> None:
        """Sizes are known once the style sheet has been applied."""
        super().showEvent(a0)
        self._fit()

    def figures_place(self) -> QRect:
        """Where losses, accuracies and speed stand, in the toolbar's parent's coordinates.

        The epoch stays free, unless so little room were left that no sentence fits.
        """
        one_row = self._lab.indexOf(self.readouts) >= 0
        right = self.theme_button.x() - 4 if one_row else self.width() - PAD
        start = self.readouts.losses_left()
        if right - self.readouts.mapTo(self, QPoint(start, 0)).x() < self._theme.px(SENTENCE):
            start = 0
        left = self.readouts.mapTo(self, QPoint(start, 0)).x() - 4
        top = 4 if one_row else self.readouts.y() - 2
        height = self.height() - top - 4
        return QRect(left, top, right - left, height).translated(self.pos())

    def _fit(self) -> None:
        fixed = (self.tabs, self.buttons, self.theme_button)
        gaps = SPACING * 5 + 2 * PAD
        room = self.width() - sum(part.sizeHint().width() for part in fixed) - gaps - self.speed.width_needed(True)
        slack = self.speed.width_needed(True) - self.speed.width_needed(False)
        for short in (False, True):
            self.readouts.shorten(short)
            whole, less = (self.readouts.width_needed(accuracy) for accuracy in (True, False))
            one_row = less <= room + slack
            if one_row:
                break
        self.readouts.shorten(short and one_row)
        self.speed.show_word(not one_row or less <= room)
        self.readouts.show_training_accuracy(not one_row or whole <= room)
        lab = self._tools.currentIndex() == 0
        in_first_row = self._lab.indexOf(self.readouts) >= 0
        if one_row and not in_first_row:
            self._rows.removeWidget(self.readouts)
            self._lab.insertWidget(1, self.readouts)
        elif not one_row and in_first_row:
            self._lab.removeWidget(self.readouts)
            self._rows.addWidget(self.readouts, 0, Qt.AlignmentFlag.AlignLeft)
        self.readouts.setVisible(lab or one_row)
