"""The formulas in tooltips: the lecture's symbols, the network's own numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mlpviz.document import edits
from mlpviz.document.presets import PRESETS
from mlpviz.nn.initialisation import initial
from mlpviz.nn.layout import frozen
from mlpviz.nn.spec import Hidden, Network
from mlpviz.pictures.explain import Moment, decimals, description, given, parameter_lines, unit_lines, vector
from mlpviz.pictures.symbols import (
    INPUTS,
    affine_formula,
    layer_symbol,
    matrix_symbols,
    output_formula,
    parameter_symbol,
    plain,
    shape,
    unit_symbol,
)


def lecture_moment(x: tuple[float, float]) -> Moment:
    document = PRESETS["xor-lecture"].apply(edits.new_document())
    return Moment.at(document.network, document.state.theta, np.array(x))


def deep_moment(*widths: int, activation: str = "tanh", outputs: int = 1) -> Moment:
    network = Network(2, tuple(Hidden(width, activation) for width in widths), outputs)
    theta = initial(network.sizes, (activation,) * len(widths) + ("identity",), "auto", 3)
    return Moment.at(network, theta, np.array([0.5, -1.0]))


def lines(markup: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(plain, markup))


# z, h, ỹ of the lecture's table for each x.
LECTURE = {
    (0.0, 0.0): ((0, -1), (0, 0), -1),
    (0.0, 1.0): ((1, 0), (1, 0), 1),
    (1.0, 0.0): ((1, 0), (1, 0), 1),
    (1.0, 1.0): ((2, 1), (2, 1), -1),
}


@pytest.mark.parametrize(("x", "expected"), LECTURE.items())
def test_the_lectures_numbers_stand_in_the_formulas(
    x: tuple[float, float], expected: tuple[tuple[int, int], tuple[int, int], int]
) -> None:
    z, h, raw = expected
    moment = lecture_moment(x)
    first, second = unit_lines(moment, 0, 0), unit_lines(moment, 0, 1)
    assert lines(first)[0] == f"h₁ = ReLU(1·x₁ + 1·x₂) = {h[0]}"
    assert lines(second)[0] == f"h₂ = ReLU(1·x₁ + 1·x₂ − 1) = {h[1]}"
    assert lines(second)[1] == f"z₂ = 1·{x[0]:.0f} + 1·{x[1]:.0f} − 1 = {z[1]}".replace("= -", "= −")
    assert lines(second)[2] == f"at x = ({x[0]:.0f}, {x[1]:.0f})"
    assert lines(unit_lines(moment, 1, 0))[0] == f"ỹ = 2·h₁ − 4·h₂ − 1 = {raw}".replace("= -", "= −")


def test_a_weight_says_its_value_and_what_it_carries() -> None:
    moment = lecture_moment((1.0, 1.0))
    assert lines(parameter_lines(moment, 1, 0, 1))[:2] == ("w₂ = −4", "h₂ → ỹ:  −4·1 = −4")
    assert lines(parameter_lines(moment, 0, 0, 1))[0] == "u₁₂ = +1"
    assert lines(parameter_lines(moment, 0, 1, 2)) == ("c₂ = −1", "the bias of z₂")
    deep = deep_moment(3, 2)
    theta = deep.theta.copy()
    theta[edits.layout(deep.network.sizes).index(1, 0, 2)] = 0.3771
    deep = replace(deep, theta=frozen(theta))
    assert lines(parameter_lines(deep, 1, 0, 2))[0] == "W⁽²⁾₁₃ = +0.377"


def test_long_sums_say_how_much_they_leave_out() -> None:
    text = plain(unit_lines(deep_moment(40, 40), 1, 11)[0])
    assert text.startswith("h⁽²⁾₁₂ = tanh(")
    assert "… (37 more)" in text
    assert text.count("·h") == 3


def test_linear_units_have_no_function_around_their_sum() -> None:
    assert "(" not in plain(unit_lines(deep_moment(2, activation="identity"), 0, 0)[0])


def test_outputs_say_what_the_prediction_is() -> None:
    logistic = lines(unit_lines(lecture_moment((0.0, 1.0)), 1, 0))
    assert any(line.startswith("ŷ = σ(ỹ) = 0.731, the probability of") for line in logistic)
    moment = deep_moment(2, outputs=3)
    network = replace(moment.network, loss="softmax", class_names=("red", "green", "{blue}"))
    softmax = lines(unit_lines(Moment.at(network, moment.theta, moment.x), 1, 2))
    assert any(line.startswith("ŷ₃ = exp(ỹ₃) / ∑ⱼ exp(ỹⱼ) = ") and line.endswith("of (blue)") for line in softmax)


def test_inputs_say_their_value_and_their_name() -> None:
    moment = deep_moment(2)
    named = replace(moment, network=replace(moment.network, input_names=("petal length", "x2")))
    assert lines(unit_lines(named, INPUTS, 0))[:2] == ("x₁ = 0.500", "petal length")
    assert lines(unit_lines(named, INPUTS, 1))[1].startswith("at x")


def test_symbols_are_the_lectures_in_small_networks_and_numbered_in_deeper_ones() -> None:
    small, deep = Network(2, (Hidden(2),)), Network(2, (Hidden(20), Hidden(3)), 2)
    assert [matrix_symbols(small, layer) for layer in (0, 1)] == [("U", "c"), ("w", "b")]
    assert plain(affine_formula(small, 0)) == "z = Ux + c"
    assert plain(affine_formula(small, 1)) == "ỹ = ⟨h, w⟩ + b"
    assert plain(affine_formula(deep, 1)) == "z⁽²⁾ = W⁽²⁾h⁽¹⁾ + b⁽²⁾"
    assert plain(affine_formula(Network(2), 0)) == "ỹ = ⟨x, w⟩ + b"
    several = Network(2, (Hidden(2),), 3, "softmax")
    assert plain(affine_formula(several, 1)) == "ỹ = Wh + b"
    assert plain(parameter_symbol(several, 1, 2, 0)) == "w₃₁"
    assert plain(layer_symbol(deep, 2)) == "ỹ"
    assert plain(unit_symbol(deep, 2, 1)) == "ỹ₂"
    assert plain(unit_symbol(deep, 1, 2, pre=True)) == "z⁽²⁾₃"
    assert plain(parameter_symbol(deep, 0, 12, 1)) == "W⁽¹⁾₁₃,₂"
    assert plain(parameter_symbol(deep, 2, 1, 3)) == "b⁽³⁾₂"
    assert plain(output_formula(replace(deep, loss="softmax"))) == "ŷ = softmax(ỹ)"
    assert shape(deep) == "2–20–3–2"


def test_the_description_names_every_layer() -> None:
    words = description(Network(2, (Hidden(4), Hidden(1, "relu")), 1, "logistic"))
    assert words == (
        "Network 2–4–1–1 with 19 parameters: 2 inputs x; hidden layer 1 h⁽¹⁾ with 4 tanh units; "
        "representation layer h⁽²⁾ with 1 ReLU unit; 1 output ỹ, ŷ = σ(ỹ)."
    )


def test_vectors_are_whole_where_they_are_whole_and_cut_where_they_are_long() -> None:
    assert vector(np.array([0.0, -1.0])) == "(0, −1)"
    assert vector(np.array([0.0, 0.25])) == "(0, 0.250)"
    assert vector(np.array([3.0])) == "3"
    assert vector(np.arange(20.0)) == "(0, 1, 2, 3, 4, … 15 more)"
    assert decimals([1.0, 2.5, -3.0]) == ["1.00", "2.50", "−3.00"]
    assert decimals([float("nan"), 1e-9]) == ["NaN", "1.0·10⁻⁹"]
    assert given([5.1, 3.0, -0.125, 1e7]) == ["5.1", "3", "−0.125", "1.0·10⁷"]
