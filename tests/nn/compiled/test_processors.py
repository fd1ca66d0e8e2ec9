"""A processor with narrower vectors makes the same bits."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from mlpviz.nn.base_trainer import Start
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.trainer import make_trainer
from tests.nn.networks import case
from tests.optional import needs_numba, needs_x86

pytestmark = [needs_numba, needs_x86]
ROWS = [("tanh", "squared", "sgd"), ("gelu", "softmax", "adam"), ("elu", "huber", "nesterov")]
# AVX2 and FMA, as processors have had since 2013.
OLDER = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma,+avx,+sse4.2,+bmi,+bmi2,+popcnt,+lzcnt,+f16c"}


def trained() -> str:
    """A hash of what some networks are after 300 updates."""
    digest = hashlib.sha256()
    for activation, loss, optimizer in ROWS:
        c = case(loss, [activation, activation], [5, 11], 3, 2, 100, 3)
        config = TrainingConfig(optimizer, 0.01, 17, l2=1e-3, clip=1.0)
        trainer = make_trainer(c.network, config, c.examples, Start(c.theta, {}), "compiled")
        trainer.advance(300)
        digest.update(trainer.theta.tobytes())
    digest.update(by_a_function_of_its_own())
    return digest.hexdigest()


def by_a_function_of_its_own() -> bytes:
    """θ of a network for which a function is made, after 300 updates."""
    from mlpviz.nn.compiled import made  # where Numba is
    from mlpviz.nn.compiled.trainer import MAKING_PAYS, CompiledTrainer

    c = case("logistic", ["tanh"], [4], 2, 1, 100, 3)
    trainer = CompiledTrainer(c.network, TrainingConfig("adam", 0.01, 13), c.examples, Start(c.theta, {}))
    assert trainer._shape is not None
    made.make(trainer._shape)
    assert made.address_of(trainer._shape)
    trainer._products = MAKING_PAYS
    trainer.advance(300)
    return trainer.theta.tobytes()


def test_vectors_of_four_make_the_bits_of_vectors_of_eight(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "from tests.nn.compiled.test_processors import trained; print(trained())"]
    environment = {**os.environ, **OLDER, "XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment, timeout=400)
    assert done.stdout.strip() == trained()
