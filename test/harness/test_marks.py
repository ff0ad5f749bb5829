# SPDX-License-Identifier: MIT
"""Tests of what is read off COM1: marks, line ends, phases, stops. No QEMU."""

import unittest

from .console import Console, Finished, Output, Phase
from .marks import BODY_MAX, Mark, MarkParser, NewlineFilter
from .text import Tail, visible

PROMPT = b"\x1b]133;A\x07theoris> \x1b]133;B\x07"


def pieces(data: bytes, size: int) -> list[bytes]:
    """`data` cut in pieces of `size` bytes."""
    return [data[at:at + size] for at in range(0, len(data), size)]


def parsed(chunks: list[bytes]) -> list[bytes | Mark]:
    """What a parser makes of chunks, with adjacent text joined."""
    parser = MarkParser()
    items = [item for chunk in chunks for item in parser.feed(chunk)] + [parser.flush()]
    joined: list[bytes | Mark] = []
    for item in items:
        if isinstance(item, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += item
        elif item:
            joined.append(item)
    return joined


class Marks(unittest.TestCase):
    """The parser of the OSC 133 protocol."""

    def test_marks_are_found_wherever_the_stream_is_cut(self) -> None:
        stream = PROMPT + b"ls\r\n\x1b]133;C\x07one\x1b[0mtwo\r\n\x1b]133;D;17\x1b\\rest"
        expected = [Mark("A"), b"theoris> ", Mark("B"), b"ls\r\n", Mark("C"),
                    b"one\x1b[0mtwo\r\n", Mark("D", 17), b"rest"]
        for size in range(1, len(stream) + 1):
            self.assertEqual(parsed(pieces(stream, size)), expected)

    def test_other_sequences_pass_unchanged(self) -> None:
        for text in (b"\x1b]0;title\x07", b"\x1b]133;Z\x07", b"\x1b]13", b"\x1b\x1b]", b"\x1b[2J"):
            for size in (1, 3, len(text)):
                self.assertEqual(parsed(pieces(text, size)), [text])

    def test_an_endless_body_is_not_held_back(self) -> None:
        parser = MarkParser()
        text = b"\x1b]133;" + b"x" * (2 * BODY_MAX)
        self.assertEqual(b"".join(map(bytes, parser.feed(text))), text)  # type: ignore[arg-type]

    def test_an_endless_body_that_ends_late_is_text(self) -> None:
        text = b"\x1b]133;D;" + b"1" * (2 * BODY_MAX) + b"\x07"
        self.assertEqual(parsed([text]), [text])

    def test_a_status_that_is_no_number_is_none(self) -> None:
        self.assertEqual(parsed([b"\x1b]133;D;x\x07\x1b]133;D\x07"]), [Mark("D"), Mark("D")])


class LineEnds(unittest.TestCase):
    """The filter for line ends."""

    def test_only_carriage_return_and_newline_together_change(self) -> None:
        for size in range(1, 9):
            newlines = NewlineFilter()
            out = b"".join(map(newlines.feed, pieces(b"a\r\nb\rc\r\r\nd\r", size)))
            self.assertEqual(out + newlines.flush(), b"a\nb\rc\r\nd\r")


class Phases(unittest.TestCase):
    """The console's idea of what the shell is doing."""

    def setUp(self) -> None:
        self.console = Console()

    def events(self) -> list[Output | Finished]:
        """All that is queued."""
        found = []
        while (event := self.console.take()) is not None:
            found.append(event)
        return found

    def test_only_what_lies_between_c_and_d_is_output(self) -> None:
        command = b"x\r\n\x1b]133;C\x07out\r\n\x1b]133;D;2\x07\r\n"
        self.console.feed(b"firmware\r\n" + PROMPT + command)
        self.assertEqual(self.events(), [Output(b"out\n"), Finished(2)])
        self.assertIs(self.console.phase, Phase.DONE)

    def test_a_last_carriage_return_is_output(self) -> None:
        self.console.feed(PROMPT + b"\x1b]133;C\x07out\r\x1b]133;D;0\x07")
        self.assertEqual(self.events(), [Output(b"out"), Output(b"\r"), Finished(0)])

    def test_a_prompt_without_a_status_ends_the_command(self) -> None:
        self.console.feed(PROMPT + b"\x1b]133;C\x07" + PROMPT)
        self.assertEqual(self.events(), [Finished(None)])

    def test_a_status_beyond_99_is_none(self) -> None:
        self.console.feed(PROMPT + b"\x1b]133;C\x07\x1b]133;D;100\x07")
        self.assertEqual(self.events(), [Finished(None)])

    def test_echo_is_counted_without_escapes(self) -> None:
        self.console.feed(PROMPT + b"ab\x1b[Kc")
        self.assertEqual(self.console.echoed, 3)

    def test_a_full_queue_has_room_again_once_taken(self) -> None:
        self.console.feed(PROMPT + b"\x1b]133;C\x07")
        while not self.console.full:
            self.console.feed(b"x" * 65536)
        self.events()
        self.assertFalse(self.console.full)


class Stops(unittest.TestCase):
    """What looks like the end of the system."""

    def setUp(self) -> None:
        self.console = Console()

    def sentence_after(self, data: bytes, seconds: float) -> str | None:
        """What stopped the system if COM1 falls silent for `seconds` after `data`."""
        self.console.feed(data)
        self.console.stop._last_byte -= seconds
        return self.console.stop.sentence()

    def test_a_stop_counts_after_silence(self) -> None:
        line = b"\x1b[2Jtheoris: stopped: no memory\r\n"
        self.assertIsNone(self.sentence_after(line, 0))
        self.assertEqual(self.sentence_after(b"press a key\r\n", 1), "no memory")

    def test_a_line_that_never_ends_counts_too(self) -> None:
        self.assertIsNone(self.sentence_after(b"theoris: stopped: no mem", 1))
        self.assertEqual(self.sentence_after(b"ory", 6), "no memory")

    def test_a_line_broken_by_the_firmware_is_joined(self) -> None:
        sentence = "word " * 30 + "end"
        line = f"theoris: stopped: {sentence}".encode()
        broken = b"\r\n".join(pieces(line, 80)) + b"\r\n"
        self.assertEqual(self.sentence_after(broken, 1), sentence)

    def test_a_command_may_print_the_words(self) -> None:
        self.console.feed(PROMPT + b"\r\n\x1b]133;C\x07theoris: stopped: a quotation\r\n")
        self.assertIsNone(self.sentence_after(b"\x1b]133;D;0\x07", 9))

    def test_a_firmware_without_a_loader_is_noticed(self) -> None:
        sentence = self.sentence_after(b"UEFI Interactive Shell v2.2\r\n", 1)
        self.assertIn("nothing to boot", str(sentence))


class Texts(unittest.TestCase):
    """What people read."""

    def test_escapes_and_controls_are_removed(self) -> None:
        self.assertEqual(visible(b"\x1b[1;31mred\x1b[0m\r\n\x1b]0;t\x07ok\x00"), b"red\nok")

    def test_a_tail_is_bounded_and_keeps_the_end(self) -> None:
        tail = Tail(100)
        for number in range(10000):
            tail.append(b"line %d\n" % number)
        self.assertLessEqual(len(tail.text()), 100)
        self.assertEqual(tail.lines(2), ["line 9998", "line 9999"])


if __name__ == "__main__":
    unittest.main()
