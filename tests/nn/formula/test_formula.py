"""Formulas: what is one and what is not, derivatives, and every form they are written in."""

from __future__ import annotations

import ast
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpviz.errors import UserError
from mlpviz.nn.activations import ACTIVATIONS, activation_named
from mlpviz.nn.formula.derive import derivative
from mlpviz.nn.formula.nodes import Node, build, number, variable
from mlpviz.nn.formula.parse import FormulaError, parse
from mlpviz.nn.formula.program import evaluate
from mlpviz.nn.formula.tape import tape
from mlpviz.nn.formula.writing import latex, source, text

GOOD = [
    "t*exp(-t*t)", "max(0, t)", "where(t > 0, t, 0.1*t)", "abs(t)**1.5", "t^3 - 2*t", "t**2/(1 + t**2)", "-t**2",
    "(-t)**2", "2**-t", "log(1 + exp(t))", "sin(t) + cos(2*t)", "tanh(t)/2", "sqrt(1 + t*t)", "min(t, 1, 2)",
    "π*t", "t − 1", "2×t÷3", "  t  ", "where(t <= -1, -1, where(t >= 1, 1, t))", "e**t - pi", "1e-3*t",
]  # fmt: skip
BAD = {
    "": None, "   ": None, "t +": 3, "exp(t": 5, "t + x": 5, "f(t)": 1, "t.real": 2, "[t]": 1, "t if t else 1": 3,
    "__import__('os')": 1, "lambda: t": 1, "t // 2": 3, "t % 2": 3, "t%2": 2, "(t)//2": 4, "t,t": 2,
    "t[0]": 2, "True": 1, "1j*t": 1, "'t'": 1, "9**9**9": 1,
    "1e999": 1, "t > 0": 1, "where(t, 1, 2)": 7, "where(0 < t < 1, 1, 2)": 7, "sin": 1, "exp(t, 2)": 1, "5": None,
    "exp(*t)": 1, "max(t, key=t)": 1, "t + é": 5, "(" * 300 + "t" + ")" * 300: None, "t" * 500: None, "t := 1": 3,
    "exp(t)(t)": 1, "t\nt": 3, "f'{t}'": 1, "t @ t": 3, "not t": 1, "~t": 1, "t and t": 3, "10**400*t": 1,
}  # fmt: skip


@pytest.mark.parametrize("words", GOOD)
def test_every_form_of_a_formula_says_the_same(words: str) -> None:
    node = parse(words, ("t",))
    t = np.linspace(-2.9, 3.1, 41)
    value = evaluate(node, {"t": t})
    np.testing.assert_allclose(evaluate(parse(text(node), ("t",)), {"t": t}), value, rtol=1e-15)
    assert ast.parse(source(node, {"t": "x"}), mode="eval")
    assert latex(node)


