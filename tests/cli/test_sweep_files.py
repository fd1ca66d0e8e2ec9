"""The tables of a sweep on the disk: cut off anywhere they are gone on with, and nothing else is taken for one."""

from __future__ import annotations

import csv
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from mlpviz.cli import output, sweep_files
from mlpviz.experiments import work
from mlpviz.experiments.work import Row
from tests.cli.calling import called, refused, result

Capture = pytest.CaptureFixture[str]
MLPVIZ = [sys.executable, "-m", "mlpviz", "sweep"]
WORDS = ("--widths", "1,2,4", "--steps", 20, "--seeds", 2, "--methods", "constructed,adam")
LONG = ("--steps", "2000", "--methods", "constructed,adam")


@pytest.fixture
def whole(capsys: Capture, tmp_path: Path) -> tuple[Path, Path]:
    """A CSV and a JSON file of the same finished sweep."""
    found = tmp_path / "whole.csv", tmp_path / "whole.jsonl"
    result(capsys, "sweep", *WORDS, "--csv", found[0], "--jsonl", found[1])
    return found


def figures(path: Path) -> list[list[str]]:
    """The rows of a table but for their seconds."""
    rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    return [[cell for place, cell in enumerate(row) if place != 6] for row in rows]


def test_both_files_have_every_row(whole: tuple[Path, Path]) -> None:
    head, *rows = csv.reader(whole[0].read_text(encoding="utf-8").splitlines())
    assert head == ["activation", "width", "method", "seed", "sup", "rms", "seconds", "steps", "function"]
    assert [row[:4] + row[7:8] for row in rows] == [
        ["relu", width, method, seed, "" if method == "constructed" else "20"]
        for width in "124"
        for method, seed in (("constructed", "0"), ("adam", "0"), ("adam", "1"))
    ]
    records = [json.loads(line) for line in whole[1].read_text(encoding="utf-8").splitlines()]
    assert [list(record) for record in records] == [head] * 9
    assert [[record["width"], record["sup"]] for record in records] == [[int(row[1]), float(row[4])] for row in rows]
    assert records[0]["steps"] is None


