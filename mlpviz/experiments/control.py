"""What a job may be told while it runs. Safe to call from another thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Event

Stopping = Callable[[], bool]  # whether to stop, for jobs that are told nothing else


class Control:
    """Wishes for a job under way.

    Attributes:
        steps_per_frame: updates in a 60th of a second at most; None: as many as can be. Never changes the numbers.
        wants_theta: whether the next update is to carry a copy of θ; the job sets it back.
        wants_state: whether the next update is to carry the whole state; the job sets it back.
    """

    def __init__(self) -> None:
        self.steps_per_frame: int | None = None
        self.wants_theta = True
        self.wants_state = False
        self._stop = Event()
        self._changes: deque[tuple[str, float | int | str | bool | None]] = deque()

    def stop(self) -> None:
        """Ask the job to end after the step it is in."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether the job was asked to end."""
        return self._stop.is_set()

    def wait(self, seconds: float) -> None:
        """Sleep, but no longer than until `stop`."""
        self._stop.wait(seconds)

    def change(self, field: str, value: float | int | str | bool | None) -> None:
        """Give a setting of TrainingConfig another value, or "θ[i]" a number, from the next step."""
        self._changes.append((field, value))

    def take_changes(self) -> list[tuple[str, float | int | str | bool | None]]:
        """The changes asked for since the last call, in order; for the job."""
        taken = []
        while self._changes:
            taken.append(self._changes.popleft())
        return taken
