"""The strip of numbers: nothing is cut off, and what the limit is one of."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PyQt6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from mlpviz.data.strokes import preset, smoothed
from mlpviz.universality.construct import construct
from mlpviz.universality.target import sweep_network, target_of
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.fit import Fit, fit
from mlpviz.views.universality.numbers_strip import HEADLINE, LIMITS, NumbersStrip


@pytest.fixture(scope="module")
def found() -> Fit:
    g = smoothed(preset("hills"))
    (net,) = construct("relu", target_of(g), (4,))
    return fit(sweep_network(4, "relu"), net.theta, g)


@pytest.mark.parametrize("width", [600, 765, 1200])
@pytest.mark.parametrize(("sup", "span"), [(0.0326, 0.86), (1.2e-15, 1.0), (3.41e35, 1e36), (25.6118, 1.0)])
def test_no_number_is_cut_off(qtbot: QtBot, theme: Theme, found: Fit, width: int, sup: float, span: float) -> None:
    strip = NumbersStrip(theme)
    qtbot.addWidget(strip)
    strip.resize(width, 50)
    strip.show()
    for whose in LIMITS:
        strip.show_fit(replace(found, sup=sup, rms=sup / 2, share=sup / span), 1024, False, sup, whose)
        qtbot.wait(5)
        shown = [number for number in strip.figures() if number.isVisible()]
        for number in shown:
            metrics = QFontMetricsF(theme.font(HEADLINE, bold=number._bold))
            assert number.width() >= metrics.horizontalAdvance(number.text())
        edges = [number.geometry() for number in shown]
        assert all(a.right() < b.left() for a, b in pairwise(edges))
        assert edges[-1].right() <= strip.width()
        if strip.limit.isVisible():
            word = strip._limit_word
            assert word.text() == LIMITS[whose][0]
            assert word.width() >= word.fontMetrics().horizontalAdvance(word.text())
        assert strip.limit.isVisible() or width == 600


def test_the_usual_numbers_have_room_for_the_limit_in_the_smallest_window(
    qtbot: QtBot, theme: Theme, found: Fit
) -> None:
    strip = NumbersStrip(theme)
    qtbot.addWidget(strip)
    strip.resize(600, 50)
    strip.show()
    for whose in LIMITS:
        strip.show_fit(found, 16, False, 0.0326, whose)
        assert strip.limit.isVisible()
    assert np.isfinite(found.sup)
