"""The main job, as a student does it, in a real window: build, train, see, draw, take the weights away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from mlpviz.data.realise import realise
from mlpviz.data.spec import DataSpec
from tests.e2e.desktop import Desktop, python
from tests.e2e.robot import Robot


@pytest.fixture
def robot(desktop: Desktop, tmp_path: Path) -> Iterator[Robot]:
    process = desktop.launch([python(), "-m", "mlpviz"], MLPVIZ_STATE_DIR=str(tmp_path / "state"))
    yield Robot(desktop, process)
    process.kill()
    process.wait(10)


def number(text: str) -> float:
    """A number as the window shows it."""
    return float(text.replace("\u202f", "").replace(",", "").replace("−", "-").rstrip("%"))


def loss(robot: Robot) -> float:
    return number(robot.text("Training loss", "text"))


def loss_of_file(path: Path, X: np.ndarray, y: np.ndarray) -> float:
    """L of an exported tanh net with a logistic output, computed from the file's arrays alone."""
    arrays, h = load_file(path), X
    layers = sorted({int(name.split(".")[0]) for name in arrays})
    for layer in layers:
        h = h @ arrays[f"{layer}.weight"].T + arrays[f"{layer}.bias"]
        h = np.tanh(h) if layer != layers[-1] else h
    return float(np.mean(np.log1p(np.exp(-y * h[:, 0]))))


def test_the_main_job(robot: Robot, tmp_path: Path) -> None:
    # Choose data, add a layer, widen it.
    robot.choose("Data set", "moons")
    robot.click("Add hidden layer")
    robot.find("Width of hidden layer 3", "spin box")
    robot.set_value("Width of hidden layer 3", 5, "spin box")
    robot.wait_until(lambda: robot.value("Width of hidden layer 3", "spin box") == 5, what="the new width")
    # Train until the loss has halved; pause.
    robot.wait_until(lambda: robot.text("Training loss", "text") not in ("–", ""), what="the untrained loss")
    start = loss(robot)
    robot.click("Train")
    robot.wait_until(lambda: loss(robot) < start / 2, timeout=30, what="half the loss")
    robot.click("Train")
    robot.wait_until(lambda: not robot.checked("Train"), what="the pause")
    paused = loss(robot)
    assert paused < start / 2
    # Type a weight; the loss follows; undo brings it back.
    robot.click("Weights tab", "page tab")
    cell = robot.wait_until(
        lambda: next((each.name for each in robot.see() if each.name.startswith("W⁽¹⁾₁₁ =")), None), what="a weight"
    )
    robot.double_click(cell, "cell")
    robot.key("ctrl+a")
    robot.type("-9")
    robot.key("Return")
    robot.find("W⁽¹⁾₁₁ = −9", "cell")
    robot.wait_until(lambda: loss(robot) != paused, what="another loss after the weight was typed")
    robot.key("ctrl+z")
    robot.wait_until(lambda: loss(robot) == paused, what="the loss from before")
    robot.find(cell, "cell")
    # Draw a function and sweep.
    robot.click("Universality", "page tab")
    left, top, width, height = robot.place("Function")
    path = [(0.2 + 0.6 * t, 0.5 + 0.25 * np.sin(9 * t)) for t in np.linspace(0, 1, 30)]
    before = robot.description("Function")
    robot.drag([(left + width * x, top + height * y) for x, y in path])
    robot.wait_until(lambda: robot.description("Function") != before, what="the drawn function")
    robot.click("Sweep")
    robot.wait_until(lambda: robot.checked("Sweep"), what="the sweep")
    empty = robot.description("Error against width")
    robot.wait_until(
        lambda: robot.description("Error against width") != empty, timeout=60, what="the first net's error"
    )
    robot.click("Sweep")
    robot.wait_until(lambda: not robot.checked("Sweep"), what="the end of the sweep")
    # Export; the file gives the loss that the window shows.
    robot.click("Lab", "page tab")
    shown = loss(robot)
    exported = tmp_path / "net.safetensors"
    robot.key("ctrl+e")
    robot.find("Export weights", "dialog")
    robot.key("ctrl+a")
    robot.type(str(exported))
    robot.key("Return")
    robot.wait_until(exported.exists, what="the exported file")
    data = realise(DataSpec("moons"))
    y = data.targets("logistic")[data.train, 0]
    assert loss_of_file(exported, data.X[data.train], y) == pytest.approx(shown, abs=6e-5)
