"""Every gradient against two independent references: the complex step, and the autograd package."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpviz.nn.activations import ACTIVATIONS, activation_named
from mlpviz.nn.evaluate import forward, gradient, loss, penalty
from mlpviz.nn.layout import layout
from mlpviz.nn.losses import LOSSES
from tests.nn import reference
from tests.nn.networks import OWN, Case, case, cases


def close(found: np.ndarray, expected: np.ndarray) -> bool:
    """Equal to 1e-10 relative to the gradient's size."""
    return bool(np.max(np.abs(found - expected)) <= 1e-10 * max(1e-3, float(np.max(np.abs(expected)))))


def test_every_activation_of_the_table_has_a_reference() -> None:
    assert set(reference.ACTIVATIONS) == {*ACTIVATIONS, *OWN}


@settings(max_examples=60, deadline=None)
@given(cases(smooth=True))
def test_smooth_networks_agree_with_the_complex_step(c: Case) -> None:
    found = gradient(c.network, c.theta, c.X, c.y, 0.03, 0.2)
    assert close(found, reference.by_complex_step(c, 0.03, 0.2))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_all_networks_agree_with_autograd(c: Case) -> None:
    found = gradient(c.network, c.theta, c.X, c.y, 0.03, 0.2)
    assert close(found, reference.by_autograd(c, 0.03, 0.2))


@pytest.mark.parametrize("output", ["identity", "tanh"])
@pytest.mark.parametrize("loss_name", LOSSES)
@pytest.mark.parametrize("activation", [*ACTIVATIONS, *OWN])
def test_every_activation_with_every_loss_and_output(activation: str, loss_name: str, output: str) -> None:
    if output == "tanh" and LOSSES[loss_name].own_output:
        return
    for depth, l1, l2 in ((1, 0.0, 0.0), (2, 0.03, 0.0), (3, 0.0, 0.2), (4, 0.03, 0.2)):
        c = case(loss_name, [activation] * depth, [3] * depth, 2, 3, 6, depth, output)
        found = gradient(c.network, c.theta, c.X, c.y, l1, l2)
        assert close(found, reference.by_autograd(c, l1, l2))
        if activation_named(activation).smooth and LOSSES[loss_name].smooth:
            assert close(found, reference.by_complex_step(c, l1, l2))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([*ACTIVATIONS, *OWN]), st.floats(-30, 30))
def test_slopes_are_the_complex_step_s(name: str, t: float) -> None:
    row = activation_named(name)
    if any(abs(t - corner) < 1e-9 for corner in (0.0, -0.3)) or (name == "gelu" and t < -12):
        return  # at a corner there is no slope; the complex e^−u overflows for GELU's u = t³
    found = row.derivative(np.array([t]))
    step = row(np.array([t + 1j * reference.STEP])).imag / reference.STEP
    np.testing.assert_allclose(found, step, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_far_out_nothing_overflows_or_warns(name: str) -> None:
    row, t = ACTIVATIONS[name], np.array([-1e200, -800.0, -40.0, 40.0, 800.0, 1e200])
    with np.errstate(all="raise"):
        values, slopes = row(t), row.derivative(t)
    assert not np.isnan(values).any()
    assert not np.isnan(slopes).any()
    if np.isfinite(row.bounds).all():
        low, high = row.bounds
        assert ((low <= values) & (values <= high)).all()
    if name not in ("square", "cube", "sin"):
        infinite = row.derivative(np.array([-np.inf, np.inf]))
        assert np.isfinite(infinite).all()
        assert not np.isnan(row(np.array([-np.inf, np.inf]))).any()


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
