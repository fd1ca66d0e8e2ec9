"""How the time of an epoch grows, drawn as one SVG with two log–log panels, by means of the standard library alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 960, 400
LEFT, RIGHT, TOP, BOTTOM, BETWEEN = 64, 24, 84, 56, 72
# The theme's colours of the lines, backend after backend.
TOKENS = ("accent", "ink", "pos", "neg")


def draw(growths: Sequence[Mapping[str, Any]], machine: Mapping[str, object], palette: Mapping[str, str]) -> str:
    """The SVG's text.

    Args:
        growths, machine: as the result of the bench has them under "linear" and "machine".
        palette: the theme's colours by token.
    """
    each = (WIDTH - LEFT - RIGHT - BETWEEN * (len(growths) - 1)) / len(growths)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="Inter, Helvetica, Arial, sans-serif" font-size="12" role="img" aria-labelledby="title">',
        '<title id="title">Seconds per epoch against rows and against parameters</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="{palette["panel"]}"/>',
        _text(LEFT, 30, "How the time of an epoch grows", palette["ink"], size=16, weight=600),
        _text(
            LEFT,
            50,
            f"{machine['processor']}, {machine['vector_width']}, one thread. Dashed: in proportion.",
            palette["ink2"],
        ),
    ]
    for index, growth in enumerate(growths):
        parts += _Panel(growth, LEFT + index * (each + BETWEEN), each, palette).drawn()
    return "\n".join([*parts, "</svg>"]) + "\n"


def _text(
    x: float, y: float, words: str, fill: str, *, anchor: str = "start", size: int = 12, weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )


def _decades(low: float, high: float) -> Iterator[int]:
    yield from range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)


def _si(exponent: int, unit: str) -> str:
    """10^exponent with a prefix: 10 µs, 1 s, 100k."""
    names = {"s": {-9: "ns", -6: "µs", -3: "ms", 0: "s", 3: "ks"}, "": {0: "", 3: "k", 6: "M", 9: "G"}}[unit]
    base = 3 * (exponent // 3)
    return f"{10 ** (exponent - base)}{' ' if unit else ''}{names.get(base, f'e{base}')}"


@dataclass(frozen=True, slots=True)
class _Panel:
    growth: Mapping[str, Any]
    left: float
    width: float
    palette: Mapping[str, str]

    def _bounds(self) -> tuple[float, float, float, float]:
        points = [point for line in self.growth["lines"] for point in line["points"]]
        if not points:
            return 1.0, 10.0, 1e-3, 1.0
        n, seconds = zip(*points, strict=True)
        return min(n) / 1.4, max(n) * 1.4, 10 ** math.floor(math.log10(min(seconds))), max(seconds) * 3

    def _x(self, n: float) -> float:
        low, high, _, _ = self._bounds()
        return self.left + self.width * math.log(n / low) / math.log(high / low)

    def _y(self, seconds: float) -> float:
        _, _, low, high = self._bounds()
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * math.log(seconds / low) / math.log(high / low)

    def drawn(self) -> list[str]:
        """The panel's elements, in a group of its own."""
        by = self.growth["by"]
        parts = [f'<g id="by-{by}">', *self._grid()]
        for index, line in enumerate(self.growth["lines"]):
            parts += self._line(line, self.palette[TOKENS[index % len(TOKENS)]])
        title = f"seconds per epoch against {by}"
        parts.append(_text(self.left, TOP - 10, title, self.palette["ink"], weight=600))
        parts.append(
            _text(
                self.left + self.width, HEIGHT - 16, f"{by} ({self.growth['work']})", self.palette["ink2"], anchor="end"
            )
        )
        return [*parts, "</g>"]

    def _grid(self) -> list[str]:
        low, high, fast, slow = self._bounds()
        floor, ceiling, right = HEIGHT - BOTTOM, TOP, self.left + self.width
        grid, words = self.palette["line"], self.palette["ink2"]
        parts = []
        for decade in _decades(low, high):
            x = self._x(10.0**decade)
            parts.append(f'<path d="M{x:.1f} {ceiling}V{floor}" stroke="{grid}"/>')
            parts.append(_text(x, floor + 18, _si(decade, ""), words, anchor="middle"))
        for decade in _decades(fast, slow):
            y = self._y(10.0**decade)
            parts.append(f'<path d="M{self.left:.1f} {y:.1f}H{right:.1f}" stroke="{grid}"/>')
            parts.append(_text(self.left - 8, y + 4, _si(decade, "s"), words, anchor="end"))
        return parts

    def _line(self, line: Mapping[str, Any], colour: str) -> list[str]:
        """The points, a line of exponent 1 through the first that counts for the exponent, and what they are."""
        values = line["points"]
        points = [(self._x(n), self._y(seconds)) for n, seconds in values]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        (n, seconds), (last, _) = values[len(values) // 2], values[-1]
        ideal = f"M{self._x(n):.1f} {self._y(seconds):.1f}L{self._x(last):.1f} {self._y(seconds * last / n):.1f}"
        # The slowest line is named above its end, a faster one below its beginning: there no line passes.
        slowest = max(self.growth["lines"], key=lambda each: each["points"][-1][1]) is line
        x, y = (points[-1][0] - 8, points[-1][1] - 12) if slowest else (points[0][0], points[0][1] + 22)
        words = f"{line['backend']}: exponent {line['exponent']:.2f}"
        faint = self.palette["edge"]
        return [
            f'<path d="{ideal}" fill="none" stroke="{faint}" stroke-width="1.2" stroke-dasharray="3 4"/>',
            f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2.2" stroke-linejoin="round"/>',
            *(f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="3.2" fill="{colour}"/>' for cx, cy in points),
            _text(x, y, words, colour, anchor="end" if slowest else "start", weight=600),
        ]
