"""mlpviz: build a multilayer perceptron by clicking, watch it learn, take the weights away.

From Python, without a window:

    import mlpviz

    model = mlpviz.run("circle", epochs=50)
    model.predict([[0.0, 0.0], [4.0, 0.0]])
    model.save("circle.safetensors")

    for update in mlpviz.train("spiral", config=mlpviz.TrainingConfig("adam", 0.01), epochs=200):
        print(update.epoch, update.rows)

The names below are imported when they are first used: `import mlpviz` alone loads neither NumPy nor Qt.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlpviz.api import (
        Control,
        DataSpec,
        Diverged,
        Document,
        Hidden,
        Lock,
        Model,
        Network,
        RunError,
        TrainingConfig,
        TrainUpdate,
        UserError,
        datasets,
        load,
        run,
        standardised,
        train,
    )

__version__ = "0.1.0"
__all__ = [
    "Control",
    "DataSpec",
    "Diverged",
    "Document",
    "Hidden",
    "Lock",
    "Model",
    "Network",
    "RunError",
    "TrainUpdate",
    "TrainingConfig",
    "UserError",
    "datasets",
    "load",
    "run",
    "standardised",
    "train",
]


# Products of small matrices are slower on two threads than on one, and the last bits of a product depend on the number
# of threads: both want one. It must be said before NumPy is imported; who says otherwise in the environment is heard.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def __getattr__(name: str) -> Any:
    if name in __all__:
        from mlpviz import api

        return getattr(api, name)
    raise AttributeError(f"module 'mlpviz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
