"""Every net that the Universality page shows, read back from its file by other people's readers and measured there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from mlpviz.data.painted import points
from mlpviz.data.painted import preset as plane_preset
from mlpviz.data.strokes import grid, preset, smoothed
from mlpviz.document.document import SweepPoint
from mlpviz.experiments.deriving import derive
from mlpviz.experiments.planed import derive_plane
from mlpviz.files import weights
from mlpviz.nn.layout import Array
from mlpviz.universality.minlink import limits
from mlpviz.universality.target import plane_network, sweep_network
from tests.optional import needs_runtime

FINE = np.linspace(0.0, 1.0, 511 * 64 + 1)
WIDTHS = (1, 2, 8, 32)
NUMPY = {
    "relu": lambda t: np.maximum(t, 0),
    "leaky_relu": lambda t: np.where(t > 0, t, 0.01 * t),
    "tanh": np.tanh,
    "sigmoid": lambda t: 0.5 + 0.5 * np.tanh(t / 2),
    "sin": np.sin,
    "square": lambda t: t * t,
    "cube": lambda t: t**3,
    "formula:t*exp(-t*t)": lambda t: t * np.exp(-t * t),
}


def by_numpy(path: Path, activation: str, x: Array) -> Array:
    """ŷ at places (n, inputs), of a two-layer net in a .safetensors file, by four lines of NumPy."""
    tensors = load_file(path)
    (first, c), (second, b) = ((tensors[f"{k}.weight"], tensors[f"{k}.bias"]) for k in (0, 2))
    y: Array = NUMPY[activation](x @ first.T + c) @ second.T + b
    return y[:, 0]


def measured(path: Path, point: SweepPoint, g: Array) -> tuple[float, float]:
    """Largest error on the samples, 63 places between each two, and the kinks; RMS on the samples."""
    tensors = load_file(path)
    u, c = tensors["0.weight"][:, 0], tensors["0.bias"]
    with np.errstate(all="ignore"):
        kinks = -c / u
    x = np.union1d(FINE, kinks[(kinks > 0) & (kinks < 1)])
    error = by_numpy(path, point.activation, x[:, None]) - np.interp(x, grid(), g)
    there = by_numpy(path, point.activation, grid()[:, None]) - g
    return float(np.max(np.abs(error))), float(np.sqrt(np.mean(there**2)))


@pytest.mark.parametrize("activation", NUMPY)
def test_every_net_shown_for_one_input(activation: str, tmp_path: Path) -> None:
    g = smoothed(preset("hills"))
    *_, known = derive(preset("hills"), activation, WIDTHS, 8)
    assert known.complete
    lim = dict(zip(WIDTHS, limits(g, WIDTHS), strict=True))
    assert {point.method for point in known.points} >= {"constructed", "random", "steps", "square", "cube"}
    for point in known.points:
        path = tmp_path / "net.safetensors"
        weights.write(path, sweep_network(point.width, point.activation), point.theta)
        sup, rms = measured(path, point, g)
        span = float(np.ptp(g))
        assert sup == pytest.approx(point.sup, rel=2e-3, abs=1e-9 * span), (point.width, point.method)
        assert rms == pytest.approx(point.rms, rel=1e-6, abs=1e-9 * span)
        if point.activation in ("relu", "leaky_relu"):
            assert sup >= lim[point.width] * (1 - 1e-9)


@needs_runtime
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "sin"])
def test_by_onnxruntime(activation: str, tmp_path: Path) -> None:
    import onnxruntime

    g = smoothed(preset("chirp"))
    *_, known = derive(preset("chirp"), activation, WIDTHS, 8)
    for point in known.points:
        if point.method == "constructed":
            path = tmp_path / f"{point.width}.onnx"
            weights.write(path, sweep_network(point.width, activation), point.theta)
            session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
            kind = np.float64 if session.get_inputs()[0].type == "tensor(double)" else np.float32
            (y,) = session.run(["output"], {"x": grid()[:, None].astype(kind)})
            error = y[:, 0] - g
            assert float(np.sqrt(np.mean(error**2))) == pytest.approx(point.rms, rel=1e-3, abs=1e-6)
            assert float(np.max(np.abs(error))) <= point.sup * (1 + 1e-3) + 1e-5


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "sin"])
def test_every_net_shown_for_two_inputs(activation: str, tmp_path: Path) -> None:
    painted = plane_preset("ring")
    *_, known = derive_plane(painted, activation, WIDTHS)
    assert known.complete
    for net in known.nets:
        path = tmp_path / "net.safetensors"
        weights.write(path, plane_network(net.width, activation), net.theta)
        error = by_numpy(path, activation, points()) - painted.samples.ravel()
        assert float(np.sqrt(np.mean(error**2))) == pytest.approx(net.rms, rel=1e-6, abs=1e-9)
        assert float(np.max(np.abs(error))) <= net.sup * (1 + 1e-9)
