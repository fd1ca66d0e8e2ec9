"""The set-up script: what it decides, and how it survives interruptions. Nothing is installed here."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS_OF_PYTHON = {"pip", "setuptools", "wheel", "mlpviz"}


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ModuleType, ModuleType]]:
    """The modules bootstrap and system, as the script itself imports them."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import bootstrap  # type: ignore[import-not-found]
    import system  # type: ignore[import-not-found]

    yield bootstrap, system
    for name in ("bootstrap", "system"):
        sys.modules.pop(name, None)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    """Package → version, as constraints.txt says."""
    lines = (ROOT / "packaging" / "constraints.txt").read_text("utf-8").splitlines()
    pairs = [line.partition("==") for line in lines if line and not line.startswith("#")]
    return {canonical(name): version for name, _, version in pairs}


def test_everything_installed_is_pinned_to_the_version_that_is_there() -> None:
    installed = {canonical(each.name): each.version for each in importlib.metadata.distributions()}
    ours = {name: version for name, version in installed.items() if name not in TOOLS_OF_PYTHON}
    assert ours.items() <= pins().items(), f"not pinned so: {sorted(ours.items() - pins().items())}"


def test_every_direct_dependency_is_pinned() -> None:
    wanted = importlib.metadata.requires("mlpviz") or []
    assert {canonical(re.split(r"[<>=; ]", each)[0]) for each in wanted} <= set(pins())


@pytest.mark.parametrize(
    ("arguments", "display", "needed"),
    [
        ([], "", False),
        ([], ":1", True),
        (["work.mlpviz"], ":1", True),
        (["train", "--data", "xor"], ":1", False),
        (["sweep", "--function", "hills"], ":1", False),
        (["--help"], ":1", False),
        (["bench", "--quick"], ":1", False),
        (["bench", "--gui"], "", True),
        (["figure", "a.mlpviz"], "", True),
    ],
)
def test_qts_libraries_are_wanted_only_where_qt_draws(
    tools: tuple[ModuleType, ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    display: str,
    needed: bool,
) -> None:
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setattr(sys, "platform", "linux")
    assert tools[0].draws(arguments) is needed


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libfontconfig.so.1", "libfontconfig1"),
        ("libGL.so.1", "libgl1"),
        ("libX11.so.6", "libx11-6"),
    ],
)
def test_a_librarys_package_goes_by_debians_rule(
    tools: tuple[ModuleType, ModuleType], library: str, package: str
) -> None:
    assert tools[1].package_of(library) == package


class Recorded:
    """An Environment whose parts are only noted, not installed."""

    def __init__(self, bootstrap: ModuleType, folder: Path, break_at: str = "") -> None:
        self.done: list[str] = []

        class Fake(bootstrap.Environment):  # type: ignore[misc, name-defined]
            def _create(fake) -> None:
                self.done.append("create")
                fake.python.parent.mkdir(parents=True, exist_ok=True)
                fake.python.write_text("#!/bin/sh\n")
                fake.python.chmod(0o755)

            def add(fake, part: str) -> None:
                if part == break_at:
                    raise KeyboardInterrupt
                self.done.append(part)

        self.environment = Fake(folder)


def test_a_finished_set_up_is_left_alone(tools: tuple[ModuleType, ModuleType], tmp_path: Path) -> None:
    first = Recorded(tools[0], tmp_path / "venv")
    first.environment.ensure(["mlpviz", "test tools"])
    assert first.done == ["create", "mlpviz", "test tools"]
    second = Recorded(tools[0], tmp_path / "venv")
    second.environment.ensure(["mlpviz"])
    assert second.done == []
    second.environment.ensure(["mlpviz", "window libraries"])
    assert second.done == ["window libraries"]


def test_an_interrupted_set_up_begins_afresh(tools: tuple[ModuleType, ModuleType], tmp_path: Path) -> None:
    broken = Recorded(tools[0], tmp_path / "venv", break_at="test tools")
    with pytest.raises(KeyboardInterrupt):
        broken.environment.ensure(["mlpviz", "test tools"])
    assert broken.done == ["create", "mlpviz"]
    repaired = Recorded(tools[0], tmp_path / "venv")
    repaired.environment.ensure(["mlpviz", "test tools"])
    assert repaired.done == ["create", "mlpviz", "test tools"]


@pytest.mark.parametrize("damage", ["", "{", '{"place": 1}', "[]"])
def test_a_stamp_that_makes_no_sense_counts_as_none(
    tools: tuple[ModuleType, ModuleType], tmp_path: Path, damage: str
) -> None:
    Recorded(tools[0], tmp_path / "venv").environment.ensure(["mlpviz"])
    (tmp_path / "venv" / "mlpviz-set-up.json").write_text(damage)
    again = Recorded(tools[0], tmp_path / "venv")
    again.environment.ensure(["mlpviz"])
    assert again.done == ["create", "mlpviz"]


def test_changed_requirements_are_installed_into_what_is_there(
    tools: tuple[ModuleType, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("a==1\n")
    monkeypatch.setattr(tools[0], "CONSTRAINTS", constraints)
    Recorded(tools[0], tmp_path / "venv").environment.ensure(["mlpviz"])
    constraints.write_text("a==2\n")
    again = Recorded(tools[0], tmp_path / "venv")
    again.environment.ensure(["mlpviz"])
    assert again.done == ["mlpviz"]


def bootstrap_says(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "packaging" / "bootstrap.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def test_it_explains_itself() -> None:
    asked = bootstrap_says("--help")
    assert (asked.returncode, "bootstrap.py run" in asked.stdout) == (0, True)
    wrong = bootstrap_says("runn")
    assert (wrong.returncode, wrong.stdout, "bootstrap.py test" in wrong.stderr) == (2, "", True)


def test_an_old_python_is_told_so(
    tools: tuple[ModuleType, ModuleType], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert tools[0].main(["run"]) == 1
    said = capsys.readouterr().err
    assert "mlpviz needs Python 3.11 or newer" in said
    assert "Traceback" not in said


def test_without_root_the_exact_command_is_told(
    tools: tuple[ModuleType, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    system = tools[1]
    monkeypatch.setattr(system, "as_root", lambda: None)
    with pytest.raises(system.Trouble, match="sudo apt-get install libxcb-cursor0 libgl1"):
        system.install(["libxcb-cursor0", "libgl1"], "Qt's windows")


def test_the_ci_script_is_bash_that_can_be_run() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", script], capture_output=True).returncode == 0
