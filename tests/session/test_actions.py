"""Random sequences of what a user can do: never an exception, and undo leads back through equal documents."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from PyQt6.QtWidgets import QApplication

from mlpviz.data.strokes import PRESETS as FUNCTIONS
from mlpviz.data.strokes import preset
from mlpviz.document import edits
from mlpviz.document.document import Document, same
from mlpviz.document.locking import set_locked
from mlpviz.document.presets import PRESETS
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.initialisation import INITIALISATIONS
from mlpviz.nn.locks import Lock, check_locks, fits
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.session import Session
from mlpviz.views.lab.data_more import set_patience
from mlpviz.views.lab.training_panel import set_optimizer

Action = tuple[str, Callable[[Session], object]]
MADE = ["xor", "noisy-xor", "circle", "moons", "spiral", "gaussians", "plane", "waves", "iris", "function"]


def edit(name: str, change: Callable[[Document], edits.Edited | Document], merge: str | None = None) -> Action:
    return name, lambda session: session.edit(name, change, merge)


def layer_edit(name: str, change: Callable[[Document, int], edits.Edited], layer: int) -> Action:
    """An edit of a layer that may no longer exist: then it is what a late click does, nothing."""
    return edit(name, lambda d: change(d, layer) if layer < len(d.network.hidden) else d)


layers = st.integers(0, 4)
SETTINGS: list[dict[str, object]] = [
    {"schedule": "step", "schedule_period": 2},
    {"schedule": "cosine", "warmup": 2},
    {"schedule_factor": 0.0},
    {"clip": 0.5},
    {"dropout": 0.3},
    {"clip": 0.0, "dropout": 0.0},
    {"patience": 1},
    {"patience": None},
    {"class_weights": "balanced"},
    {"l1": 0.01, "l2": 0.1},
    {"shuffle": False},
]
FEATURES = [
    ("x1",),
    ("x1", "x1^2"),
    ("x2", "x1*x2", "sin(x1)"),
    ("1/x1",),
    ("x1", "x1"),
    (),
    ("x9",),
    ("exp(40*x1)", "x1"),
]
LOCKS = [(Lock(0),), (Lock(0, 0), Lock(1, 0, 1)), (Lock(7),), (Lock(0), Lock(1), Lock(2))]


def lock(document: Document, parts: tuple[Lock, ...], on: bool) -> edits.Edited:
    return set_locked(document, [part for part in parts if fits(part, document.network.sizes)], on)


ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(lambda i: edit("add", lambda d: edits.add_hidden_layer(d, min(i, len(d.network.hidden)))), layers),
    st.builds(lambda i: layer_edit("remove", edits.remove_hidden_layer, i), layers),
    st.builds(lambda i: layer_edit("move", lambda d, at: edits.move_hidden_layer(d, at, 0), i), layers),
    st.builds(
        lambda i, w: layer_edit("width", lambda d, at: edits.set_width(d, at, w), i),
        layers,
        st.sampled_from([0, 1, 2, 3, 9, 2000]),
    ),
    st.builds(
        lambda i, a: layer_edit("activation", lambda d, at: edits.set_activation(d, at, a), i),
        layers,
        st.sampled_from([*ACTIVATIONS, "nonsense", "formula:t*exp(-t*t)", "formula:1/t"]),
    ),
    st.builds(lambda v: edit("settings", lambda d: edits.set_training(d, **v)), st.sampled_from(SETTINGS)),
    st.builds(lambda v: edit("patience", lambda d: set_patience(d, v), "patience"), st.sampled_from([0, 1, 3])),
    st.builds(lambda v: edit("L-BFGS", lambda d: set_optimizer(d, v)), st.sampled_from([*OPTIMIZERS])),
    st.builds(lambda v: edit("held out", lambda d: edits.set_data(d, validation=v)), st.sampled_from([0.0, 0.3, 2.0])),
    st.builds(lambda v: edit("features", lambda d: edits.set_features(d, v)), st.sampled_from(FEATURES)),
    st.builds(lambda v: edit("standardise", lambda d: edits.set_standardise(d, v)), st.booleans()),
    st.builds(
        lambda v: edit("output", lambda d: edits.set_output_activation(d, v)),
        st.sampled_from(["identity", "tanh", "nonsense"]),
    ),
    st.builds(lambda v, on: edit("lock", lambda d: lock(d, v, on)), st.sampled_from(LOCKS), st.booleans()),
    st.builds(lambda v: edit("locks", lambda d: edits.set_training(d, locked=v)), st.sampled_from(LOCKS)),
    st.builds(lambda n: edit("data", lambda d: edits.set_data(d, name=n)), st.sampled_from([*MADE, "nonsense"])),
    st.builds(
        lambda v: edit("noise", lambda d: edits.set_data(d, noise=v), "noise"), st.sampled_from([0.0, 0.2, 1.0, 2.0])
    ),
    st.builds(lambda v: edit("rows", lambda d: edits.set_data(d, rows=v), "rows"), st.sampled_from([1, 2, 3, 40])),
    st.builds(lambda v: edit("ratio", lambda d: edits.set_data(d, train_ratio=v)), st.sampled_from([0.0, 0.1, 1.0])),
    st.builds(lambda v: edit("classes", lambda d: edits.set_data(d, classes=v)), st.integers(1, 7)),
    st.builds(lambda v: edit("loss", lambda d: edits.set_loss(d, v)), st.sampled_from([*LOSSES, "nonsense"])),
    st.builds(
        lambda v: edit("optimizer", lambda d: edits.set_training(d, optimizer=v)), st.sampled_from([*OPTIMIZERS])
    ),
    st.builds(
        lambda v: edit("rate", lambda d: edits.set_training(d, learning_rate=v)), st.sampled_from([0.0, 0.01, 1e3])
    ),
    st.builds(
        lambda v: edit("batch", lambda d: edits.set_training(d, batch_size=v)), st.sampled_from([None, 1, 7, 10**6])
    ),
    st.builds(lambda v: edit("seed", lambda d: edits.set_training(d, seed=v)), st.integers(-1, 5)),
    st.builds(lambda v: edit("init", lambda d: edits.set_training(d, init=v)), st.sampled_from([*INITIALISATIONS])),
    st.builds(
        lambda v: edit("weight", lambda d: edits.set_parameter(d, 0, 0, 0, v)), st.sampled_from([1 / 3, -2.0, 1e308])
    ),
    st.builds(lambda v: edit("preset", PRESETS[v].apply), st.sampled_from([*PRESETS])),
    st.builds(lambda v: edit("draw", lambda d: edits.set_function(d, preset(v))), st.sampled_from([*FUNCTIONS])),
    st.sampled_from(
        [
            ("train", Session.train),
            ("pause", Session.pause),
            ("step", Session.step),
            ("step epoch", Session.step_epoch),
            ("reset", Session.reset),
            ("undo", Session.undo),
            ("redo", Session.redo),
            ("look", lambda s: s.look(unit=(3, 5), layer=7, row=10**6)),
            ("frame", lambda s: QApplication.processEvents()),
        ]
    ),
)


@settings(deadline=None, max_examples=2000)
@given(st.lists(ACTIONS, max_size=12))
def test_no_sequence_of_actions_breaks_the_session(qapp: QApplication, actions: list[Action]) -> None:
    session = Session()
    try:
        session.edit("small", lambda d: edits.set_data(d, rows=20))
        for _, act in actions:
            act(session)
            document = session.document
            assert document.state.theta.shape == (document.network.size,)
            assert document.network.inputs == session.dataset.inputs
            assert document.network.outputs == session.dataset.outputs(document.network.loss)
            assert document.training.patience is None or len(session.dataset.validation)
            check_locks(document.training.locked, document.network.sizes)
        session.halt()
        after = session.document
        undone = 0
        while session.undo_text is not None:
            session.undo()
            undone += 1
        assert same(session.document.state, edits.new_document().state) or undone >= 1
        assert same(session.document.data, edits.new_document().data)
        for _ in range(undone):
            session.redo()
        assert same(session.document, after)
    finally:
        session.close()
    assert not session.pictures.isRunning()
