"""Every gradient against two independent references: the complex step, and the autograd package."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.evaluate import forward, gradient, loss, penalty
from mlpviz.nn.layout import layout
from mlpviz.nn.losses import LOSSES
from tests.nn.networks import Case, case, cases

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import autograd.numpy as anp
    from autograd import grad

STEP = 1e-30
# Written here anew from the formulas, independent of the engine's rows.
REFERENCE: dict[str, Any] = {
    "identity": lambda t: t,
    "sigmoid": lambda t: 1 / (1 + anp.exp(-t)),
    "tanh": anp.tanh,
    "relu": lambda t: anp.where(t > 0, t, 0.0),
}


def close(found: np.ndarray, expected: np.ndarray) -> bool:
    """Equal to 1e-10 relative to the gradient's size."""
    return bool(np.max(np.abs(found - expected)) <= 1e-10 * max(1e-3, float(np.max(np.abs(expected)))))


def reference_loss(c: Case, l1: float, l2: float) -> Any:
    """L plus penalty as a function of θ that autograd can differentiate."""
    shapes, offsets = layout(c.network.sizes).shapes, layout(c.network.sizes).offsets

    def value(theta: Any) -> Any:
        h, total = c.X, 0.0
        for index, ((rows, columns), start) in enumerate(zip(shapes, offsets, strict=True)):
            matrix = anp.reshape(theta[start : start + rows * columns], (rows, columns))
            weights = matrix[:, :-1]
            total = total + l1 * anp.sum(anp.abs(weights)) + 0.5 * l2 * anp.sum(weights**2)
            z = anp.dot(h, weights.T) + matrix[:, -1]
            h = REFERENCE[c.network.hidden[index].activation](z) if index < len(c.network.hidden) else z
        if c.network.loss == "squared":
            each = 0.5 * anp.sum((h - c.y) ** 2, axis=1)
        elif c.network.loss == "logistic":
            each = anp.sum(anp.logaddexp(0.0, -c.y * h), axis=1)
        else:
            shifted = h - anp.max(h, axis=1, keepdims=True)
            each = anp.log(anp.sum(anp.exp(shifted), axis=1)) - anp.sum(c.y * shifted, axis=1)
        return anp.mean(each) + total

    return value


def complex_step(c: Case, l1: float, l2: float) -> np.ndarray:
    """∂/∂θᵢ as Im f(θ + ih)/h: exact to rounding (Squire & Trapp 1998)."""
    result = np.empty(c.network.size)
    for index in range(c.network.size):
        theta = c.theta.astype(complex)
        theta[index] += 1j * STEP
        smooth_penalty = sum(
            l1 * np.sum(np.where(W.real < 0, -W, W)) + 0.5 * l2 * np.sum(W * W)
            for W, _ in layout(c.network.sizes).weights(theta)
        )
        result[index] = (loss(c.network, theta, c.X, c.y) + smooth_penalty).imag / STEP
    return result


def test_every_activation_of_the_table_has_a_reference() -> None:
    assert set(REFERENCE) == set(ACTIVATIONS)


@settings(max_examples=40, deadline=None)
@given(cases(smooth=True))
def test_smooth_networks_agree_with_the_complex_step(c: Case) -> None:
    found = gradient(c.network, c.theta, c.X, c.y, 0.03, 0.2)
    assert close(found, complex_step(c, 0.03, 0.2))


@settings(max_examples=40, deadline=None)
@given(cases())
def test_all_networks_agree_with_autograd(c: Case) -> None:
    found = gradient(c.network, c.theta, c.X, c.y, 0.03, 0.2)
    assert close(found, grad(reference_loss(c, 0.03, 0.2))(c.theta))