@pytest.mark.parametrize("words", GOOD)
def test_derivatives_are_exact(words: str) -> None:
    node = parse(words, ("t",))
    t = np.linspace(-2.913, 3.117, 41)
    stepped = evaluate(node, {"t": t + 1e-30j}).imag / 1e-30
    np.testing.assert_allclose(evaluate(derivative(node, "t"), {"t": t}), stepped, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("words", BAD)
def test_what_is_no_formula_is_refused_in_one_sentence_with_its_position(words: str) -> None:
    with pytest.raises(FormulaError) as refused:
        parse(words, ("t",))
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(".")
    if (position := BAD[words]) is not None:
        assert refused.value.position == position
        assert f"(at character {position})" in str(refused.value)


@pytest.mark.parametrize(
    ("words", "says"),
    [("where(t != 0, 1, t)", "== and != are not allowed"), ("where(t == 0, 1, t)", "== and != are not allowed"),
     ("where(0 < t < 1, 1, t)", "one comparison, not a chain"), ("where(t > 0 and t < 1, 1, t)", "no and, or, not"),
     ("where(not t > 0, 1, t)", "no and, or, not"), ("max(t)", "max takes at least 2 arguments, not 1"),
     ("min()", "min takes at least 2 arguments, not 0"), ("exp(t, t)", "exp takes 1 argument, not 2"),
     ("__import__('os').system('ls')", "Only a function by its name can be called")],
)  # fmt: skip
def test_a_refusal_says_what_is_allowed(words: str, says: str) -> None:
    with pytest.raises(FormulaError, match=re.escape(says)):
        parse(words, ("t",))


CONSTANT = [
    "t - t", "where(t > 20, t, 0)", "where(t > t, 1, 2)", "sin(t)**2 + cos(t)**2", "sin(t)^2 + cos(t)^2 - 1",
    "max(t, 20)",
]  # fmt: skip


@pytest.mark.parametrize("words", CONSTANT)
def test_a_constant_in_disguise_is_no_activation(words: str) -> None:
    with pytest.raises(FormulaError, match="is not a function of t: from −10 to 10 it is always "):
        activation_named(f"formula:{words}")


POLES = [
    "1/(t - 1/3)**2", "log(abs(t - sqrt(2)))", "log((t - pi/10)**2)", "1/abs(t - pi/10)", "(t - 1/3)**-2",
    "1/(1 + sin(t))",
    "log(1 + sin(t))", "sqrt(abs(t - sqrt(2)))", "abs(t - pi)**-0.5", "1/(t**4 - 4*t**2 + 4)", "tanh(1/(t - 1/3))",
]  # fmt: skip


@pytest.mark.parametrize("words", POLES)
def test_a_pole_between_the_points_is_found(words: str) -> None:
    with pytest.raises(FormulaError, match="is not finite at t = "):
        activation_named(f"formula:{words}")


FINITE = [
    "1/((t - 1/3)**2 + 1e-20)", "log(1e-13 + (t - 1/3)**2)", "1e-15*t", "1e-200*t",
    "where(abs(t-1/3)<0.1, 1, 1/(t-1/3))",
    "1/(2 + sin(100*t))", "where(t > 0, 1, 0)", "abs(t - 1/3)**1.5", "1/(1 + abs(t - 1/3))", "sqrt(1e-8 + t*t)",
    "tanh(1000*t)", "1/(1 + exp(-50*t))", "exp(-(20*t)**2)", "where(t > 9.9, t, 0)", "(t - 1/3)**2",
]  # fmt: skip


@pytest.mark.parametrize("words", FINITE)
def test_what_is_finite_however_steep_is_an_activation(words: str) -> None:
    assert np.isfinite(activation_named(f"formula:{words}")(np.linspace(-10, 10, 7))).all()


@pytest.mark.parametrize(
    ("words", "says"),
    [("1/t", "not finite at t = 0"), ("sqrt(t)", "not finite at t = −10"), ("log(t)", "not finite at t"),
     ("1/(t - 0.1234)", "not finite at t = 0.1234"), ("tanh(1/t)", "slope is not finite at t = 0"),
     ("exp(exp(t))", "not finite at t"), ("sin(t)/t", "not finite at t = 0"), ("abs(t)**0.5", "slope is not finite"),
     ("where(t > 0, 1/t, 0)", "not finite")],
)  # fmt: skip
def test_an_activation_is_finite_with_its_slope_from_minus_ten_to_ten(words: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        activation_named(f"formula:{words}")


def test_a_corner_belongs_to_the_side_that_is_flat() -> None:
    for words in ("max(0, t)", "max(t, 0)", "where(t > 0, t, 0)", "abs(t)"):
        np.testing.assert_array_equal(activation_named(f"formula:{words}").derivative(np.zeros(1)), [0.0])


@st.composite
def trees(draw: st.DrawFn) -> Node:
    """Formulas that are finite everywhere."""
    leaf = st.one_of(st.just(variable("t")), st.floats(-3, 3).map(lambda value: number(round(value, 2))))
    unary = st.sampled_from(["neg", "sin", "cos", "tanh", "abs", "sigmoid"])
    binary = st.sampled_from(["add", "sub", "mul", "max", "min"])
    grown = st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(lambda op, a: build(op, a), unary, inner),
            st.builds(lambda op, a, b: build(op, a, b), binary, inner, inner),
            st.builds(lambda a, b, c: build("where", build("gt", a, number(0.1)), b, c), inner, inner, inner),
        ),
        max_leaves=12,
    )
    return draw(grown)


TABLE = {
    "neg": lambda a: -a,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "abs": abs,
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "max": max,
    "min": min,
    "gt": lambda a, b: float(a > b),
    "where": lambda c, a, b: a if c else b,
}


@settings(max_examples=200, deadline=None)
@given(trees(), st.floats(-3, 3))
def test_random_formulas_evaluate_as_python_does(node: Node, t: float) -> None:
    def value(part: Node) -> float:
        args = [value(argument) for argument in part.args]
        if part.op in ("number", "variable"):
            return part.value if part.op == "number" else t
        return TABLE[part.op](*args)

    found = evaluate(node, {"t": np.array([t, t])})
    np.testing.assert_allclose(found, value(node), rtol=1e-9, atol=1e-9)


def test_a_tape_computes_nothing_twice() -> None:
    steps = tape(parse("exp(t*t)*exp(t*t) + exp(t*t)", ("t",)), ("t",)).steps
    assert [step[0] for step in steps] == ["mul", "exp", "mul", "add"]


def test_every_row_of_the_table_is_whole() -> None:
    for row in ACTIVATIONS.values():
        assert row.name
        assert row.sentence.endswith(".")
        assert row.formula
        assert row.bounds[0] < row.bounds[1]
