# SPDX-License-Identifier: MIT
"""Tests of the plotter, and of the plots that are in the book. No QEMU."""

import json
import re
import unittest
import xml.etree.ElementTree as xml
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import live_mappings, load_time
from .build import SOURCE
from .live_mappings import FOLDER
from .plot import LEFT, PANEL_HEIGHT, TOP, Panel, nice_top, plot

SVG = "{http://www.w3.org/2000/svg}"


class Plots(unittest.TestCase):
    """What a picture shows."""

    def setUp(self) -> None:
        panel = Panel("a <panel>", {"flat": [(10, 5), (1000, 5)], "steep": [(10, 5), (1000, 10)]})
        self.picture = xml.fromstring(plot("title", "count", "cost", [panel]))

    def corners(self) -> list[list[tuple[float, float]]]:
        """The places that each line passes."""
        found = []
        for line in self.picture.iter(f"{SVG}polyline"):
            pairs = (pair.split(",") for pair in line.attrib["points"].split())
            found.append([(float(x), float(y)) for x, y in pairs])
        return found

    def test_equal_figures_make_a_level_line_and_larger_ones_rise(self) -> None:
        flat, steep = self.corners()
        self.assertEqual(flat[0][1], flat[1][1])
        self.assertEqual(steep[0], flat[0])
        self.assertLess(steep[1][1], flat[1][1])
        self.assertLess(flat[0][0], flat[1][0])

    def test_titles_axes_and_lines_are_named(self) -> None:
        texts = {text.text for text in self.picture.iter(f"{SVG}text")}
        self.assertLessEqual({"title", "count", "cost", "a <panel>", "flat", "steep", "10", "100",
                              "1,000", "0"}, texts)

    def test_a_linear_axis_begins_at_nothing(self) -> None:
        panel = Panel("panel", {"line": [(100, 10), (400, 40)]})
        self.picture = xml.fromstring(plot("title", "count", "cost", [panel], linear=True))
        ((x1, y1), (x2, y2)), = self.corners()
        # Both lie on a line from the corner of the axes.
        self.assertAlmostEqual((TOP + PANEL_HEIGHT - y2) / (TOP + PANEL_HEIGHT - y1), 4, delta=0.1)
        self.assertAlmostEqual((x2 - LEFT) / (x1 - LEFT), 4, delta=0.1)

    def test_there_are_colours_for_a_dark_page(self) -> None:
        style = self.picture.find(f"{SVG}style")
        assert style is not None and style.text is not None
        light, dark = style.text.split("@media (prefers-color-scheme: dark)")
        for kind in re.findall(r"\.[sm]\d", dark):
            self.assertIn(kind, light)
        self.assertIn(".paper", dark)

    def test_the_top_of_an_axis_is_round_and_high_enough(self) -> None:
        for value, top in ((1, 1), (3, 4), (41, 60), (799, 800), (801, 1000), (1000, 1000)):
            self.assertEqual(nice_top(value), top)


class Book(unittest.TestCase):
    """Pictures and figures of the book belong together."""

    def check(self, name: str, picture: Callable[[Sequence[Mapping[str, Any]]], str]) -> None:
        """The picture of that name is the one of its figures."""
        points = json.loads((SOURCE / FOLDER / f"{name}.json").read_text("utf-8"))["points"]
        self.assertEqual((SOURCE / FOLDER / f"{name}.svg").read_text("utf-8"), picture(points))

    def test_the_picture_of_live_mappings_shows_its_figures(self) -> None:
        self.check("live_mappings", live_mappings.picture)

    def test_the_picture_of_load_time_shows_its_figures(self) -> None:
        self.check("load_time", load_time.picture)

    def test_load_time_is_a_line_in_each_of_its_figures(self) -> None:
        points = json.loads((SOURCE / FOLDER / "load_time.json").read_text("utf-8"))["points"]
        for kind in load_time.KINDS:
            line = {point["count"]: point["instructions"] for point in points
                    if point["kind"] == kind}
            slope = (line[10000] - line[1000]) / 9000
            for count in load_time.COUNTS[1:]:
                expected = line[1000] + slope * (count - 1000)
                self.assertAlmostEqual(line[count] / expected, 1, delta=0.1, msg=f"{kind} {count}")