@pytest.mark.parametrize("loss_name", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_with_every_loss(activation: str, loss_name: str) -> None:
    for depth in range(1, 5):
        c = case(loss_name, [activation] * depth, [3] * depth, 2, 3, 6, seed=depth)
        found = gradient(c.network, c.theta, c.X, c.y)
        assert close(found, grad(reference_loss(c, 0.0, 0.0))(c.theta))
        if not ACTIVATIONS[activation].kinked:
            assert close(found, complex_step(c, 0.0, 0.0))


def test_the_gradient_says_which_way_the_loss_falls() -> None:
    c = case("squared", ["tanh"], [4], 2, 2, 10, 3)
    g = gradient(c.network, c.theta, c.X, c.y)
    assert loss(c.network, c.theta - 1e-3 * g, c.X, c.y) < loss(c.network, c.theta, c.X, c.y)


def test_permuting_hidden_units_permutes_the_gradient() -> None:
    c = case("logistic", ["tanh"], [4], 3, 1, 9, 5)
    plan, order = layout(c.network.sizes), np.array([2, 0, 3, 1])
    permuted = c.theta.copy()
    for source, target in zip(plan.matrices(c.theta), plan.matrices(permuted), strict=True):
        target[...] = source
    first, second = plan.matrices(permuted)
    first[...] = first[order]
    second[:, :-1] = second[:, :-1][:, order]
    g, h = (plan.matrices(gradient(c.network, t, c.X, c.y)) for t in (c.theta, permuted))
    np.testing.assert_allclose(h[0], g[0][order], rtol=1e-13)
    np.testing.assert_allclose(h[1][:, :-1], g[1][:, :-1][:, order], rtol=1e-13)


def test_the_penalty_leaves_the_biases_out() -> None:
    c = case("squared", ["tanh"], [2], 2, 1, 5, 1)
    plain, decayed = (gradient(c.network, c.theta, c.X, c.y, 0.0, l2) for l2 in (0.0, 0.5))
    for (dW, db), (eW, eb), (W, _) in zip(
        *(layout(c.network.sizes).weights(v) for v in (plain, decayed, c.theta)), strict=True
    ):
        np.testing.assert_allclose(eW - dW, 0.5 * W, rtol=1e-12)
        np.testing.assert_array_equal(eb, db)
    weights = np.concatenate([W.ravel() for W, _ in layout(c.network.sizes).weights(c.theta)])
    assert penalty(c.network, c.theta, 2.0, 3.0) == pytest.approx(2 * np.abs(weights).sum() + 1.5 * (weights**2).sum())


def test_relu_has_slope_0_at_0() -> None:
    row = ACTIVATIONS["relu"]
    np.testing.assert_array_equal(row.derivative(np.array([-1.0, 0.0, 2.0])), [0.0, 0.0, 1.0])


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_squashing_units_saturate_without_a_word(activation: str) -> None:
    t = np.array([-800.0, 800.0, np.inf, -np.inf])
    row = ACTIVATIONS[activation]
    assert np.isfinite(row(t)).all()
    np.testing.assert_array_equal(row.derivative(t), np.zeros(4))


@pytest.mark.parametrize("loss_name", ["logistic", "softmax"])
def test_losses_stay_finite_far_out(loss_name: str) -> None:
    row = LOSSES[loss_name]
    t = np.array([[-800.0, 800.0]]) if loss_name == "logistic" else np.array([[-800.0, 800.0], [800.0, -800.0]])
    y = np.array([[1.0, 1.0]]) if loss_name == "logistic" else np.array([[1.0, 1.0], [0.0, 0.0]])
    expected = 800.0 if loss_name == "logistic" else 1600.0
    np.testing.assert_allclose(row.each(t, y), [expected, 0.0], atol=1e-12)
    assert np.isfinite(row.delta(t, y)).all()
    assert np.isfinite(row.predict(t)).all()


def test_forward_gives_every_z_and_h_of_the_lectures_net() -> None:
    c = case("squared", ["relu"], [2], 2, 1, 1, 0)
    theta = np.array([1.0, 1, 0, 1, 1, -1, 2, -4, -1])
    X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    found = forward(c.network, theta, X)
    np.testing.assert_array_equal(found.z[0], [[0, -1], [1, 0], [1, 0], [2, 1]])
    np.testing.assert_array_equal(found.h[0], [[0, 0], [1, 0], [1, 0], [2, 1]])
    np.testing.assert_array_equal(found.logits, [[-1], [1], [1], [-1]])
