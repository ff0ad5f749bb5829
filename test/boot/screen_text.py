# SPDX-License-Identifier: MIT
"""Reads the text off a screenshot, by the glyphs of the system's own font."""

import gzip
import pathlib
import struct
import zlib

FONT = pathlib.Path("/usr/share/consolefonts/spleen-8x16.psfu.gz")
WIDTH, HEIGHT = 8, 16
PSF2_MAGIC = 0x864AB572
PSF2_HEADER = "<8I"


def _glyphs() -> dict[bytes, str]:
    """Characters of ASCII by their rows."""
    data = gzip.decompress(FONT.read_bytes())
    if struct.unpack_from("<I", data)[0] == PSF2_MAGIC:
        header, size = struct.unpack_from(PSF2_HEADER, data)[2], HEIGHT
    else:
        header, size = 4, data[3]
    assert size == HEIGHT
    return {data[header + code * size:header + (code + 1) * size]: chr(code)
            for code in range(32, 127)}


def _pixels(png: bytes) -> list[list[bool]]:
    """Whether each pixel is lit, line by line; PNG of 8-bit RGB, as QEMU writes it."""
    width, height = struct.unpack_from(">II", png, 16)
    at, packed = 8, b""
    while at < len(png):
        length, = struct.unpack_from(">I", png, at)
        if png[at + 4:at + 8] == b"IDAT":
            packed += png[at + 8:at + 8 + length]
        at += length + 12
    raw, stride = zlib.decompress(packed), 3 * width
    lines, above = [], bytes(stride)
    for row in range(height):
        start = row * (stride + 1)
        above = _unfilter(raw[start], raw[start + 1:start + 1 + stride], above)
        lines.append([any(above[i:i + 3]) for i in range(0, stride, 3)])
    return lines


def _unfilter(kind: int, line: bytes, above: bytes) -> bytes:
    """PNG specification, section 9: filters of a line, with 3 bytes a pixel."""
    out = bytearray(line)
    for i, value in enumerate(line):
        left = out[i - 3] if i >= 3 else 0
        corner = above[i - 3] if i >= 3 else 0
        if kind == 1:
            out[i] = value + left & 255
        elif kind == 2:
            out[i] = value + above[i] & 255
        elif kind == 3:
            out[i] = value + (left + above[i]) // 2 & 255
        elif kind == 4:
            guess = left + above[i] - corner
            nearest = min((left, above[i], corner), key=lambda n: abs(guess - n))
            out[i] = value + nearest & 255
    return bytes(out)


def screen_text(png: bytes) -> list[str]:
    """The lines of text; `?` stands for what is no character of ASCII, such as the cursor."""
    glyphs, lines = _glyphs(), _pixels(png)
    text = []
    for top in range(0, len(lines) - HEIGHT + 1, HEIGHT):
        row = ""
        for left in range(0, len(lines[0]) - WIDTH + 1, WIDTH):
            rows = bytes(sum(lines[top + y][left + x] << (7 - x) for x in range(WIDTH))
                         for y in range(HEIGHT))
            row += glyphs.get(rows, "?")
        text.append(row.rstrip())
    return text
