"""The harness itself, on a small window with one of each control."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.desktop import Desktop, python
from tests.e2e.robot import Robot

DEMO = Path(__file__).with_name("demo.py")


@pytest.fixture
def robot(desktop: Desktop) -> Iterator[Robot]:
    process = desktop.launch([python(), DEMO])
    yield Robot(desktop, process)
    process.terminate()
    process.wait(10)


def test_what_shows_is_seen_by_name(robot: Robot) -> None:
    names = robot.names()
    for name in (
        "check box: Go",
        "spin box: Width",
        "label: Kind",
        "combo box: choice 0",
        "label: Said",
        "menu item: File",
    ):
        assert name in names, names


def test_mouse_and_keyboard_reach_each_control(robot: Robot, tmp_path: Path) -> None:
    robot.click("Go")
    robot.find("Said gone")
    assert robot.checked("Go")
    robot.set_value("Width", 42, "spin box")
    robot.find("Said width 42")
    assert robot.value("Width", "spin box") == 42
    robot.choose("Kind", "choice 5")
    robot.find("Said choice 5")
    robot.choose_menu("File", "Export…")
    robot.find("Said exported")
    robot.double_click("cell 11", "cell")
    robot.key("ctrl+a")
    robot.type("1/3")
    robot.key("Return")
    robot.find("Said cell 1/3")
    left, top, _, height = robot.place("Sheet")
    robot.drag([(left + 10 + 10 * step, top + height / 2 + step) for step in range(20)])
    robot.wait_until(lambda: robot.description("Sheet").endswith(" to 200"), what="the stroke")
    picture = robot.screenshot(tmp_path / "demo.png")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_assistive_technology_presses_without_a_mouse(robot: Robot) -> None:
    assert robot.press("Go")
    robot.find("Said gone")


def test_what_is_not_there_is_told_with_what_is(robot: Robot) -> None:
    with pytest.raises(AssertionError, match=r"waited 0\.2 s in vain for a thing named 'Stop'.*check box: Go"):
        robot.find("Stop", timeout=0.2)
