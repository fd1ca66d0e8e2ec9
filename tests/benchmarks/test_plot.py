"""The picture of linearity: well-formed, with both panels, every line named and everything on the paper."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from typing import Any

import pytest

from mlpviz.bench.plot import HEIGHT, WIDTH, draw

SVG = "{http://www.w3.org/2000/svg}"
MACHINE = {"processor": "A & B <fast>", "vector_width": "AVX2"}
GROWTHS: list[dict[str, Any]] = [
    {
        "by": by,
        "work": "2-n-1",
        "lines": [
            {"backend": "numpy", "points": [[2**k, 1e-5 * 2**k] for k in range(1, 12)], "exponent": 1.0},
            {"backend": "compiled", "points": [[2**k, 3e-7 * 2**k] for k in range(1, 12)], "exponent": 1.02},
        ],
    }
    for by in ("rows", "parameters")
]


def colours() -> dict[str, str]:
    """A palette that knows every token."""
    return defaultdict(lambda: "#123456")


def test_both_panels_name_every_line() -> None:
    root = ElementTree.fromstring(draw(GROWTHS, MACHINE, colours()))
    assert root.tag == f"{SVG}svg"
    panels = root.findall(f"{SVG}g")
    assert [panel.get("id") for panel in panels] == ["by-rows", "by-parameters"]
    for panel in panels:
        words = [text.text for text in panel.iter(f"{SVG}text")]
        assert {"numpy: exponent 1.00", "compiled: exponent 1.02"} <= set(words)
        assert len(list(panel.iter(f"{SVG}circle"))) == 22
    assert "A & B <fast>" in "".join(text.text or "" for text in root.iter(f"{SVG}text"))


def test_everything_is_on_the_paper() -> None:
    text = draw(GROWTHS, MACHINE, colours())
    for name, limit in (("x", WIDTH), ("cx", WIDTH), ("y", HEIGHT), ("cy", HEIGHT)):
        found = [float(value) for value in re.findall(rf' {name}="([-\d.]+)"', text)]
        assert found
        assert all(0 < value < limit for value in found)


@pytest.mark.parametrize("seconds", [1e-12, 1e9])
def test_extreme_times_are_drawn(seconds: float) -> None:
    line = {"backend": "numpy", "points": [[1, seconds], [10, 10 * seconds]], "exponent": 1.0}
    root = ElementTree.fromstring(draw([{"by": "rows", "work": "w", "lines": [line]}], MACHINE, colours()))
    assert len(list(root.iter(f"{SVG}circle"))) == 2


def test_no_backend_leaves_empty_panels() -> None:
    root = ElementTree.fromstring(draw([{"by": "rows", "work": "w", "lines": []}], MACHINE, colours()))
    assert root.findall(f"{SVG}g")