def test_a_finished_sweep_makes_nothing_again(
    capsys: Capture, whole: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [path.read_bytes() for path in whole]
    monkeypatch.setattr(work, "perform", lambda *arguments: pytest.fail("something was done again"))
    code, out, err = called(capsys, "sweep", *WORDS, "--csv", whole[0], "--jsonl", whole[1], "--json")
    assert (code, err) == (0, "9 of 9 rows are there already.\n")
    assert len(json.loads(out)["points"]) == 9
    assert [path.read_bytes() for path in whole] == before


@pytest.mark.parametrize("place", [0, 1])
def test_cut_off_anywhere_it_ends_in_the_same_table(capsys: Capture, whole: tuple[Path, Path], place: int) -> None:
    path, name = whole[place], ("--csv", "--jsonl")[place]
    data = path.read_bytes()
    ends = [index + 1 for index, byte in enumerate(data) if byte == 10]
    cuts = [0, 3, ends[0] - 1, ends[0], ends[2] - 1, ends[2], ends[2] + 1, ends[4] + 9, len(data) - 1]
    for cut in cuts:
        path.write_bytes(data[:cut])
        code, _, err = called(capsys, "sweep", *WORDS, name, path)
        assert code == 0
        kept = max([end for end in ends if end <= cut], default=0)
        assert path.read_bytes()[:kept] == data[:kept]
        lines = path.read_bytes().splitlines()
        assert [line.split(b",")[:4] for line in lines] == [line.split(b",")[:4] for line in data.splitlines()]
        rows = data[:kept].count(b"\n") - (place == 0 and kept > 0)
        assert err == (f"{rows} of 9 rows are there already.\n" if rows else "")


def test_saved_by_a_spreadsheet_it_is_gone_on_with(capsys: Capture, whole: tuple[Path, Path]) -> None:
    data = whole[0].read_bytes()
    ends = [index + 1 for index, byte in enumerate(data) if byte == 10]
    whole[0].write_bytes(data[: ends[4]].replace(b"\n", b"\r\n"))
    code, _, err = called(capsys, "sweep", *WORDS, "--csv", whole[0])
    assert (code, err) == (0, "4 of 9 rows are there already.\n")
    lines = whole[0].read_bytes().splitlines(keepends=True)
    assert [line.split(b",")[:4] for line in lines] == [line.split(b",")[:4] for line in data.splitlines()]
    assert b"\r" not in whole[0].read_bytes()


def test_only_missing_nets_are_trained(
    capsys: Capture, whole: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = whole[0].read_text(encoding="utf-8").splitlines(keepends=True)
    del lines[6:8]  # width 2, adam, seed 1; width 4, constructed
    whole[0].write_text("".join(lines), encoding="utf-8")
    done: list[tuple[str, tuple[int, ...], int]] = []
    perform = work.perform

    def noted(piece: work.Work, *arguments: Any) -> Any:
        done.append((piece.method, piece.widths, piece.seed))
        return perform(piece, *arguments)

    monkeypatch.setattr(work, "perform", noted)
    assert called(capsys, "sweep", *WORDS, "--csv", whole[0], "--jobs", 1)[0] == 0
    # Constructed nets are made one from another.
    assert done == [("constructed", (1, 2, 4), 0), ("adam", (2,), 1)]


def test_more_widths_and_seeds_go_into_the_same_table(capsys: Capture, whole: tuple[Path, Path]) -> None:
    more = ("--widths", "1,3", "--steps", 20, "--seeds", 3, "--methods", "adam")
    found = called(capsys, "sweep", *more, "--csv", whole[0])
    assert found[0] == 0
    rows = [row[1:4] for row in figures(whole[0])[1:]]
    assert rows[-6:] == [[width, "adam", seed] for width in "13" for seed in "012"]
    assert len(rows) == 13


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"precious", "it is no table of a sweep, for it begins otherwise"),
        (b"a,b\n1,2\n", "it is no table of a sweep, for it begins otherwise"),
        (b"HEAD" + b"relu,1,adam\n", "row 2 is no row of a sweep"),
        (b"HEAD" + b"relu,1,adam,0,1,1,1,20,FUNCTION\nrelu,x,adam,0,1,1,1,20,FUNCTION\n", "row 3 is no row"),
        (b"HEAD" + b"relu,1,adam,0,1,1,1,20,0123\n", "row 2 is of another function or smoothing"),
        (b"HEAD" + b"relu,1,adam,0,1,1,1,30,FUNCTION\n", "trained with --steps 30, not 20"),
        (b"HEAD" + b'"relu,1\n', "row 2 is no row of a sweep"),
        (b"HEAD" + b"\xff\xfe\n", "it is no text"),
        (b"HEAD" + b"relu,1,constructed,0,nan,1,1,,FUNCTION\n", "row 2 is no row of a sweep"),
        (b"HEAD" + b"relu,1,adam,0,-1,1,1,20,FUNCTION\n", "row 2 is no row of a sweep"),
        (b"HEAD" + b"relu,1,adam,0,1e-3,1,1,20,FUNCTION\n", "row 2 says 0.001, but no relu net of width 1 has a"),
        (b"HEAD" + b"leaky_relu,2,constructed,0,0,0,1,,FUNCTION\n", "row 2 says 0, but no leaky_relu net of width 2"),
    ],
)
def test_another_file_is_left_alone(
    capsys: Capture, whole: tuple[Path, Path], tmp_path: Path, text: bytes, says: str
) -> None:
    head, first = whole[0].read_bytes().splitlines(keepends=True)[:2]
    data = text.replace(b"HEAD", head).replace(b"FUNCTION", first.strip().split(b",")[-1])
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    refused(capsys, ["sweep", *WORDS, "--csv", path], says)
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "text", ["{}\n", "[1]\n", '{"activation": "relu"}\n', '{"activation": 1e999, "width": ', "[" * 9999 + "\n"]
)
def test_other_lines_of_json_are_left_alone(capsys: Capture, tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(text)
    if text.endswith("\n"):
        refused(capsys, ["sweep", *WORDS, "--jsonl", path], "a.jsonl: ")
        assert path.read_text() == text
    else:
        # Only a torn first row: nothing is lost with it.
        assert called(capsys, "sweep", "--widths", 1, "--methods", "constructed", "--jsonl", path)[0] == 0
        assert path.read_text().count("\n") == 1


def test_what_is_not_finite_is_kept(tmp_path: Path) -> None:
    for kind in (sweep_files.CSV, sweep_files.JSON):
        path = str(tmp_path / "rows")
        file = sweep_files.RowFile(path, kind, "g", 5)
        file.begin()
        row = Row("formula:min(t, 1)", 3, "adam", 0, float("inf"), float("nan"), 0.25)
        file.append(row)
        file.append(row)
        file.close()
        back = sweep_files.RowFile(path, kind, "g", 5)
        assert list(back.rows) == [row.key]
        assert not back.rows[row.key].sup < 1e308
        assert back.rows[row.key].seconds == 0.25
        Path(path).unlink()


def test_other_paths_cannot_be_written(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    refused(capsys, ["sweep", *WORDS, "--csv", tmp_path / "folder.csv"], "it is a folder")
    refused(capsys, ["sweep", *WORDS, "--csv", tmp_path / "no" / "a.csv"], "its folder does not exist")


def test_a_full_disk_keeps_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    words = ["--widths", "1,2,4", "--seeds", "9", "--steps", "5", "--methods", "adam", "--csv", str(path)]
    done = subprocess.run(
        [*MLPVIZ, *words],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"mlpviz sweep: Cannot write {path}: ")
    assert done.stderr.count("\n") == 1
    kept = path.read_bytes()
    assert kept.count(b"\n") >= 8
    subprocess.run([*MLPVIZ, *words], capture_output=True, check=True)
    assert path.read_bytes().startswith(kept[: kept.rfind(b"\n") + 1])
    assert path.read_bytes().count(b"\n") == 28


def begun(path: Path, rows: int, *words: str) -> subprocess.Popen[str]:
    """A sweep on two processes that would take minutes, after so many rows; it is the first of its group."""
    process = subprocess.Popen(
        [*MLPVIZ, *LONG, "--widths", "1,2,1024", "--seeds", "500", "--jobs", "2", "--csv", str(path), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not (path.exists() and path.read_bytes().count(b"\n") > rows):
        assert time.monotonic() < deadline
        assert process.poll() is None
    return process


def gone_on_with(capsys: Capture, path: Path, tmp_path: Path) -> None:
    """A smaller sweep finds its rows in the table, and the rows are those of a sweep that was not cut off."""
    kept = path.read_bytes()
    lines = kept[: kept.rfind(b"\n") + 1].splitlines()
    small = (*LONG, "--widths", "1,2", "--seeds", "2")
    assert called(capsys, "sweep", *small, "--csv", path)[0] == 0
    alone = tmp_path / "alone.csv"
    assert called(capsys, "sweep", *small, "--csv", alone)[0] == 0
    assert set(lines) <= set(path.read_bytes().splitlines())
    assert figures(path)[-6:] == figures(alone)[1:]


def test_ctrl_c_keeps_what_is_done(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with begun(path, 3, "--json") as process:
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")
    found = json.loads(out)
    assert found["status"] == "cancelled"
    assert len(found["points"]) == len(figures(path)) - 1 >= 3
    gone_on_with(capsys, path, tmp_path)


def test_a_killed_sweep_is_gone_on_with_and_leaves_no_process(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with begun(path, 3) as process:
        process.kill()
        # Its own processes have the other ends of these pipes.
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    with path.open("ab") as file:
        file.write(b"relu,1024,ad")
    gone_on_with(capsys, path, tmp_path)


def test_progress_tells_rows_and_time_left(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(output.Progress, "__call__", lambda self, text: said.append(text))
    monkeypatch.setattr("mlpviz.experiments.left.LEAST_SECONDS", 0.0)
    assert called(capsys, "sweep", *WORDS, "--jobs", 1)[0] == 0
    assert any(line.startswith("0 of 9 rows; relu, constructed, width 4, seed 0: 33%") for line in said)
    assert all(" · about " in line for line in said[-3:])
