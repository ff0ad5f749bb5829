# SPDX-License-Identifier: MIT
"""Tests of the plotter, and of the plots that are in the book. No QEMU."""

import json
import re
import unittest
import xml.etree.ElementTree as xml

from .build import SOURCE
from .live_mappings import FOLDER, picture
from .plot import Panel, nice_top, plot

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

    def test_the_picture_of_live_mappings_shows_its_figures(self) -> None:
        folder = SOURCE / FOLDER
        points = json.loads((folder / "live_mappings.json").read_text("utf-8"))["points"]
        self.assertEqual((folder / "live_mappings.svg").read_text("utf-8"), picture(points))
