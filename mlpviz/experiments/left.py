"""How long a long piece of work will still take."""

from __future__ import annotations

import time
from collections.abc import Callable

# Before so much is done, or so long has passed, nothing can be said.
LEAST_SHARE = 0.01
LEAST_SECONDS = 1.0


class Left:
    """Tells the time left from the share of the work that is done; starts when it is made."""

    def __init__(self, total: float, clock: Callable[[], float] = time.perf_counter) -> None:
        """`total`: the cost of the whole work, in any unit. `clock`: the time in seconds."""
        self._total, self._clock, self._began = total, clock, clock()

    def seconds(self, done: float) -> float | None:
        """The time left, in seconds, once so much of the cost is done; None while that cannot be told."""
        passed = self._clock() - self._began
        if passed < LEAST_SECONDS or done < LEAST_SHARE * self._total or done <= 0:
            return None
        return max(0.0, passed * (self._total - done) / done)


def left_words(seconds: float) -> str:
    """A time left as people say it: "about 40 s left", to two digits."""
    for most, unit, length in ((100, "s", 1), (100 * 60, "min", 60)):
        if seconds < most:
            number = max(1, round(seconds / length))
            return f"about {number if number < 10 else 5 * round(number / 5)} {unit} left"
    return f"about {max(2, round(seconds / 3600))} h left"
