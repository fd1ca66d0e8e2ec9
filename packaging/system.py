"""What bootstrap.py asks of the operating system: Debian's packages, and the libraries that Qt needs.

Standard library only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

# Shared library → Debian package, where the package is not named after the library by Debian's rule (package_of).
PACKAGES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libstdc++.so.6": "libstdc++6",
}

# What a window needs of PyQt6, relative to its folder: the other plug-ins (databases, films, …) may miss libraries.
QT_FILES = (
    "QtCore.abi3.so",
    "QtGui.abi3.so",
    "QtSvg.abi3.so",
    "QtWidgets.abi3.so",
    "Qt6/plugins/platforms/libqxcb.so",
    "Qt6/plugins/platforms/libqoffscreen.so",
    "Qt6/plugins/iconengines/libqsvgicon.so",
    "Qt6/plugins/imageformats/libqsvg.so",
)

# Programs of the end-to-end tests → Debian package. A path is looked for as it is, a name in PATH.
PROGRAMS: dict[tuple[str, ...], str] = {
    ("Xvfb",): "xvfb",
    ("openbox",): "openbox",
    ("xdotool",): "xdotool",
    ("dbus-daemon",): "dbus",
    ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher"): "at-spi2-core",
}


class Trouble(Exception):
    """The set-up cannot go on. The text says why, and what to do."""


def say(text: str) -> None:
    """One line about what is being done; on stderr, since stdout belongs to mlpviz's results."""
    print(f"mlpviz set-up: {text}", file=sys.stderr, flush=True)


def called(command: Sequence[str | Path], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command without input; its output, both kinds together, is kept and not shown."""
    return subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, **environment},
    )


def debian() -> bool:
    """Whether this is Debian, Ubuntu or another system with apt-get."""
    return sys.platform == "linux" and shutil.which("apt-get") is not None


def as_root() -> list[str] | None:
    """What to put before a command that needs root: nothing, sudo, or None where it may not be done unasked."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and called(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n"]
    return None


def command_for(packages: Iterable[str]) -> str:
    """The command that a person types to install `packages`."""
    return "sudo apt-get update && sudo apt-get install " + " ".join(packages)


def install(packages: Sequence[str], why: str) -> None:
    """Install Debian packages; Trouble with the exact command where that may not be done, or with apt-get's reason."""
    prefix = as_root()
    if prefix is None:
        raise Trouble(f"{why} needs system packages, which only root may install. Run: {command_for(packages)}")
    say(f"installing {' '.join(packages)} ({why})")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120"]
    update = called([*apt, "update"])
    get = [*apt, "--no-install-recommends", "install", *packages]
    done = called(get)
    if done.returncode and "dpkg --configure -a" in done.stdout:  # an earlier installation was interrupted
        called([*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "dpkg", "--configure", "-a"])
        done = called(get)
    if done.returncode:
        reason = reasons(done.stdout, r"E: ") or reasons(update.stdout, r"(E|W|Err:\d+) ?:? ?") or done.stdout[-300:]
        raise Trouble(f"apt-get could not install {' '.join(packages)} ({reason}). Run: {command_for(packages)}")


def reasons(output: str, start: str) -> str:
    """The last lines of a program's output that begin with `start`, as one line."""
    lines = [line[found.end() :] for line in output.splitlines() if (found := re.match(start, line))]
    return " ".join(lines[-2:]).strip()[:600]


def missing_libraries(qt: Path) -> list[str]:
    """Shared libraries that Qt's window modules in the folder `qt` (…/PyQt6) ask for and the system lacks."""
    if sys.platform != "linux" or shutil.which("ldd") is None:
        return []
    files = [file for pattern in QT_FILES for file in sorted(qt.glob(pattern))]
    return sorted(set(re.findall(r"^\s*(\S+) => not found", called(["ldd", *files]).stdout, re.MULTILINE)))


def package_of(library: str) -> str:
    """The Debian package of a shared library: by the table, or by Debian's rule (libfoo.so.1 is in libfoo1)."""
    if library in PACKAGES:
        return PACKAGES[library]
    name, _, version = library.lower().partition(".so")
    version = version.lstrip(".")
    return f"{name}-{version}" if name[-1:].isdigit() else f"{name}{version}"


def add_libraries(qt: Path) -> None:
    """Install what Qt misses to open a window; Trouble if some of it stays missing."""
    missing = missing_libraries(qt)
    if not missing:
        return
    if not debian():
        raise Trouble(
            f"Qt needs libraries that this system lacks: {' '.join(missing)}. "
            "Install the packages that hold them with the system's package manager, then run the same command again."
        )
    install(sorted({package_of(library) for library in missing}), "Qt's windows")
    if still := missing_libraries(qt):
        raise Trouble(f"Qt still misses {' '.join(still)}. Install the packages that hold them, then run this again.")


def missing_programs() -> list[str]:
    """Debian packages of the programs that the end-to-end tests need and the system lacks."""
    return [package for names, package in PROGRAMS.items() if not any(shutil.which(name) for name in names)]
