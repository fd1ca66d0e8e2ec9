"""Sets mlpviz up in .venv and starts it, or its tests. Needs nothing but Python 3.11 or newer.

    python3 packaging/bootstrap.py run [ARGUMENTS OF mlpviz …]
    python3 packaging/bootstrap.py test [ARGUMENTS OF pytest …]

The first call installs (exact versions: constraints.txt); later ones find a stamp and start at once. An interrupted
set-up is repaired by the next call. To begin afresh, delete .venv.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from system import Trouble, add_libraries, called, command_for, debian, install, missing_programs, reasons, say

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
OLDEST = (3, 11)
# Commands of mlpviz that open no window; `figure` and `bench --gui` draw all the same.
HEADLESS = {"train", "export", "sweep", "datasets", "bench", "figure"}

# The parts of a set-up, in order of installation. A stamp in .venv tells which are there.
BASE, FAST, WINDOW, TESTS = "mlpviz", "compiled training", "window libraries", "test tools"


def main(arguments: Sequence[str]) -> int:
    """Set up what the call needs, then become mlpviz or pytest. Returns an exit code only when that fails."""
    if not arguments or arguments[0] not in {"run", "test"}:
        asked = bool(arguments) and arguments[0] in {"-h", "--help"}
        print((__doc__ or "").strip(), file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    mode, rest = arguments[0], list(arguments[1:])
    try:
        check_python()
        parts = [BASE, FAST] if mode == "run" else [BASE, FAST, TESTS]
        if mode == "test" or draws(rest):
            parts.append(WINDOW)
        environment = Environment(ROOT / ".venv")
        environment.ensure(parts)
        if mode == "test":
            os.chdir(ROOT)
            add_test_programs()
            return become([environment.python, "-m", "pytest", *rest])
        return become([environment.python, "-P", "-m", "mlpviz", *rest])
    except Trouble as trouble:
        print(f"mlpviz set-up: {trouble}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"mlpviz set-up: {error}. Free what stands in the way and run the same command again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("mlpviz set-up: interrupted; the next call goes on from here.", file=sys.stderr)
        return 130


def check_python() -> None:
    """Trouble when this Python is too old."""
    if sys.version_info < OLDEST:
        raise Trouble(
            f"mlpviz needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is {sys.version.split()[0]} "
            f"({sys.executable}). Call it with a newer one, as in: python3.12 packaging/bootstrap.py run"
        )


def draws(arguments: Sequence[str]) -> bool:
    """Whether mlpviz called with `arguments` will need Qt. Without a display it only says so, and needs none."""
    if "--gui" in arguments or arguments[:1] == ["figure"]:
        return True
    if {"-h", "--help", "--version"} & set(arguments) or (arguments and arguments[0] in HEADLESS):
        return False
    shown = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    return shown or sys.platform != "linux"


def become(command: Sequence[str | Path]) -> int:
    """Replace this process by `command` (on Windows: run it and wait)."""
    words = [str(word) for word in command]
    if os.name == "nt":
        return subprocess.run(words).returncode
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(words[0], words)


class Environment:
    """A virtual environment with mlpviz in it, its parts recorded in a stamp that is written last.

    Args:
        folder: where it stands, as .venv.
        key: what else the environment depends on; another value installs anew.
    """

    def __init__(self, folder: Path, key: str = "") -> None:
        self.folder = folder
        scripts = folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = scripts / ("python.exe" if os.name == "nt" else "python")
        self._stamp = folder / "mlpviz-set-up.json"
        self._key = key
        self._place = f"{sys.implementation.cache_tag} {sys.base_prefix} {ROOT}"

    def ensure(self, parts: Sequence[str]) -> None:
        """Install those of `parts` that are not there; Trouble says why one could not be."""
        if self._lacking(parts) == []:
            return
        with locked():
            lacking = self._lacking(parts)  # another call may have installed meanwhile
            if not lacking:
                return
            there = self._there()
            if there is None:
                self._create()
                there = []
            for part in lacking:
                self._stamp.unlink(missing_ok=True)  # from here to the next record an interruption counts
                self.add(part)
                there = [*there, part]
                self._record(there)
            say("ready")

    def _digest(self) -> str:
        """What the installed packages depend on."""
        digest = hashlib.sha256(self._key.encode())
        for file in (ROOT / "pyproject.toml", CONSTRAINTS):
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def _there(self) -> list[str] | None:
        """The parts that are installed and current; None when the environment must be made anew."""
        try:
            stamp = json.loads(self._stamp.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(stamp, dict) or stamp.get("place") != self._place or not os.access(self.python, os.X_OK):
            return None
        return list(stamp["parts"]) if stamp.get("digest") == self._digest() else []

    def _lacking(self, parts: Sequence[str]) -> list[str]:
        there = self._there() or []
        return [part for part in parts if part not in there]

    def _record(self, parts: Sequence[str]) -> None:
        text = json.dumps({"place": self._place, "digest": self._digest(), "parts": list(parts)})
        fresh = self._stamp.with_suffix(".new")
        fresh.write_text(text, "utf-8")
        os.replace(fresh, self._stamp)

    def _create(self) -> None:
        """Make an empty environment, with whatever makes one here."""
        say(f"making {self.folder.name} with Python {sys.version.split()[0]}")
        tries = [lambda: self._made([sys.executable, "-m", "venv"]), self._made_by_debian, self._made_by_virtualenv]
        if any(attempt() for attempt in tries):
            return
        what = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        advice = command_for([what]) if debian() else f"{sys.executable} -m pip install virtualenv"
        raise Trouble(f"this Python cannot make a virtual environment: its venv module is incomplete. Run: {advice}")

    def _made(self, command: Sequence[str], **environment: str) -> bool:
        if self.folder.exists():
            shutil.rmtree(self.folder)
        done = called([*command, self.folder], **environment)
        return done.returncode == 0 and called([self.python, "-m", "pip", "--version"]).returncode == 0

    def _made_by_debian(self) -> bool:
        """Debian keeps the parts of venv in a package of its own."""
        if not debian() or not sys.base_prefix.startswith("/usr"):
            return False
        try:
            install([f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"], "virtual environments")
        except Trouble:
            return False
        return self._made([sys.executable, "-m", "venv"])

    def _made_by_virtualenv(self) -> bool:
        """Fetch virtualenv with this Python's own pip, into a folder that goes again."""
        with tempfile.TemporaryDirectory() as folder:
            pip = [sys.executable, "-m", "pip", "install", "--target", folder, "-c", str(CONSTRAINTS), "virtualenv"]
            if called(pip).returncode:
                return False
            return self._made([sys.executable, "-m", "virtualenv"], PYTHONPATH=folder)

    def add(self, part: str) -> None:
        """Install one part; Trouble says why it could not be."""
        if part == BASE:
            say("installing mlpviz and the libraries it uses (once; a few minutes at most)")
            self.pip("hatchling", "editables")
            self.pip("--no-build-isolation", "--editable", f"{ROOT}[onnx]")
        elif part == FAST:
            self._add_fast()
        elif part == TESTS:
            say("installing the test tools")
            self.pip("--no-build-isolation", "--editable", f"{ROOT}[test]")
        else:
            add_libraries(self._qt())

    def _add_fast(self) -> None:
        """Numba and the compiled kernels, where there are wheels for this machine; everything works without."""
        say("installing Numba and compiling the training kernels (once; about a minute)")
        try:
            self.pip("--only-binary", ":all:", "numba")
        except Trouble:
            say("there is no Numba for this Python or machine: training goes on in NumPy, slower")
            return
        if called([self.python, "-m", "mlpviz.nn.compiled"]).returncode:
            say("the kernels could not be compiled here: training goes on in NumPy, slower")

    def _qt(self) -> Path:
        where = called([self.python, "-c", "import PyQt6; print(PyQt6.__path__[0])"])
        if where.returncode:
            raise Trouble(f"PyQt6 is damaged in {self.folder}. Delete that folder and run the same command again.")
        return Path(where.stdout.strip())

    def pip(self, *arguments: str) -> None:
        """pip install with the constraints; its output goes to a file, and on failure its reason into Trouble."""
        quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
        done = called([self.python, "-m", "pip", "install", *quiet, "-c", CONSTRAINTS, *arguments])
        if done.returncode == 0:
            return
        log = self.folder / "pip.log"
        log.write_text(done.stdout, "utf-8")
        reason = reasons(done.stdout, r"(?:ERROR: )") or " ".join(done.stdout.split()[-60:])
        raise Trouble(
            f"pip could not install: {reason} (all it said: {log}). "
            "If the network or the disk is the cause, mend that and run the same command again."
        )


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Only one set-up at a time; a second one waits, then finds the work done."""
    if os.name == "nt":
        yield
        return
    import fcntl

    with CONSTRAINTS.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up is under way; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def add_test_programs() -> None:
    """Install the programs of the end-to-end tests; where that may not be done those tests fail, and say so."""
    if sys.platform != "linux" or not (missing := missing_programs()):
        return
    try:
        if not debian():
            raise Trouble(f"the end-to-end tests need these programs: {' '.join(missing)}. Install them by hand.")
        install(missing, "the end-to-end tests")
    except Trouble as trouble:
        say(str(trouble))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
