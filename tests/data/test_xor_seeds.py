"""The shipped count of the seeds that learn XOR is what the script counts."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from mlpviz.data.seeds import xor_seeds
from mlpviz.document.edits import dataset_of, new_document
from mlpviz.nn.base_trainer import Examples, Start
from mlpviz.nn.config import DEFAULT_SEED
from mlpviz.nn.evaluate import accuracy
from mlpviz.nn.trainer import make_trainer

SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "xor_seeds.py"
SHIPPED = xor_seeds()


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("xor_seeds_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_count_covers_the_seeds_and_epochs_of_the_script(script: ModuleType) -> None:
    assert (SHIPPED.tried, SHIPPED.epochs) == (len(script.SEEDS), script.EPOCHS)
    assert set(SHIPPED.solved) < set(script.SEEDS)
    assert list(SHIPPED.solved) == sorted(set(SHIPPED.solved))


@pytest.mark.parametrize("seed", [0, 1, 2, 3, *SHIPPED.solved[:3], *SHIPPED.solved[-2:], 98, 99])
def test_a_few_seeds_come_out_as_shipped(script: ModuleType, seed: int) -> None:
    assert script.learns(seed) == (seed in SHIPPED.solved)


def test_the_first_run_of_a_new_window_succeeds(script: ModuleType) -> None:
    """From the default seed XOR is learned, and 200 epochs separate the circle, test rows included."""
    assert DEFAULT_SEED in SHIPPED.solved
    assert script.learns(DEFAULT_SEED, epochs=500)
    document = new_document()
    dataset, network = dataset_of(document), document.network
    y = dataset.targets(network.loss)
    examples = Examples(dataset.X, y, dataset.train)
    trainer = make_trainer(network, document.training, examples, Start(document.state.theta, {}), "numpy")
    trainer.advance(200 * trainer.steps_to_epoch_end())
    assert accuracy(network, trainer.theta, dataset.X, y) == 1.0


def test_the_sentence_tells_the_count() -> None:
    assert f"{len(SHIPPED.solved)} of the seeds 0–99 within 5,000 epochs" in SHIPPED.sentence
