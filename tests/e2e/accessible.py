"""A client of AT-SPI, the accessibility protocol of Linux desktops, spoken over D-Bus.

What it sees is what a screen reader sees: names, roles, states, values, texts and places on the screen.
Questions go out many at once, so that a busy window answers a whole floor of its tree in one turn of its event loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, MessageType, Properties, new_method_call
from jeepney.io.blocking import open_dbus_connection

ROOT_PATH = "/org/a11y/atspi/accessible/root"
NULL_PATH = "/org/a11y/atspi/null"
PREFIX = "org.a11y.atspi."
# Bits of a state set (at-spi2-core, atspi-constants.h, AtspiStateType).
CHECKED, ENABLED, FOCUSED, SHOWING = 4, 8, 12, 25
LABELLED_BY = 2  # AtspiRelationType
ANSWER_S = 30.0
DEEPEST = 40


class Gone(LookupError):
    """The thing asked about no longer exists."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where an accessible object lives."""

    bus: str
    path: str


@dataclass(frozen=True, slots=True)
class Seen:
    """An accessible object as it was when looked at."""

    reference: Reference
    name: str
    role: str
    states: int
    depth: int

    def has(self, state: int) -> bool:
        """Whether the object is in a state, one of the numbers above."""
        return bool(self.states >> state & 1)


class Accessibility:
    """The accessibility bus of one session.

    Args:
        session_bus: D-Bus address of the session; the accessibility bus is started by asking for it.
    """

    def __init__(self, session_bus: str) -> None:
        with open_dbus_connection(session_bus) as session:
            ask = new_method_call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
            (address,) = session.send_and_get_reply(ask, timeout=ANSWER_S).body
        self._bus = open_dbus_connection(address)
        hello = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        self._bus.send_and_get_reply(new_method_call(hello, "Hello"), timeout=ANSWER_S)
        self._registry = Reference("org.a11y.atspi.Registry", ROOT_PATH)

    def close(self) -> None:
        """Hang up."""
        self._bus.close()

    def answers(self, questions: Sequence[Message]) -> list[Any]:
        """Send all questions, then collect the answers; one that failed is the exception Gone (not raised)."""
        waiting: dict[int, int] = {}
        found: list[Any] = [Gone("no answer")] * len(questions)
        for number, question in enumerate(questions):
            serial = next(self._bus.outgoing_serial)
            waiting[serial] = number
            self._bus.send(question, serial=serial)
        while waiting:
            message = self._bus.receive(timeout=ANSWER_S)
            serial = message.header.fields.get(HeaderFields.reply_serial, -1)
            if (place := waiting.pop(serial, None)) is not None:
                error = message.header.message_type == MessageType.error
                found[place] = Gone(str(message.body)) if error else unwrapped(message.body)
        return found

    def answer(self, question: Message) -> Any:
        """One answer; Gone when there is none."""
        (found,) = self.answers([question])
        if isinstance(found, Gone):
            raise found
        return found

    def applications(self) -> list[Reference]:
        """The programs that can be looked at."""
        return [Reference(*child) for child in self.answer(call(self._registry, "Accessible", "GetChildren"))]

    def process_of(self, application: Reference) -> int:
        """The process id of a program."""
        bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        ask = new_method_call(bus, "GetConnectionUnixProcessID", "s", (application.bus,))
        return int(self.answer(ask))

    def walk(self, start: Reference) -> Iterator[Seen]:
        """Everything that shows below `start`, floor by floor. What goes away meanwhile is left out."""
        floor = [start]
        for depth in range(DEEPEST):
            seen = [each for each in self.look(floor, depth) if depth == 0 or each.has(SHOWING) or depth == 1]
            yield from seen
            lists = self.answers([call(each.reference, "Accessible", "GetChildren") for each in seen])
            floor = [
                Reference(*child)
                for children in lists
                if not isinstance(children, Gone)
                for child in children
                if child[1] != NULL_PATH
            ]
            if not floor:
                return

    def look(self, references: Iterable[Reference], depth: int = 0) -> list[Seen]:
        """Name, role and states of each; those that are gone are left out."""
        references = list(references)
        questions = [
            question
            for each in references
            for question in (
                prop(each, "Accessible", "Name"),
                call(each, "Accessible", "GetRoleName"),
                call(each, "Accessible", "GetState"),
            )
        ]
        found = self.answers(questions)
        seen = []
        for number, reference in enumerate(references):
            name, role, states = found[3 * number : 3 * number + 3]
            if not any(isinstance(each, Gone) for each in (name, role, states)):
                seen.append(Seen(reference, name, role, states[0] | states[1] << 32, depth))
        return seen

    def extents(self, reference: Reference) -> tuple[int, int, int, int]:
        """Left, top, width and height on the screen, in pixels."""
        x, y, width, height = self.answer(call(reference, "Component", "GetExtents", "u", (0,)))
        return x, y, width, height

    def text(self, reference: Reference) -> str:
        """What a field, label or cell says."""
        return str(self.answer(call(reference, "Text", "GetText", "ii", (0, -1))))

    def value(self, reference: Reference) -> float:
        """The number of a spin box, slider or bar."""
        return float(self.answer(prop(reference, "Value", "CurrentValue")))

    def description(self, reference: Reference) -> str:
        """The accessible description."""
        return str(self.answer(prop(reference, "Accessible", "Description")))

    def labels(self, references: Sequence[Reference]) -> list[str]:
        """The name of the label beside each, which is the name of a combo box; "" where there is none."""
        relations = self.answers([call(each, "Accessible", "GetRelationSet") for each in references])
        names = []
        for found in relations:
            pairs = [] if isinstance(found, Gone) else found
            targets = [Reference(*target) for kind, group in pairs if kind == LABELLED_BY for target in group]
            names.append(next((each.name for each in self.look(targets)), ""))
        return names

    def press(self, reference: Reference) -> bool:
        """Do the first action (Press, Toggle, …) as assistive technology does."""
        return bool(self.answer(call(reference, "Action", "DoAction", "i", (0,))))


def call(to: Reference, interface: str, method: str, signature: str = "", values: tuple[object, ...] = ()) -> Message:
    """A question to an object."""
    return new_method_call(DBusAddress(to.path, to.bus, PREFIX + interface), method, signature or None, values)


def prop(of: Reference, interface: str, name: str) -> Message:
    """A question for a property of an object."""
    return Properties(DBusAddress(of.path, of.bus, PREFIX + interface)).get(name)


def unwrapped(body: tuple[Any, ...]) -> Any:
    """The only value of an answer without its variant, or all of them."""
    if len(body) != 1:
        return body
    value = body[0]
    variant = isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str) and len(value[0]) <= 2
    return value[1] if variant else value
