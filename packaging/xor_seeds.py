"""Counts the seeds from which the 2–2–1 ReLU network learns XOR, and writes resources/xor_seeds.json.

python packaging/xor_seeds.py

With mlpviz installed. The training panel's tooltip tells the count; it changes only with the engine or its defaults.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace

from mlpviz.data.seeds import XorSeeds, path
from mlpviz.document.edits import dataset_of, fresh_state, new_document
from mlpviz.document.presets import PRESETS
from mlpviz.nn.base_trainer import Examples, Start
from mlpviz.nn.evaluate import accuracy
from mlpviz.nn.trainer import make_trainer

SEEDS = range(100)
# About what a second of training gives on a slow machine with the window open; an epoch here is one update.
EPOCHS = 5_000


def learns(seed: int, epochs: int = EPOCHS) -> bool:
    """Whether all four points are right after training from this seed, with the settings that mlpviz starts with."""
    document = PRESETS["xor-relu"].apply(new_document())
    network, dataset = document.network, dataset_of(document)
    config = replace(document.training, seed=seed)
    theta = fresh_state(network, config).theta
    y = dataset.targets(network.loss)
    trainer = make_trainer(network, config, Examples(dataset.X, y, dataset.train), Start(theta, {}), "numpy")
    trainer.advance(epochs * trainer.steps_to_epoch_end())
    return accuracy(network, trainer.theta, dataset.X, y) == 1.0


def counted() -> XorSeeds:
    """All seeds."""
    return XorSeeds(len(SEEDS), EPOCHS, tuple(seed for seed in SEEDS if learns(seed)))


def main() -> int:
    """Count, write, tell."""
    found = counted()
    path().write_text(json.dumps(asdict(found)) + "\n", encoding="utf-8")
    print(found.sentence)
    return 0


if __name__ == "__main__":
    sys.exit(main())
