"""The kit: formulas, numbers, icons, cards, plots."""

from __future__ import annotations

import math

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor, QFontDatabase, QImage, QPainter
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from mlpviz.paths import resources
from mlpviz.views.kit import numbers
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.controls import CalmSlider
from mlpviz.views.kit.icons import pixmap, set_icon
from mlpviz.views.kit.mathtext import MathLabel, measure, paint_math, plain
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.style import stylesheet
from mlpviz.views.kit.theme import Theme


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("h_2^{(2)}", "h₂⁽²⁾"),
        (r"\hat y = \sigma(\tilde{y})", "ŷ = σ(ỹ)"),
        (r"W_{11}^{(3)} = -0.377", "W₁₁⁽³⁾ = −0.377"),
        (r"\frac{1}{2}\|\hat{y} - y\|^2", "1/2‖ŷ−y‖²"),
        (r"x \in \mathbb{R}^2", "x ∈ ℝ²"),
        (r"\text{share of variance}", "share of variance"),
        ("", ""),
    ],
)
def test_formulas_have_a_plain_form(source: str, text: str) -> None:
    assert plain(source) == text


def test_an_unknown_command_is_named() -> None:
    with pytest.raises(ValueError, match=r"\\nonsense"):
        plain(r"\nonsense x")


def test_scripts_stack_and_make_room(theme: Theme) -> None:
    both, above, alone = (measure(text, 20) for text in ("h_2^{(2)}", "h^{(2)}", "h"))
    assert alone[0] < above[0] == both[0]
    assert both[2] > alone[2]
    assert measure(r"\hat y", 20)[1] > measure("y", 20)[1]


@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_paint_math_paints_inside_the_rectangle_it_returns(theme: Theme, align: str) -> None:
    image = QImage(300, 100, QImage.Format.Format_ARGB32)
    image.fill(QColor(255, 255, 255))
    painter = QPainter(image)
    rect = paint_math(painter, 150, 50, r"\frac{\partial L}{\partial w_2^{(1)}}", 18, QColor(0, 0, 0), align)
    painter.end()
    dark = [(x, y) for x in range(300) for y in range(100) if QColor(image.pixel(x, y)).lightness() < 160]
    assert len(dark) > 50
    assert all(rect.adjusted(-2, -2, 2, 2).contains(x, y) for x, y in dark)


def test_the_shipped_fonts_are_loaded(theme: Theme) -> None:
    assert {"Inter", "STIX Two Math"} <= set(QFontDatabase.families())
    assert (resources() / "fonts" / "OFL.txt").is_file()


def test_numbers_have_fixed_digits_and_a_real_minus() -> None:
    assert numbers.loss_text(0.02374) == "0.0237"
    assert numbers.loss_text(0) == "0.0000"
    assert numbers.loss_text(2.14e-6) == "2.1e-6"
    values = (0.0, 0.02374, 9.99999, 12.34567, 99.9999, 123.456, 999.999, 1234.5, 2.14e-6, 3e-11)
    texts = ["0.0000", "0.0237", "10.000", "12.346", "100.00", "123.46", "1.0e3", "1.2e3", "2.1e-6", "3.0e-11"]
    assert [numbers.figure_text(value) for value in values] == texts
    assert numbers.figure_text(math.inf) == numbers.figure_text(None) == "–"
    assert numbers.loss_text(math.nan) == numbers.loss_text(None) == "–"
    assert numbers.weight_text(-0.377, 3) == "−0.377"
    assert numbers.weight_text(3) == "+3.00"
    assert numbers.percent(0.975).replace("\u202f", " ") == "97.5 %"
    measured = [numbers.measured_percent(x).replace("\u202f", " ") for x in (0.11, 0.0654, 1.5, 0.99996, 0, 4.9e-6)]
    assert measured == ["11.0 %", "6.54 %", "150 %", "100 %", "0 %", "4.9·10⁻⁴ %"]
    assert numbers.epoch_text(1240) == "1,240"
    assert numbers.small_text(0.00023) == "2.3·10⁻⁴"
    assert numbers.small_text(-1.5) == "−1.50"
    assert numbers.number_text(0.008) == "0.008"


def test_every_icon_renders_in_the_colour_asked_for(theme: Theme) -> None:
    for path in (resources() / "icons").glob("*.svg"):
        image = pixmap(path.stem, QColor(10, 200, 30)).toImage()
        colors = {
            image.pixelColor(x, y).name() for x in range(16) for y in range(16) if image.pixelColor(x, y).alpha() > 150
        }
        assert colors, path.stem
        assert all(QColor(c).green() > 180 for c in colors), path.stem


def test_icons_follow_the_theme_and_buttons_may_go(theme: Theme) -> None:
    button = QPushButton()
    set_icon(button, "train", theme)
    before = button.icon().cacheKey()
    theme.set(dark=True)
    assert button.icon().cacheKey() != before
    button.deleteLater()
    theme.set(dark=False)


def test_the_style_sheet_knows_every_token_and_scales(theme: Theme) -> None:
    sheet = stylesheet(theme)
    assert "@" not in sheet
    theme.set(scale=1.5)
    assert "font-size:20px" in stylesheet(theme)
    assert "border:1px" in stylesheet(theme)


def test_a_card_shows_title_symbol_and_subtitle(qtbot: object, theme: Theme) -> None:
    card = Card("Loss", theme, symbol="L", subtitle="log")
    card.resize(300, 200)
    assert card.title() == "Loss"
    assert card.subtitle() == "log"
    assert card.findChild(MathLabel).accessibleName() == "L"
    card.set_subtitle("")
    assert not card.grab().isNull()


def test_a_plot_has_its_name_and_survives_a_change_of_theme(qtbot: object, theme: Theme) -> None:
    plot = Plot(theme, "Loss curve", grid=True)
    plot.plot([0, 1, 1300], [3, -2, 1])
    plot.set_axis_symbol("bottom", "epoch", words=True)
    plot.set_axis_symbol("left", "x_2")
    plot.reserve("−0.0")
    plot.resize(300, 200)
    light = plot.grab().toImage()
    theme.set(dark=True)
    assert plot.accessibleName() == "Loss curve"
    assert plot.grab().toImage() != light


def test_a_press_in_a_slider_s_groove_brings_the_handle_there(qtbot: QtBot) -> None:
    slider = CalmSlider("Units", "How many.")
    qtbot.addWidget(slider)
    slider.setRange(0, 100)
    slider.resize(200, 24)
    slider.show()
    for share in (0.75, 0.2, 0.999, 0.0):
        QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(199 * share), 12))
        assert abs(slider.value() - 100 * share) < 6
    QTest.mouseClick(slider, Qt.MouseButton.RightButton, pos=QPoint(150, 12))
    assert slider.value() == 0
