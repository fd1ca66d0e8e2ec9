"""What a student does in the first five minutes, in the real window, by accessible names, mouse and keyboard."""

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

LEARNING_S = 180.0


@pytest.fixture
def robot(desktop: Desktop, tmp_path: Path) -> Iterator[Robot]:
    """The running program; it ends by its own Quit, and every thread with it."""
    process = desktop.launch([python(), "-m", "mlpviz"], MLPVIZ_STATE_DIR=str(tmp_path / "state"), HOME=str(tmp_path))
    robot = Robot(desktop, process)
    yield robot
    if process.poll() is None:
        process.terminate()
        process.wait(10)


def loss(robot: Robot) -> float:
    """The training loss as the window shows it."""
    return float(robot.text("Training loss"))


@pytest.mark.timeout(900)
def test_build_train_draw_sweep_export(robot: Robot, tmp_path: Path) -> None:
    build(robot)
    train(robot)
    type_a_weight_and_take_it_back(robot)
    robot.click("Universality", "page tab")
    draw(robot)
    sweep(robot)
    robot.click("Lab", "page tab")
    shown = loss(robot)
    path = export(robot, tmp_path / "moons.safetensors")
    assert loss_by_hand(path) == pytest.approx(shown, abs=6e-5)
    quit_without_saving(robot)


def build(robot: Robot) -> None:
    """Choose the moons, add a third hidden layer, make it five units wide."""
    robot.choose("Data set", "moons")
    robot.wait_until(lambda: robot.checked("Use moons"), what="the moons")
    robot.click("Add hidden layer", "push button")
    robot.set_value("Width of hidden layer 3", 5, "spin box")
    robot.wait_until(lambda: robot.value("Width of hidden layer 3", "spin box") == 5, what="the width of 5")
    robot.find("2–4–2–5–1 · 43 parameters")


def train(robot: Robot) -> None:
    """Train until the loss is half of what it was, then pause; nothing moves after that."""
    start = loss(robot)
    robot.click("Train")
    robot.wait_until(lambda: robot.checked("Train"), what="training")
    robot.wait_until(lambda: loss(robot) < start / 2, LEARNING_S, what=f"half the loss of {start}")
    robot.click("Train")
    robot.wait_until(lambda: not robot.checked("Train"), what="the pause")
    epochs = robot.text("Epoch")
    assert epochs != "0"
    assert loss(robot) < start / 2
    assert robot.text("Epoch") == epochs


def type_a_weight_and_take_it_back(robot: Robot) -> None:
    """Type a fraction over the first weight: the loss follows; undo brings both back."""
    robot.click("Weights tab", "page tab")
    before, shown = robot.find_first("W⁽¹⁾₁₁ = ", "cell").name, robot.text("Training loss")
    robot.double_click(before, "cell")
    robot.key("ctrl+a")
    robot.type("-10/3")
    robot.key("Return")
    robot.find("W⁽¹⁾₁₁ = −3.333", "cell")
    robot.wait_until(lambda: robot.text("Training loss") != shown, what="another loss")
    robot.key("ctrl+z")
    robot.find(before, "cell")
    robot.wait_until(lambda: robot.text("Training loss") == shown, what=f"the loss of {shown} again")


def draw(robot: Robot) -> None:
    """Draw a zigzag over the whole plane with the mouse."""
    before = robot.description("Function")
    left, top, width, height = robot.place("Function")
    steps = np.linspace(0.12, 0.98, 60)  # right of the axis
    heights = 0.5 - 0.3 * np.abs(2 * (2 * steps % 1) - 1)
    robot.drag([(left + width * x, top + height * y) for x, y in zip(steps, heights, strict=True)])
    robot.wait_until(lambda: robot.description("Function") != before, what="the drawn function")


def sweep(robot: Robot) -> None:
    """Train the nets of 1, 2, 4, 8 and 16 units; each tells its error."""
    robot.choose("Largest width of the sweep", "16")
    robot.click("Sweep")
    robot.wait_until(lambda: robot.checked("Sweep"), what="the sweep")
    robot.wait_until(lambda: not robot.checked("Sweep"), LEARNING_S, what="the end of the sweep")
    for width in (1, 2, 4, 8, 16):
        assert any(digit in robot.description(f"Net of width {width}") for digit in "0123456789")


def export(robot: Robot, path: Path) -> Path:
    """Write the weights by the File menu."""
    robot.choose_menu("File", "Export weights…")
    robot.find("Export weights")
    robot.key("ctrl+a")
    robot.type(str(path))
    robot.key("Return")
    robot.wait_until(path.exists, what=f"{path.name}; there is: {robot.names()}")
    return path


def loss_by_hand(path: Path) -> float:
    """The mean logistic loss on the training rows, from the file alone, without mlpviz's engine."""
    tensors = load_file(path)
    names = sorted({int(name.partition(".")[0]) for name in tensors})
    layers = [(tensors[f"{name}.weight"], tensors[f"{name}.bias"]) for name in names]
    assert [weight.shape for weight, _ in layers] == [(4, 2), (2, 4), (5, 2), (1, 5)]
    data = realise(DataSpec("moons"))
    rows = data.X[data.train]
    for weight, bias in layers[:-1]:
        rows = np.tanh(rows @ weight.T + bias)
    weight, bias = layers[-1]
    margins = data.targets("logistic")[data.train] * (rows @ weight.T + bias)
    return float(np.log1p(np.exp(-margins)).mean())


def quit_without_saving(robot: Robot) -> None:
    """Quit, throwing the changes away: the process ends by itself, without complaint."""
    robot.choose_menu("File", "Quit")
    robot.find_first("Discard", "push button")
    robot.press(robot.find_first("Discard", "push button").name)
    robot.wait_until(lambda: robot.process.poll() is not None, what="the end of the program")
    assert robot.process.returncode == 0
    assert "Traceback" not in robot.desktop.log(python())
