"""Random whole documents, with everything that a file can hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from mlpviz.data.painted import SIDE, Painted, preset
from mlpviz.data.polylines import polyline
from mlpviz.data.spec import TABLE, DataSpec, Table
from mlpviz.data.strokes import SAMPLES, Drawn
from mlpviz.document.document import (
    Change,
    Document,
    Origin,
    RunState,
    SweepPoint,
    SweepResults,
    SweepSpec,
    ViewSpec,
)
from mlpviz.document.edits import dataset_of, fitted, fresh_state, new_document
from mlpviz.document.history import History
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array, frozen
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.spec import Hidden, Network
from tests.files.networks import FINITE, NAMES, parameters

ANY = st.floats(width=64)
MODERATE = st.floats(-1e150, 1e150)  # the pictures of the data need room around it
COUNTS = st.integers(0, 10**12)


def vectors(shape: tuple[int, ...], elements: st.SearchStrategy[float] = FINITE) -> st.SearchStrategy[Array]:
    return arrays(np.float64, shape, elements=elements).map(frozen)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    rows, inputs = draw(array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=6))
    X = draw(vectors((rows, inputs), MODERATE))
    names = tuple(draw(st.lists(NAMES, min_size=inputs, max_size=inputs)))
    if draw(st.booleans()):
        return Table(X, draw(vectors((rows, 2))), "regression", names, ("a", "b"), (), draw(NAMES))
    classes = frozen(np.arange(rows)[:, None] % 3.0)
    return Table(X, classes, "classes", names, ("class",), ("a", "b", "ç"), draw(NAMES))


def configs() -> st.SearchStrategy[TrainingConfig]:
    return st.builds(
        TrainingConfig,
        st.sampled_from(sorted(OPTIMIZERS)),
        st.floats(1e-9, 10),
        st.none() | st.integers(1, 1000),
        st.booleans(),
        st.floats(0, 1),
        st.floats(0, 1),
        st.sampled_from(["auto", "orthogonal"]),
        st.integers(0, 2**31 - 1),
    )


@st.composite
def states(draw: st.DrawFn, size: int, config: TrainingConfig) -> RunState:
    theta = draw(parameters(size))
    lengths = OPTIMIZERS[config.optimizer].lengths(size)
    slots = {name: draw(vectors((length,), ANY)) for name, length in lengths.items()}
    history = History(draw(vectors((draw(st.integers(0, 4)), 5), ANY)))
    changes = (
        Change(10, "learning_rate", draw(st.floats(1e-9, 1))),
        Change(10, "batch_size", draw(st.none() | st.integers(1, 99))),
        Change(11, "optimizer", draw(st.sampled_from(sorted(OPTIMIZERS)))),
        Change(10**12, "shuffle", draw(st.booleans())),
        Change(10**12, f"θ[{size - 1}]", draw(FINITE)),
    )[: draw(st.integers(0, 5))]
    origin = Origin(draw(parameters(size)) if draw(st.booleans()) else theta, slots, 3, 1, 2, config)
    place = draw(COUNTS), draw(COUNTS), draw(COUNTS)
    return RunState(theta, slots, *place, history, draw(st.sampled_from([origin, None])), changes)


@st.composite
def sweeps(draw: st.DrawFn, function: Drawn) -> SweepResults:
    widths = draw(st.lists(st.integers(1, 5), max_size=3, unique=True).map(tuple))
    points = tuple(
        SweepPoint("relu", width, "adam", 0, draw(FINITE), draw(FINITE), 0.5, draw(vectors((3 * width + 1,), ANY)))
        for width in widths
    )
    methods = draw(st.sampled_from([("adam",), ("gd", "adam")]))
    return SweepResults(SweepSpec("tanh", widths, methods, draw(st.integers(1, 9)), 7, 9), function, points)


@st.composite
def functions(draw: st.DrawFn) -> Drawn:
    smooth, kept = draw(st.floats(0, 9)), draw(st.booleans())
    if draw(st.booleans()):
        x = draw(st.lists(st.integers(0, 1000), min_size=2, max_size=9, unique=True).map(sorted))
        y = draw(st.lists(st.floats(-1e300, 1e300), min_size=len(x), max_size=len(x)))
        return polyline([(place / 1000, height) for place, height in zip(x, y, strict=True)], smooth, keep_jumps=kept)
    samples = draw(vectors((SAMPLES,), st.sampled_from([0.0, -0.0, 1 / 3, 5e-324])))
    return Drawn(samples, smooth, draw(st.sampled_from(["drawn", "x^2"])), kept, (), draw(st.booleans()))


def paintings() -> st.SearchStrategy[Painted]:
    values = st.sampled_from([0.0, -0.0, 1 / 3, 5e-324, 1e300])
    return st.builds(Painted, vectors((SIDE, SIDE), values), st.sampled_from(["", "x1*x2", "sin(π·x1)"]))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    function = draw(functions())
    data = draw(st.sampled_from([DataSpec(), DataSpec("gaussians", rows=20, classes=3), DataSpec("function")]))
    if draw(st.booleans()):
        data = DataSpec(TABLE, table=draw(tables()))
    config = draw(configs())
    document = replace(new_document(), data=data, training=config, function=function)
    hidden = tuple(draw(st.lists(st.builds(Hidden, st.integers(1, 4)), max_size=2)))
    network = fitted(Network(hidden=hidden), dataset_of(document), None)
    state = draw(states(network.size, config)) if draw(st.booleans()) else fresh_state(network, config)
    workspace = draw(st.sampled_from(["lab", "universality"]))
    unit, more = draw(st.sampled_from([None, (-1, 0), (1, 2)])), draw(st.sampled_from([(), ("data",)]))
    inputs, plane_width = draw(st.integers(1, 2)), draw(st.integers(1, 256))
    view = ViewSpec(workspace, unit=unit, inputs=inputs, plane_width=plane_width, more=more)
    results = draw(sweeps(function)) if draw(st.booleans()) else None
    painted = draw(st.sampled_from([preset("ring"), document.painted]) | paintings())
    return replace(document, network=network, state=state, view=view, results=results, painted=painted)
