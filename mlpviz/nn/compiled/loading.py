"""Whether compiled kernels can be had, and having them: from the cache on the disk, or compiled once.

The cache lies in a folder of the user's whose name changes with anything that the kernels depend on. Numba itself is
imported only by `warm` and `load`.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import sys
import tempfile
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

COMPLETE = "complete"
_PACKAGES = ("numba", "llvmlite", "numpy")
_lock = Lock()
_state: dict[str, bool] = {}  # "loaded": whether the kernels are in this process


@cache
def available() -> bool:
    """Whether Numba is installed."""
    return find_spec("numba") is not None


def ready() -> bool:
    """Whether kernels can be had without compiling: they are loaded, or lie in the cache."""
    if "loaded" in _state:
        return _state["loaded"]
    return available() and (folder() / COMPLETE).is_file()


def load() -> bool:
    """Have the kernels in this process, from the cache if they are there; returns whether they can be used."""
    with _lock:
        if "loaded" not in _state:
            _state["loaded"] = available() and (_tried() or _tried(afresh=True))
        return _state["loaded"]


def _tried(afresh: bool = False) -> bool:
    """Compile or load everything once; `afresh`: without what lies in the cache, which may be damaged."""
    place = _usable(folder(), afresh)
    # Numba reads this when it is imported; who says otherwise in the environment is heard.
    if "numba" not in sys.modules:
        os.environ.setdefault("NUMBA_CACHE_DIR", str(place))
    elif afresh:
        importlib.import_module("numba").config.CACHE_DIR = str(place)
        for name in [name for name in sys.modules if name.startswith("mlpviz.nn.compiled.")]:
            if name != __name__:
                del sys.modules[name]
    try:
        importlib.import_module("mlpviz.nn.compiled.trial").run()
    except Exception:  # whatever a damaged cache or a broken installation may raise: NumPy trains as well
        return False
    if place == folder():
        _finish(place)
    return True


def _usable(place: Path, afresh: bool) -> Path:
    """The folder, made if need be; a temporary one where it cannot be written."""
    try:
        if afresh:
            shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return place
    except OSError:
        return Path(tempfile.mkdtemp(prefix="mlpviz-kernels-"))


def _finish(place: Path) -> None:
    """Mark the cache as complete, and remove those of other versions."""
    try:
        (place / COMPLETE).touch()
        for other in place.parent.glob("kernels-*"):
            if other != place:
                shutil.rmtree(other, ignore_errors=True)
    except OSError:
        return


@cache
def folder() -> Path:
    """Where the cache for these sources, libraries and this Python lies."""
    digest = hashlib.sha256(f"{sys.version} {sys.platform}".encode())
    for package in _PACKAGES:
        try:
            digest.update(f"{package} {version(package)}".encode())
        except PackageNotFoundError:
            digest.update(package.encode())
    here = Path(__file__).parent
    for source in sorted([*here.glob("*.py"), *here.parent.glob("*.py")]):
        digest.update(source.read_bytes())
    return _home() / "mlpviz" / f"kernels-{digest.hexdigest()[:16]}"


def _home() -> Path:
    """The user's folder for caches."""
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
