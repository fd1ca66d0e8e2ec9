"""How much memory training takes, held against what is promised: 1.3 times the data and six copies of θ.

Each case runs in a process of its own (`python -m mlpviz.bench.memory CASE BACKEND SMALL`), which trains a tiny network
first, so that libraries and kernels that are loaded on the way are not counted. The data themselves are counted.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from mlpviz.bench.machine import yardstick
from mlpviz.bench.work import Ours, Work, backends, data_for
from mlpviz.errors import RunError, UserError

DONE, REFUSED = 0, 2
DATA_SHARE, THETA_COPIES = 1.3, 6
# The first two are mostly data, the third is mostly θ.
CASES = {
    "a long table in batches": Work((50, 64, 1), 200_000, 64, "adam", 0.001),
    "a long table at once": Work((50, 64, 1), 200_000, None, "adam", 0.001),
    "a large network": Work((512, 1024, 1024, 10), 256, 64, "adam", 0.001),
}
SMALL = {name: Work(work.sizes, max(256, work.rows // 4), work.batch, "adam", 0.001) for name, work in CASES.items()}
_TINY = Work((2, 3, 1), 20, 5, "adam", 0.001)
_STATUS = Path("/proc/self/status")


def _status(key: str) -> int:
    """A figure of this process in bytes."""
    return int(_STATUS.read_text(encoding="ascii", errors="replace").split(f"{key}:")[1].split()[0]) * 1024


def measure(work: Work, backend: str) -> dict[str, int]:
    """Train for an epoch and a bit, rows shuffled; the bytes of the data, of θ, and what training added at its peak."""
    Ours(_TINY, backend, shuffle=True).epochs(2)
    data = data_for(work)
    with suppress(OSError):  # where the peak cannot be set back, what was needed before may hide in it: never less
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _status("VmRSS")
    engine = Ours(work, backend, shuffle=True, data=data)
    engine.epochs(1)
    engine.trainer.advance(1)
    added = _status("VmHWM") - before
    return {"data_bytes": sum(part.nbytes for part in data), "theta_bytes": 8 * work.size, "added_bytes": added}


def run(quick: bool = False) -> list[dict[str, Any]] | None:
    """Every case with every backend that can be had; None where the system does not tell a process its peak.

    Raises RunError when a case ends otherwise.
    """
    if not _STATUS.exists() or "VmHWM:" not in _STATUS.read_text(encoding="ascii", errors="replace"):
        return None
    found = []
    for name in CASES:
        for backend in backends():
            words = [sys.executable, "-m", "mlpviz.bench.memory", name, backend, str(int(quick))]
            done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
            if done.returncode not in (DONE, REFUSED):
                told = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
                raise RunError(f"Training {name} with {backend} failed: {told[0]}")
            if done.returncode == DONE:
                found.append(_row(name, backend, (SMALL if quick else CASES)[name], json.loads(done.stdout)))
    return found


def _row(name: str, backend: str, work: Work, told: dict[str, int]) -> dict[str, Any]:
    data, theta = told["data_bytes"], told["theta_bytes"]
    peak = data + told["added_bytes"]
    allowed = round(DATA_SHARE * data + THETA_COPIES * theta)
    return {
        "case": name,
        "work": work.name,
        "backend": backend,
        "data_bytes": data,
        "theta_bytes": theta,
        "peak_bytes": peak,
        "data_multiple": peak / data,
        "theta_copies": (peak - data) / theta,
        "allowed_bytes": allowed,
        "kept": peak <= allowed,
        "yardstick_seconds": yardstick(),
    }


def lines(rows: list[dict[str, Any]] | None) -> list[str]:
    """The result as text."""
    if rows is None:
        return ["memory: not measured, this system does not tell a process its peak"]
    title = f"memory while training, the data included (at most {DATA_SHARE} × data + {THETA_COPIES} copies of θ)"
    found = [f"{title:42}"]
    for row in rows:
        megabytes, allowed = row["peak_bytes"] / 1e6, row["allowed_bytes"] / 1e6
        found.append(
            f"{row['work']:42} {row['backend']:10} {megabytes:8.1f} MB = {row['data_multiple']:.2f} × data, or data + "
            f"{row['theta_copies']:,.1f} × θ; {'within' if row['kept'] else 'ABOVE'} the {allowed:.1f} MB allowed"
        )
    return found


def main(case: str, backend: str, small: str) -> int:
    """Measure one case in this process and print it; REFUSED when this backend cannot be had."""
    try:
        print(json.dumps(measure((SMALL if small == "1" else CASES)[case], backend)))
    except UserError as error:
        print(error, file=sys.stderr)
        return REFUSED
    return DONE


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
