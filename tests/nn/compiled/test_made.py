"""A function made for one network does what the kernel's passes do, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from mlpviz.nn.base_trainer import Start
from mlpviz.nn.compiled.shapes import MOST_PRODUCTS, shape_of
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.trainer import Trainer, make_trainer
from tests.nn.networks import Case, case
from tests.optional import needs_numba

pytestmark = needs_numba
ACTIVATIONS = ("tanh", "sigmoid", "relu", "leaky_relu", "identity")
SHAPES = [([4, 2], 2, 37, 10), ([3], 1, 50, 25), ([], 3, 9, None)]
LOSSES = ("squared", "absolute", "huber", "logistic", "hinge")


def cases() -> list[tuple[str, str, str]]:
    """(activation, loss, output activation), each at least once."""
    pairs = list(zip(ACTIVATIONS, LOSSES, strict=True))
    return [*((a, b, "identity") for a, b in pairs), *(("tanh", b, "tanh") for b in LOSSES[:3])]


def trained(c: Case, config: TrainingConfig, address: int | None, monkeypatch: pytest.MonkeyPatch) -> Trainer:
    """200 updates; by the function at the address, if there is one."""
    from mlpviz.nn.compiled import trainer as module

    monkeypatch.setattr(module, "MAKING_PAYS", -1)
    monkeypatch.setattr(module, "address_of", lambda shape: address or 0)
    trainer = make_trainer(c.network, config, c.examples, Start(c.theta, {}), "compiled")
    trainer.advance(200)
    return trainer


@pytest.mark.parametrize(("activation", "loss", "output"), cases())
@pytest.mark.parametrize(
    ("sizes", "inputs", "rows", "batch"), [([4, 2], 2, 37, 10), ([3], 1, 50, 25), ([], 3, 9, None)]
)
def test_the_same_bits(
    activation: str, loss: str, output: str, sizes: list[int], inputs: int, rows: int, batch: int | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from mlpviz.nn.compiled import made

    c = case(loss, [activation] * len(sizes), sizes, inputs, 1, rows, 3, output)
    config = TrainingConfig("adam", 0.01, batch, l2=1e-3)
    plain = trained(c, config, None, monkeypatch)
    shape = plain._shape  # type: ignore[attr-defined]
    assert shape is not None
    made.make(shape)
    address = made.address_of(shape)
    assert address
    own = trained(c, config, address, monkeypatch)
    assert own.theta.tobytes() == plain.theta.tobytes()
    assert own.slots["v"].tobytes() == plain.slots["v"].tobytes()
    assert not np.array_equal(own.theta, c.theta)


def test_a_run_is_served_when_it_is_long_enough() -> None:
    from mlpviz.nn.compiled import made
    from mlpviz.nn.compiled.trainer import CompiledTrainer

    c = case("squared", ["tanh"], [7], 2, 1, 24, 5)
    trainer = make_trainer(c.network, TrainingConfig("sgd", 0.01, 8), c.examples, Start(c.theta, {}), "compiled")
    assert isinstance(trainer, CompiledTrainer)
    assert trainer._shape is not None
    trainer.advance(10)
    assert trainer._shape not in made._found
    trainer.advance(2 * 10_000_000 // trainer._shape.products)
    assert trainer._shape in made._found


def test_what_is_too_large_or_has_another_formula_has_no_shape() -> None:
    small, wide = case("squared", ["tanh"], [4], 2, 1, 10, 0), case("squared", ["tanh"], [64], 2, 1, 10, 0)
    own, many = case("squared", ["gelu"], [4], 2, 1, 10, 0), case("softmax", ["tanh"], [4], 2, 3, 10, 0)
    found = [shape_of(c.network, 16) for c in (small, wide, own, many)]
    assert found[1:] == [None, None, None]
    assert found[0] is not None
    assert found[0].products == small.network.size * 2 <= MOST_PRODUCTS
