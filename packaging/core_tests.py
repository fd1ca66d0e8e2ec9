"""Runs the core's tests in an environment of its own that has no Qt: what they import cannot need it.

python3 packaging/core_tests.py [ARGUMENTS OF pytest …]
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from bootstrap import ROOT, Environment, become
from system import Trouble, called, say

# Not in that environment: Qt, and the tools that need it or that only look at source text.
LEFT_OUT = {"pyqt6", "pyqtgraph", "pytest-qt", "jeepney", "ruff", "mypy", "import-linter"}
PART = "core"


class CoreEnvironment(Environment):
    """.venv-core: mlpviz without the libraries of its windows."""

    def __init__(self) -> None:
        super().__init__(ROOT / ".venv-core", key=Path(__file__).read_text("utf-8"))

    def add(self, part: str) -> None:
        """Install what the core and its tests use, then mlpviz itself without its dependencies."""
        say(f"installing the {part} without Qt into {self.folder.name}")
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
        self.pip("hatchling", "editables", *[each for each in wanted if name_of(each) not in LEFT_OUT])
        self.pip("--no-build-isolation", "--no-deps", "--editable", str(ROOT))


def name_of(requirement: str) -> str:
    """The package's name in a requirement: "PyQt6>=6.7" → "pyqt6"."""
    return requirement.partition(">")[0].partition("=")[0].strip().lower()


def main(arguments: list[str]) -> int:
    """Set the environment up, make sure that Qt is out of reach, become pytest."""
    environment = CoreEnvironment()
    try:
        environment.ensure([PART])
    except (Trouble, OSError) as trouble:
        print(f"core tests: {trouble}", file=sys.stderr)
        return 1
    for module in ("PyQt6", "pyqtgraph"):
        if called([environment.python, "-c", f"import {module}"]).returncode == 0:
            print(f"core tests: {module} can be imported in {environment.folder}; delete it and retry", file=sys.stderr)
            return 1
    # pytest-qt is not there, so its settings in pyproject.toml are unknown: no strictness about settings here.
    pytest = ["-m", "pytest", "-o", "addopts=-ra --strict-markers --import-mode=importlib"]
    return become([environment.python, *pytest, "-W", "ignore::pytest.PytestConfigWarning", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
