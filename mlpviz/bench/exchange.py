"""How another engine is spoken to.

It is started with the path of a JSON file that holds the work: layers, batch (rows), optimizer, rate, output ("tanh" or
"identity"), loss ("squared" or "softmax"), epochs, X, y, and W and b of every layer, W (out, in). It trains so many
epochs, rows in their order, and prints one line: {"loss": L over all rows or null, "computes": "what, in words"}. Then
it reads lines, each a number of seconds, and answers each after training for about so long: [epochs, seconds taken].
It ends when its input does.
"""

from __future__ import annotations

import json
import math
import os
import queue
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mlpviz.bench.timing import EngineFailed
from mlpviz.bench.work import Work
from mlpviz.nn.layout import Array, layout

# A peer may have to import hundreds of megabytes before its first answer.
START_SECONDS, SLACK_SECONDS = 180.0, 60.0
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_LONGEST = 200


def write_exchange(path: Path, work: Work, data: tuple[Array, Array], theta: Array, output: str, epochs: int) -> None:
    """Write what a peer is told; numbers read back exactly."""
    parts = layout(work.sizes).weights(theta)
    told = {
        "layers": work.sizes,
        "batch": min(work.batch or work.rows, work.rows),
        "optimizer": work.optimizer,
        "rate": work.rate,
        "output": output,
        "loss": work.loss,
        "epochs": epochs,
        "X": data[0].tolist(),
        "y": data[1].tolist(),
        "W": [W.tolist() for W, _ in parts],
        "b": [b.tolist() for _, b in parts],
    }
    path.write_text(json.dumps(told), encoding="utf-8")


class Running:
    """A peer's process, from its first answer on; a context that ends it.

    Attributes:
        loss: after the epochs that were asked for; None when it is not finite.
        computes: what the peer says that it computes.
    """

    def __init__(self, command: Sequence[str], *, start_seconds: float = START_SECONDS) -> None:
        environment = os.environ | dict.fromkeys(_ONE_THREAD, "1")
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)
        except OSError as error:
            raise EngineFailed(f"cannot be started: {error.strerror or error}") from None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._complaint = b""
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._listen, self._hear)]
        for thread in self._threads:
            thread.start()
        try:
            self.loss, self.computes = self._greeting(self._answer(start_seconds))
        except EngineFailed:
            self.close()
            raise

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put(b"")

    def _hear(self) -> None:
        """Keep the last thing it complains of."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._complaint = line.strip() or self._complaint

    def _answer(self, seconds: float) -> Any:
        try:
            line = self._answers.get(timeout=seconds)
        except queue.Empty:
            raise EngineFailed(f"did not answer within {seconds:.0f} s") from None
        if not line:
            code = self._process.wait()
            self._threads[1].join(timeout=5.0)
            why = self._complaint.decode("utf-8", "replace")[:_LONGEST]
            raise EngineFailed(f"ended with exit code {code}{': ' + why if why else ''}")
        try:
            return json.loads(line)
        except ValueError:
            raise EngineFailed(f"answered what is no JSON: {line[:40]!r}") from None

    @staticmethod
    def _greeting(answer: Any) -> tuple[float | None, str]:
        if isinstance(answer, dict) and isinstance(answer.get("computes"), str) and "loss" in answer:
            loss = answer["loss"]
            if loss is None or (_is_number(loss) and math.isfinite(loss)):
                return loss, " ".join(answer["computes"].split())
        raise EngineFailed(f"answered what was not asked: {json.dumps(answer)[:60]}")

    def slot(self, seconds: float) -> tuple[int, float]:
        """Train for about so many seconds; the epochs made and the seconds they took. Raises EngineFailed."""
        assert self._process.stdin is not None
        with suppress(OSError):  # a peer that has ended says so by its missing answer
            self._process.stdin.write(f"{seconds}\n".encode())
            self._process.stdin.flush()
        answer = self._answer(SLACK_SECONDS + 20 * seconds)
        good = isinstance(answer, list) and len(answer) == 2 and all(_is_number(each) and each > 0 for each in answer)
        if not good or not math.isfinite(answer[1]) or answer[0] != int(answer[0]):
            raise EngineFailed(f"answered what was not asked: {json.dumps(answer)[:60]}")
        return int(answer[0]), float(answer[1])

    def close(self) -> None:
        """End the process, by its own will if it is quick."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=2.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join()
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
