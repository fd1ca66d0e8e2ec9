"""A user of a program on the desktop: looks by accessible names, acts with mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.e2e.accessible import CHECKED, SHOWING, Gone, Reference, Seen
from tests.e2e.desktop import READY_S, Answer, Desktop, Process, wait_until


class Robot:
    """Drives one running program.

    Args:
        desktop: where it runs.
        process: the program; it is waited for until accessibility knows it.
    """

    def __init__(self, desktop: Desktop, process: Process) -> None:
        self.desktop = desktop
        self.process = process
        self._accessibility = desktop.accessibility
        self._known: dict[tuple[str, str | None], Reference] = {}
        self.application = self.wait_until(self._application, what="the program in the accessibility tree")

    def _application(self) -> Reference | None:
        assert self.process.poll() is None, f"the program ended: {self.desktop.log(str(self.process.args[0]))}"
        for application in self._accessibility.applications():
            try:
                if self._accessibility.process_of(application) == self.process.pid:
                    return application
            except Gone:
                continue
        return None

    def wait_until(self, question: Callable[[], Answer], timeout: float = READY_S, what: str = "") -> Answer:
        """Ask until the answer is true; what is gone while asked about is no answer."""

        def asked() -> Answer | None:
            try:
                return question()
            except Gone:
                return None

        found = wait_until(asked, timeout, what)
        assert found is not None
        return found

    # Looking

    def see(self) -> list[Seen]:
        """Everything that shows, windows and dialogues alike."""
        return list(self._accessibility.walk(self.application))

    def names(self) -> list[str]:
        """All there is, as "role: name", for messages."""
        return [f"{each.role}: {each.name}" for each in self.see() if each.name]

    def seen(self, name: str, role: str | None = None) -> Seen | None:
        """The first thing of that name (and role) that shows, or None. A combo box goes by the label beside it."""
        if before := self._known.get((name, role)):
            for each in self._accessibility.look([before], depth=2):
                if (each.name == name or role == "combo box") and each.has(SHOWING):
                    return each
        if known := self._labelled(name) if role == "combo box" else self._named(name, role):
            self._known[name, role] = known.reference
        return known

    def _named(self, name: str, role: str | None) -> Seen | None:
        walk = self._accessibility.walk(self.application)
        return next((each for each in walk if each.name == name and role in (None, each.role)), None)

    def _labelled(self, name: str) -> Seen | None:
        """A combo box tells its current item as its name; what it is for stands in the label beside it."""
        boxes = [each for each in self.see() if each.role == "combo box"]
        labels = self._accessibility.labels([each.reference for each in boxes])
        return next((box for box, label in zip(boxes, labels, strict=True) if label == name), None)

    def find(self, name: str, role: str | None = None, timeout: float = READY_S) -> Seen:
        """The thing of that name, waited for; AssertionError lists what is there instead."""
        try:
            return self.wait_until(lambda: self.seen(name, role), timeout, f"{role or 'a thing'} named {name!r}")
        except AssertionError as error:
            raise AssertionError(f"{error}; there is: {'; '.join(self.names())}") from error

    def find_first(self, start: str, role: str | None = None) -> Seen:
        """The first thing whose name begins with `start`, waited for, as a cell named "W₁₁ = 0.5"."""

        def found() -> Seen | None:
            fitting = (each for each in self.see() if each.name.startswith(start) and role in (None, each.role))
            return next(fitting, None)

        return self.wait_until(found, what=f"a thing named {start!r}…")

    def place(self, name: str, role: str | None = None) -> tuple[int, int, int, int]:
        """Left, top, width, height on the screen."""
        return self._accessibility.extents(self.find(name, role).reference)

    def text(self, name: str, role: str | None = None) -> str:
        """What a named field, label or cell says: its text, or its name where it has no text of its own."""
        found = self.find(name, role)
        try:
            return self._accessibility.text(found.reference)
        except Gone:
            return found.name

    def value(self, name: str, role: str | None = None) -> float:
        """The number of a spin box or slider."""
        return self._accessibility.value(self.find(name, role).reference)

    def description(self, name: str, role: str | None = None) -> str:
        """The accessible description of a thing, as a plot's headline number."""
        return self._accessibility.description(self.find(name, role).reference)

    def checked(self, name: str, role: str | None = None) -> bool:
        """Whether a checkable thing is on."""
        return self.find(name, role).has(CHECKED)

    # Acting

    def click(self, name: str, role: str | None = None, at: tuple[float, float] = (0.5, 0.5), button: int = 1) -> None:
        """Click into a thing, at a fraction of its width and height."""
        left, top, width, height = self.place(name, role)
        self.click_at(left + at[0] * width, top + at[1] * height, button)

    def click_at(self, x: float, y: float, button: int = 1, times: int = 1) -> None:
        """Click at a point of the screen."""
        repeat = ["--repeat", times, "--delay", 60] if times > 1 else []
        self.desktop.xdotool("mousemove", "--sync", round(x), round(y), "click", *repeat, button)

    def double_click(self, name: str, role: str | None = None) -> None:
        """Click twice, as to edit a cell."""
        left, top, width, height = self.place(name, role)
        self.click_at(left + width / 2, top + height / 2, times=2)

    def press(self, name: str, role: str | None = None) -> bool:
        """Do a thing's first action through accessibility, without the mouse."""
        return self._accessibility.press(self.find(name, role).reference)

    def key(self, *keys: str) -> None:
        """Press keys one after another: "ctrl+z", "Tab", "space"."""
        self.desktop.xdotool("key", "--delay", 15, *keys)

    def type(self, text: str) -> None:
        """Type text into what has the focus."""
        self.desktop.xdotool("type", "--delay", 8, "--", text)

    def set_value(self, name: str, number: float, role: str | None = None) -> None:
        """Type a number into a spin box or field, and leave it by Tab."""
        self.click(name, role, at=(0.3, 0.5))
        self.key("ctrl+a")
        self.type(f"{number:g}")
        self.key("Tab")

    def choose(self, name: str, item: str) -> None:
        """Choose an item of a combo box by its words."""
        self.click(name, "combo box")
        box = self.find(name, "combo box").reference

        def listed() -> Reference | None:
            for each in self._accessibility.walk(box):
                if each.role == "list item" and each.name == item:
                    return each.reference
            return None

        found = self.wait_until(listed, what=f"{item!r} in the list of {name!r}")
        left, top, width, height = self._accessibility.extents(found)
        self.click_at(left + width / 2, top + height / 2)

    def choose_menu(self, *path: str) -> None:
        """Choose from the menu bar: choose_menu("File", "Export weights…")."""
        for item in path:
            self.click(item, "menu item")

    def drag(self, points: Sequence[tuple[float, float]]) -> None:
        """Press the mouse at the first point, move along the others, release; screen pixels."""
        (x, y), *rest = [(round(x), round(y)) for x, y in points]
        words: list[object] = ["mousemove", "--sync", x, y, "mousedown", 1]
        for x, y in rest:
            words += ["mousemove", "--sync", x, y, "sleep", 0.01]
        self.desktop.xdotool(*words, "mouseup", 1)

    def screenshot(self, path: Path) -> Path:
        """Write what the screen shows as PNG."""
        return self.desktop.screenshot(path)
