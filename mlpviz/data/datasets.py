"""The data sets that mlpviz makes or ships, one row each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mlpviz.data.spec import FUNCTION, TABLE, DataSpec
from mlpviz.nn.layout import Array
from mlpviz.nn.streams import stream

# Draws X (rows, inputs) and y (rows, targets); for classes y holds indices. The first generator draws the points, the
# second what `noise` does to them, so that more noise moves the same points further. Each is asked once, row by row, so
# that more rows keep those that were there.
Make = Callable[[DataSpec, np.random.Generator, np.random.Generator], tuple[Array, Array]]
REACH = 6.0


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """One data set.

    Attributes:
        name: the words the window shows.
        sentence: what it is, for a tooltip.
        task: "binary", "classes" or "regression"; of the Gaussians it follows from the number of classes.
        input_names, target_names: a word for each.
        class_names: of classes.
        settings: the fields of DataSpec that matter to it, beside the training ratio.
        domain: (inputs, 2), what pictures show of each input; None: from the data.
        make: draws it; None: it is not drawn but given (a table, the drawn function).
    """

    name: str
    sentence: str
    task: str
    input_names: tuple[str, ...] = ("x₁", "x₂")
    target_names: tuple[str, ...] = ("y",)
    class_names: tuple[str, ...] = ("−1", "+1")
    settings: tuple[str, ...] = ("rows", "noise", "seed")
    domain: tuple[tuple[float, float], ...] | None = ((-REACH, REACH), (-REACH, REACH))
    make: Make | None = None


def _halves(rows: int) -> Array:
    """Class indices 0, 1, 0, 1, …, (rows,)."""
    return np.arange(rows, dtype=np.float64) % 2.0


def _around(angle: Array, radius: Array) -> Array:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _shaken(X: Array, spec: DataSpec, rng: np.random.Generator, reach: float) -> Array:
    """X with every point moved by up to `noise` times `reach`."""
    return _inside(X + spec.noise * rng.uniform(-reach, reach, X.shape))


def _inside(X: Array) -> Array:
    """X with what left the picture reflected at its edge; clipped points would pile up there."""
    return np.clip(np.where(np.abs(X) > REACH, np.sign(X) * 2 * REACH - X, X), -REACH, REACH)


def _xor(spec: DataSpec, rng: np.random.Generator, noise: np.random.Generator) -> tuple[Array, Array]:
    return np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0.0, 1.0, 1.0, 0.0])[:, None]


def _noisy_xor(spec: DataSpec, rng: np.random.Generator, noise: np.random.Generator) -> tuple[Array, Array]:
    draw = rng.uniform(-1.0, 1.0, (spec.rows, 2))
    X = np.where(draw < 0, -0.3, 0.3) + 4.7 * draw
    return _shaken(X, spec, noise, 5.0), (X[:, :1] * X[:, 1:] < 0).astype(float)


def _circle(spec: DataSpec, rng: np.random.Generator, noise: np.random.Generator) -> tuple[Array, Array]:
    y = _halves(spec.rows)
    draw = rng.uniform(size=(spec.rows, 2))
    radius = np.where(y == 1, 2.5 * np.sqrt(draw[:, 0]), 3.5 + 1.5 * draw[:, 0])
    return _shaken(_around(2 * np.pi * draw[:, 1], radius), spec, noise, 3.0), y[:, None]


def _moons(spec: DataSpec, rng: np.random.Generator, noise: np.random.Generator) -> tuple[Array, Array]:
    y = _halves(spec.rows)
    draw = rng.uniform(size=(spec.rows, 2))
    X = _around(np.pi * draw[:, 0], 2.9 + 0.6 * draw[:, 1])
    X[y == 1] *= -1.0
    X += np.where(y[:, None] == 1, [1.6, 0.8], [-1.6, -0.8])
    return _shaken(X, spec, noise, 3.0), y[:, None]


def _spiral(spec: DataSpec, rng: np.random.Generator, noise: np.random.Generator) -> tuple[Array, Array]:
    y = _halves(spec.rows)
    along = np.sqrt(rng.uniform(0.01, 1.0, spec.rows))
    X = _around(1.75 * 2 * np.pi * along + np.pi * y, 5.0 * along)
    return _shaken(X, spec, noise, 2.0), y[:, None]


def _gaussians(spec: DataSpec, rng: np.random.Generator, noise: np.random.Generator) -> tuple[Array, Array]:
    y = np.arange(spec.rows, dtype=np.float64) % float(spec.classes)
    centres = _around(np.pi * 0.25 + 2 * np.pi * np.arange(spec.classes) / spec.classes, np.full(spec.classes, 3.0))
    X = centres[y.astype(int)] + (0.6 + 2.0 * spec.noise) * rng.normal(size=(spec.rows, 2))
    return _inside(X), y[:, None]


def _plane(spec: DataSpec, rng: np.random.Generator, noise: np.random.Generator) -> tuple[Array, Array]:
    X = rng.uniform(-REACH, REACH, (spec.rows, 2))
    y = (X[:, :1] + X[:, 1:]) / (2 * REACH)
    return X, y + spec.noise * 0.5 * noise.normal(size=y.shape)


def _waves(spec: DataSpec, rng: np.random.Generator, noise: np.random.Generator) -> tuple[Array, Array]:
    X = rng.uniform(-REACH, REACH, (spec.rows, 1))
    y = np.concatenate([np.sin(X), 0.5 * np.cos(2 * X)], axis=1)
    return X, y + spec.noise * 0.5 * noise.normal(size=y.shape)


DATASETS: dict[str, DatasetRow] = {
    "circle": DatasetRow("circle", "A disc inside a ring: no line separates them.", "binary", make=_circle),
    "xor": DatasetRow(
        "XOR",
        "The lecture's four points: (0,0) and (1,1) are −1, (0,1) and (1,0) are +1. All of them are for training.",
        "binary",
        settings=(),
        domain=((-0.5, 1.5), (-0.5, 1.5)),
        make=_xor,
    ),
    "noisy-xor": DatasetRow(
        "noisy XOR", "Four quadrants: +1 where the signs of x₁ and x₂ differ.", "binary", make=_noisy_xor
    ),
    "moons": DatasetRow("moons", "Two half-moons that reach into each other.", "binary", make=_moons),
    "spiral": DatasetRow("two spirals", "Two arms wound into each other: the hard one.", "binary", make=_spiral),
    "gaussians": DatasetRow(
        "Gaussians",
        "Clouds of 2 to 6 classes.",
        "binary",
        settings=("rows", "noise", "classes", "seed"),
        make=_gaussians,
    ),
    "plane": DatasetRow(
        "plane", "Numbers to predict (regression): y = (x₁ + x₂)/12.", "regression", class_names=(), make=_plane
    ),
    "waves": DatasetRow(
        "two waves",
        "One input, two targets (regression): y₁ = sin x, y₂ = ½ cos 2x.",
        "regression",
        input_names=("x",),
        target_names=("y₁", "y₂"),
        class_names=(),
        domain=((-REACH, REACH),),
        make=_waves,
    ),
    "iris": DatasetRow(
        "Iris",
        "150 flowers of three species, four measurements each (Fisher 1936).",
        "classes",
        input_names=("sepal length", "sepal width", "petal length", "petal width"),
        settings=("seed",),
        domain=None,
    ),
    FUNCTION: DatasetRow(
        "drawn function",
        "The function drawn on the Universality page, as 512 points.",
        "regression",
        input_names=("x",),
        class_names=(),
        settings=("seed",),
        domain=((0.0, 1.0),),
    ),
    TABLE: DatasetRow(
        "your table", "The table you imported.", "regression", class_names=(), settings=("seed",), domain=None
    ),
}


def drawn(spec: DataSpec) -> tuple[Array, Array]:
    """X and y of a made data set; noise and points come from streams of their own."""
    make = DATASETS[spec.name].make
    if make is None:
        raise ValueError(f"{spec.name} is given, not drawn")
    return make(spec, stream(spec.seed, "data", 0), stream(spec.seed, "data", 1))
