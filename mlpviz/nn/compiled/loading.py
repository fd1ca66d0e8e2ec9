"""Whether compiled kernels can be had, and having them: from the cache on the disk, or compiled once.

The cache lies in a folder of the user's whose name changes with anything that the kernels depend on: a finished one
never changes. It is written under another name and moved there as a whole, with a list of what is in it, so that a
damaged one is recognised and several processes may compile at once. Numba itself is imported by `load` alone.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib
import os
import shutil
import sys
import tempfile
import time
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

COMPLETE = "complete"
BUILDING = "building-"
_PACKAGES = ("numba", "llvmlite", "numpy")
# Modules that compile when they are imported; the folders beside `nn` whose sources theirs are.
_KERNELS = ("mlpviz.nn.compiled.kernel", "mlpviz.universality.compiled")
_OTHER_SOURCES = ("universality",)
_ABANDONED_SECONDS = 30 * 86_400
_lock = Lock()
_state: dict[str, bool] = {}  # "loaded": whether the kernels are in this process


@cache
def available() -> bool:
    """Whether Numba is installed."""
    return find_spec("numba") is not None


def ready() -> bool:
    """Whether kernels can be had without compiling: they are loaded, or lie in the cache, undamaged."""
    if "loaded" in _state:
        return _state["loaded"]
    return available() and _intact(folder())


def loaded() -> bool:
    """Whether the kernels are in this process."""
    return _state.get("loaded", False)


def load() -> bool:
    """Have the kernels in this process, from the cache if they are there; returns whether they can be used."""
    with _lock:
        if "loaded" not in _state:
            _state["loaded"] = available() and (_from_cache() or _compiled())
        return _state["loaded"]


def _from_cache() -> bool:
    return _intact(folder()) and _imported(folder())


def _compiled() -> bool:
    """Compile into a folder of this process's own, and make it the cache."""
    place, kept = _new_folder()
    done = False
    try:
        done = _imported(place)
    finally:
        if not done:  # an interruption leaves nothing behind either
            shutil.rmtree(place, ignore_errors=True)
    if not done:
        return False
    if kept:
        _publish(place)
    return True


def _imported(place: Path) -> bool:
    """Import the kernels with this folder as Numba's cache; whatever is not in it is compiled into it."""
    try:
        config = importlib.import_module("numba").config
        before, config.CACHE_DIR = config.CACHE_DIR, str(place)
        try:
            for kernel in _KERNELS:
                importlib.import_module(kernel)
        finally:
            config.CACHE_DIR = before
    except Exception:  # whatever a broken installation or cache may raise: NumPy trains as well
        return False
    return True


def _new_folder() -> tuple[Path, bool]:
    """An empty folder, and whether it can become the cache; where that cannot be written, a temporary one."""
    home = folder().parent
    try:
        home.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=BUILDING, dir=home)), True
    except OSError:
        place = Path(tempfile.mkdtemp(prefix="mlpviz-kernels-"))
        atexit.register(partial(shutil.rmtree, place, ignore_errors=True))
        return place, False


def _publish(place: Path) -> None:
    """List what the folder holds, move it to its final name, and remove those of other versions."""
    target = folder()
    try:
        (place / COMPLETE).write_text(_listed(place), encoding="utf-8")
        if not _intact(target):
            shutil.rmtree(target, ignore_errors=True)
            place.rename(target)
    except OSError:
        pass  # another process was first, or the disk is full: the kernels are in memory all the same
    for other in target.parent.glob("*"):
        # Those of other checkouts and versions may be in use still.
        if other == place or (other != target and _abandoned(other)):
            shutil.rmtree(other, ignore_errors=True)


def _abandoned(place: Path) -> bool:
    try:
        return time.time() - place.stat().st_mtime > _ABANDONED_SECONDS
    except OSError:
        return False


def _listed(place: Path) -> str:
    """Every file in the folder with the hash of its content, one a line."""
    files = sorted(path for path in place.rglob("*.nb*") if path.is_file())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.relative_to(place).as_posix()}" for path in files]
    return "\n".join(lines)


def _intact(place: Path) -> bool:
    """Whether the folder holds what it held when it was finished."""
    try:
        listed = (place / COMPLETE).read_text(encoding="utf-8")
        return bool(listed) and listed == _listed(place)
    except (OSError, UnicodeDecodeError):
        return False


@cache
def folder() -> Path:
    """Where the cache for these sources, libraries, this Python and this processor lies."""
    digest = hashlib.sha256(f"{sys.version} {sys.platform} {_processor()}".encode())
    for package in _PACKAGES:
        try:
            digest.update(f"{package} {version(package)}".encode())
        except PackageNotFoundError:
            digest.update(package.encode())
    here = Path(__file__).parent
    others = [here.parents[1] / name for name in _OTHER_SOURCES]
    for source in sorted(path for place in (here, here.parent, *others) for path in place.glob("*.py")):
        digest.update(source.read_bytes())
    # Numba looks at the times of files as well, and takes nothing from a cache that is of another time.
    for file in (here / "kernel.py", *(place / "tube.py" for place in others)):
        times = file.stat()
        digest.update(f"{here} {times.st_mtime_ns} {times.st_size}".encode())
    return _home() / "mlpviz" / f"kernels-{digest.hexdigest()[:16]}"


def _processor() -> str:
    """The processor's name and abilities, for which the kernels are compiled."""
    try:
        binding = importlib.import_module("llvmlite.binding")
        return f"{binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}"
    except (ImportError, OSError, RuntimeError):
        return ""


def _home() -> Path:
    """The user's folder for caches; where there is no home, one that cannot be written."""
    try:
        if os.name == "nt":
            return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches"
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return Path(os.devnull)
