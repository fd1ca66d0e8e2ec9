"""A desktop of its own for one test session: screen, window manager, message bus, accessibility."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tests.e2e.accessible import Accessibility

Answer = TypeVar("Answer")

PROGRAMS = ("Xvfb", "openbox", "xdotool", "dbus-daemon")
LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
READY_S = 30.0
PAUSE_S = 0.03


def wait_until(question: Callable[[], Answer], timeout: float = READY_S, what: str = "") -> Answer:
    """Ask until the answer is true and return it; AssertionError after `timeout` seconds."""
    pause = threading.Event()
    end = time.monotonic() + timeout
    while True:
        if answer := question():
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout:g} s in vain for {what or question}")
        pause.wait(PAUSE_S)


class Desktop:
    """Xvfb on a free display number, openbox, a private D-Bus session and its accessibility bus.

    Args:
        folder: an empty folder for sockets, logs and homes.
        size: of the screen, in pixels.
    """

    def __init__(self, folder: Path, size: tuple[int, int] = (1920, 1200)) -> None:
        self.folder = folder
        missing = [name for name in PROGRAMS if shutil.which(name) is None]
        if not any(map(os.path.exists, LAUNCHERS)):
            missing.append("at-spi-bus-launcher (package at-spi2-core)")
        assert not missing, (
            f"The end-to-end tests need {', '.join(missing)}: run `python3 packaging/bootstrap.py test`, "
            "which installs them where it may and otherwise prints the command."
        )
        self._processes: list[subprocess.Popen[bytes]] = []
        (folder / "run").mkdir(mode=0o700)
        (folder / "screen").mkdir()
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "PYTHONPATH") if name in os.environ},
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "GSETTINGS_BACKEND": "memory",
            "NO_AT_BRIDGE": "1",
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }
        try:
            self._start(size)
        except BaseException:
            self.stop()
            raise

    def _start(self, size: tuple[int, int]) -> None:
        screen = ["-screen", "0", f"{size[0]}x{size[1]}x24", "-fbdir", str(self.folder / "screen")]
        number = self._told(["Xvfb", "-displayfd", "{}", *screen, "-nolisten", "tcp", "-noreset"])
        self.environment["DISPLAY"] = f":{number}"
        bus = self._told(["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address={}"])
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus
        self.launch(["openbox"])
        wait_until(lambda: self.xdotool("get_num_desktops").isdigit(), what="the window manager")
        self.accessibility = Accessibility(bus)

    def _told(self, command: Sequence[str]) -> str:
        """Start a program that writes one line to the file descriptor it is given for {}; that line."""
        reading, writing = os.pipe()
        try:
            words = [word.format(writing) for word in command]
            self.launch(words, pass_fds=(writing,))
        finally:
            os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            line = pipe.readline().decode().strip()
        assert line, f"{command[0]} did not start: {self.log(command[0])}"
        return line

    def launch(self, command: Sequence[str | Path], *, pass_fds: Sequence[int] = (), **environment: str) -> Process:
        """Start a program on this desktop; its output goes to a log in the folder."""
        words = [str(word) for word in command]
        with self._log(words[0]).open("ab") as log:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=tuple(pass_fds),
                env={**self.environment, **environment},
                cwd=self.folder,
            )
        self._processes.append(process)
        return process

    def log(self, program: str) -> str:
        """What a program has printed."""
        return self._log(program).read_text("utf-8", errors="replace")

    def _log(self, program: str) -> Path:
        return self.folder / f"{Path(program).name}.log"

    def stop(self) -> None:
        """End everything that was started here, the last first."""
        if hasattr(self, "accessibility"):
            self.accessibility.close()
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def xdotool(self, *words: object) -> str:
        """Run xdotool, which moves the mouse and presses keys through the X server's test extension; its output."""
        command = ["xdotool", *[str(word) for word in words]]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return done.stdout.strip()

    def screenshot(self, path: Path) -> Path:
        """Write what the screen shows as PNG."""
        raw = (self.folder / "screen" / "Xvfb_screen0").read_bytes()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png_of_xwd(raw))
        return path


Process = subprocess.Popen[bytes]


def png_of_xwd(raw: bytes) -> bytes:
    """The X window dump that Xvfb keeps (32 bits a pixel, blue first) as PNG, 8 bits a channel."""
    header = struct.unpack(">25I", raw[:100])
    size, width, height, per_line, colours = header[0], header[4], header[5], header[12], header[19]
    start = size + 12 * colours
    lines = bytearray()
    for row in range(height):
        line = raw[start + row * per_line : start + row * per_line + 4 * width]
        rgb = bytearray(3 * width)
        rgb[0::3], rgb[1::3], rgb[2::3] = line[2::4], line[1::4], line[0::4]
        lines += b"\0" + rgb

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines, 6)) + chunk(b"IEND", b"")


def python() -> str:
    """The Python that runs the tests, which has mlpviz."""
    return sys.executable
