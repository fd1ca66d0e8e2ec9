"""Finds `resources/` in a checkout, an editable install, a wheel and a frozen bundle."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def resources() -> Path:
    """The folder of icons, fonts, example data and presets; FileNotFoundError when the installation is broken."""
    package = Path(__file__).resolve().parent
    for folder in (package / "resources", package.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("mlpviz's resources folder is missing; install mlpviz again")
