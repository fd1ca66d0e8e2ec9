"""The time left of a long piece of work."""

from __future__ import annotations

import pytest

from mlpviz.experiments.left import Left, left_words


def test_the_time_left_is_told_once_it_can_be() -> None:
    now = 100.0
    left = Left(40.0, lambda: now)
    assert left.seconds(20) is None
    now = 110.0
    assert left.seconds(0) is None
    assert left.seconds(0.3) is None
    assert left.seconds(10) == pytest.approx(30)
    assert left.seconds(40) == 0
    assert left.seconds(41) == 0
    assert Left(0.0, lambda: now).seconds(0.0) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "about 1 s left"),
        (7.4, "about 7 s left"),
        (41, "about 40 s left"),
        (99, "about 100 s left"),
        (101, "about 2 min left"),
        (3000, "about 50 min left"),
        (6100, "about 2 h left"),
        (86400, "about 24 h left"),
    ],
)
def test_a_time_left_in_words(seconds: float, words: str) -> None:
    assert left_words(seconds) == words
