# SPDX-License-Identifier: MIT
"""Line plots as SVG, for the book: panels side by side, logarithmic or linear x axes.

The picture follows the reader's light or dark scheme. The same figures give the same bytes.
"""

import dataclasses
import math
import textwrap
from collections.abc import Sequence
from xml.sax.saxutils import escape

PANEL_WIDTH, PANEL_HEIGHT = 250, 220
LEFT, RIGHT, TOP, BOTTOM = 64, 34, 64, 52
TICKS = 4
LINE_MAX = 100
STYLE = """\
    text { font: 12px sans-serif; fill: #24292f; }
    .title { font-size: 15px; font-weight: bold; }
    .panel { font-weight: bold; }
    .paper { fill: #ffffff; }
    .grid { stroke: #d0d7de; stroke-width: 1; }
    .axis { stroke: #57606a; stroke-width: 1; }
    .line { fill: none; stroke-width: 2; }
    .s0 { stroke: #0550ae; } .m0 { fill: #0550ae; }
    .s1 { stroke: #bc4c00; stroke-dasharray: 6 3; } .m1 { fill: #bc4c00; }
    .s2 { stroke: #1a7f37; stroke-dasharray: 2 3; } .m2 { fill: #1a7f37; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .paper { fill: #0d1117; }
      .grid { stroke: #30363d; }
      .axis { stroke: #8b949e; }
      .s0 { stroke: #79c0ff; } .m0 { fill: #79c0ff; }
      .s1 { stroke: #ffa657; } .m1 { fill: #ffa657; }
      .s2 { stroke: #7ee787; } .m2 { fill: #7ee787; }
    }"""

Points = Sequence[tuple[float, float]]


@dataclasses.dataclass(frozen=True)
class Panel:
    """One of the plots that stand side by side. All panels have the same series, at most three."""

    title: str
    series: dict[str, Points]


@dataclasses.dataclass(frozen=True)
class _Frame:
    """Where a panel lies and how its numbers become places."""

    left: float
    x_ticks: tuple[float, ...]
    linear: bool  # else the ticks are powers of ten
    top_value: float

    def x(self, value: float) -> float:
        """The place of a value, which is above 0 unless the axis is linear."""
        first, last, at = self.x_ticks[0], self.x_ticks[-1], value
        if not self.linear:
            first, last, at = math.log10(first), math.log10(last), math.log10(value)
        return self.left + (at - first) / (last - first) * PANEL_WIDTH

    def y(self, value: float) -> float:
        """The place of a value on the linear axis."""
        return TOP + PANEL_HEIGHT * (1 - value / self.top_value)


def plot(title: str, x_label: str, y_label: str, panels: Sequence[Panel], *,
         linear: bool = False) -> str:
    """The whole picture. Each panel has a y axis of its own that begins at 0.

    The x axes are logarithmic, or `linear` and begin at 0 too.
    """
    width = len(panels) * (LEFT + PANEL_WIDTH) + RIGHT
    height = TOP + PANEL_HEIGHT + BOTTOM
    parts = ["<!-- SPDX-License-Identifier: MIT -->",
             f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
             f'role="img" aria-label="{escape(title)}">',
             f"  <style>\n{STYLE}\n  </style>",
             f'  <rect class="paper" width="{width}" height="{height}"/>',
             _text(LEFT, 20, title, "title")]
    parts += _legend(list(panels[0].series), width)
    for number, panel in enumerate(panels):
        left = LEFT + number * (LEFT + PANEL_WIDTH)
        parts += _panel(panel, _frame(panel, left, linear), x_label,
                        y_label if number == 0 else "")
    return "\n".join([*map(_folded, parts), "</svg>"]) + "\n"


def _folded(part: str) -> str:
    """Long elements on several lines, as the tree's files are."""
    if len(part) <= LINE_MAX or "\n" in part:
        return part
    return textwrap.fill(part, LINE_MAX, initial_indent="  ", subsequent_indent="      ",
                         break_long_words=False, break_on_hyphens=False)


def nice_top(value: float) -> float:
    """The least of 1, 2, 4, 6, 8 times a power of ten, which four ticks divide, above `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= value)


def _frame(panel: Panel, left: float, linear: bool) -> _Frame:
    points = [point for series in panel.series.values() for point in series]
    top = nice_top(max(y for _, y in points))
    largest = max(x for x, _ in points)
    if linear:
        return _Frame(left, tuple(nice_top(largest) * tick / TICKS for tick in range(TICKS + 1)),
                      True, top)
    first = math.floor(math.log10(min(x for x, _ in points)))
    last = max(first + 1, math.ceil(math.log10(largest)))
    return _Frame(left, tuple(10.0 ** power for power in range(first, last + 1)), False, top)


def _panel(panel: Panel, frame: _Frame, x_label: str, y_label: str) -> list[str]:
    parts = [_text(frame.left, TOP - 10, panel.title, "panel")]
    parts += _axes(frame)
    parts.append(_text(frame.left + PANEL_WIDTH / 2, TOP + PANEL_HEIGHT + 40, x_label,
                       anchor="middle"))
    if y_label:
        parts.append(_text(14, TOP + PANEL_HEIGHT / 2, y_label, anchor="middle", turned=True))
    for number, series in enumerate(panel.series.values()):
        places = [(frame.x(x), frame.y(y)) for x, y in series]
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'  <polyline class="line s{number}" points="{corners}"/>')
        parts += [f'  <circle class="m{number}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
                  for x, y in places]
    return parts


def _axes(frame: _Frame) -> list[str]:
    """Grid, ticks and numbers."""
    parts = []
    right, bottom = frame.left + PANEL_WIDTH, TOP + PANEL_HEIGHT
    for tick in range(TICKS + 1):
        value = frame.top_value * tick / TICKS
        y = frame.y(value)
        kind = "grid" if tick else "axis"
        parts.append(_line(frame.left, y, right, y, kind))
        parts.append(_text(frame.left - 6, y + 4, f"{value:,.0f}", anchor="end"))
    for value in frame.x_ticks:
        x = frame.x(value)
        parts.append(_line(x, bottom, x, bottom + 5, "axis"))
        parts.append(_text(x, bottom + 20, f"{value:,.0f}", anchor="middle"))
    return parts


def _legend(names: Sequence[str], width: float) -> list[str]:
    parts = []
    x = float(width - RIGHT)
    for number, name in reversed(list(enumerate(names))):
        x -= 7 * len(name)
        parts.append(_text(x, 38, name))
        parts.append(_line(x - 34, 34, x - 6, 34, f"line s{number}"))
        x -= 50
    return parts


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'  <line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, kind: str = "", *, anchor: str = "start",
          turned: bool = False) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}"'
    if turned:
        place += f' transform="rotate(-90 {x:.1f} {y:.1f})"'
    shape = f' class="{kind}"' if kind else ""
    return f'  <text {place} text-anchor="{anchor}"{shape}>{escape(text)}</text>'
