"""The command line as a process of its own: what it imports, signals, pipes, a full disk."""

from __future__ import annotations

import json
import os
import pty
import resource
import signal
import subprocess
import sys
from pathlib import Path

MLPVIZ = [sys.executable, "-m", "mlpviz"]


def test_the_commands_import_no_qt() -> None:
    code = (
        "import sys\nfrom mlpviz.cli import main\n"
        "codes = [main(['train', '--epochs', '1']), main(['datasets', 'xor']), main(['sweep', '--steps', '1'])]\n"
        "print(codes, [name for name in sys.modules if name.startswith(('PyQt6', 'pyqtgraph'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[0, 0, 0] []"
    assert done.stderr == ""


def test_opening_the_window_imports_no_numpy_before_qt() -> None:
    code = "import sys\nfrom mlpviz.cli import main\nmain([], lambda path: print('numpy' in sys.modules) or 0)"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout in ("False\n", "")
    assert done.stdout or "PyQt6" in done.stderr


def test_ctrl_c_on_a_terminal_writes_and_exits_with_130(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    words = ["train", "--epochs", str(10**9), "--json", "--save", str(tmp_path / "a.mlpviz")]
    with subprocess.Popen([*MLPVIZ, *words], stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
        os.close(theirs)
        shown = b""
        while b" left" not in shown:
            shown += os.read(ours, 1000)
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        found = json.loads(process.stdout.read())
    os.close(ours)
    assert process.returncode == 130
    assert found["status"] == "cancelled"
    assert "epoch" in shown.decode()
    assert (tmp_path / "a.mlpviz").exists()


def test_progress_is_silent_where_stderr_is_no_terminal() -> None:
    done = subprocess.run([*MLPVIZ, "train", "--epochs", "300"], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_a_closed_output_is_one_line_or_none() -> None:
    closed = subprocess.run(
        [*MLPVIZ, "train", "--epochs", "2", "--json"],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        preexec_fn=lambda: os.close(1),
    )
    line = "mlpviz train: Cannot write the result: the standard output is closed.\n"
    assert (closed.returncode, closed.stderr) == (1, line)
    for words in (["--epochs", "2"], ["--epochs", "2", "--schedule-factor", "0.5"], ["--data", "no.csv"]):
        done = subprocess.run(
            [*MLPVIZ, "train", *words], stdout=subprocess.PIPE, text=True, check=False, preexec_fn=lambda: os.close(2)
        )
        assert done.returncode == (2 if "--data" in words else 0)
        assert done.stdout.startswith("done: 2 epochs") == (done.returncode == 0)
        assert "effect" not in done.stdout


def test_a_full_disk_exits_with_one_and_harms_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("precious")
    done = subprocess.run(
        [*MLPVIZ, "train", "--layers", "50,50", "--epochs", "0", "--json", "--out", str(path)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000)),
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"mlpviz train: Cannot write {path}: ")
    assert done.stderr.count("\n") == 1
    assert path.read_text() == "precious"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]


def test_a_reader_that_has_enough_is_no_error() -> None:
    with subprocess.Popen(
        [*MLPVIZ, "datasets", "circle", "--rows", "200000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().decode() == "x₁,x₂,y\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_terminal_without_greek_gets_question_marks() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*MLPVIZ, "train", "--help"], capture_output=True, text=True, env=environment, check=True)
    assert "?" in done.stdout
    assert done.stderr == ""


def test_no_display_is_one_sentence_and_exit_2() -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(MLPVIZ, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "mlpviz train" in done.stderr
