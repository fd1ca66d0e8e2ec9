"""The shipped count of the seeds that learn XOR is what the script counts."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from mlpviz.data.seeds import xor_seeds

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


def test_the_sentence_tells_the_count() -> None:
    assert f"{len(SHIPPED.solved)} of the seeds 0–99 within 5,000 epochs" in SHIPPED.sentence
