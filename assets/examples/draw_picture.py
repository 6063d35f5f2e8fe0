#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws picture.png, the first picture of models that read pictures: a cat on a roof that looks at a bird.

    draw_picture.py picture.png

Everything is drawn by the formulas below; it needs NumPy.
"""
import struct
import sys
import zlib

import numpy as np

SIDE, FINE = 384, 3  # pixels of the picture; samples a pixel and direction
Y, X = (np.mgrid[0:SIDE * FINE, 0:SIDE * FINE] + 0.5) / (SIDE * FINE)  # 0…1 from the upper left


def ellipse(x, y, wide, high, turn=0.0):
    c, s = np.cos(turn), np.sin(turn)
    u, v = (X - x) * c + (Y - y) * s, (Y - y) * c - (X - x) * s
    return (u / wide) ** 2 + (v / high) ** 2 < 1


def polygon(*corners):
    """Even-odd rule."""
    inside = np.zeros(X.shape, bool)
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1]):
        if y0 != y1:
            inside ^= ((Y < y0) != (Y < y1)) & (X < x0 + (Y - y0) / (y1 - y0) * (x1 - x0))
    return inside


def box(x0, y0, x1, y1):
    return (X >= x0) & (X < x1) & (Y >= y0) & (Y < y1)


def draw():
    sky = np.stack([120 + 120 * Y, 175 + 55 * Y, 235 - 25 * Y], -1)
    picture = sky.copy()

    def paint(where, *colour):
        picture[where] = colour

    glow = np.exp(-(((X - 0.84) ** 2 + (Y - 0.15) ** 2) / 0.02))[..., None]
    picture += glow * (np.array([255, 226, 150]) - picture) * 0.8
    paint(ellipse(0.84, 0.15, 0.075, 0.075), 255, 214, 92)
    for x, y, size in ((0.20, 0.13, 1.0), (0.55, 0.07, 0.7)):
        for shift, wide in ((-0.05, 0.05), (0.0, 0.065), (0.055, 0.045)):
            paint(ellipse(x + shift * size, y + abs(shift) * 0.2, wide * size, 0.035 * size), 250, 250, 252)

    paint(Y > 0.80 + 0.02 * np.sin(7 * X), 104, 158, 84)
    paint(Y > 0.90 + 0.015 * np.sin(5 * X + 1), 84, 138, 70)
    paint(box(0.855, 0.56, 0.885, 0.86), 110, 78, 52)  # the tree
    for x, y, size in ((0.87, 0.47, 0.115), (0.80, 0.54, 0.075), (0.935, 0.55, 0.07)):
        paint(ellipse(x, y, size, size * 0.95), 72, 132, 78)
    for x, y in ((0.83, 0.46), (0.90, 0.50), (0.87, 0.40), (0.80, 0.55), (0.94, 0.56)):
        paint(ellipse(x, y, 0.013, 0.013), 214, 66, 58)

    paint(box(0.16, 0.53, 0.66, 0.88), 232, 214, 180)  # the house
    paint(box(0.16, 0.53, 0.66, 0.555), 205, 186, 152)
    paint(box(0.545, 0.30, 0.60, 0.46), 140, 82, 70)
    paint(polygon((0.09, 0.55), (0.30, 0.33), (0.52, 0.33), (0.73, 0.55)), 178, 78, 62)
    tiles = polygon((0.09, 0.55), (0.30, 0.33), (0.52, 0.33), (0.73, 0.55)) & ((Y - 0.33) % 0.044 < 0.006)
    paint(tiles, 150, 60, 50)
    for x in (0.22, 0.50):
        paint(box(x, 0.62, x + 0.11, 0.74), 250, 248, 240)
        paint(box(x + 0.008, 0.628, x + 0.102, 0.732), 96, 140, 178)
        paint(box(x + 0.051, 0.62, x + 0.059, 0.74), 250, 248, 240)
        paint(box(x, 0.676, x + 0.11, 0.684), 250, 248, 240)
    paint(box(0.365, 0.66, 0.455, 0.88), 108, 74, 52)
    paint(ellipse(0.44, 0.775, 0.008, 0.008), 230, 200, 90)

    fur, light = (62, 56, 66), (226, 196, 120)  # the cat
    paint(ellipse(0.40, 0.275, 0.052, 0.070), *fur)
    tail = (np.abs(np.hypot(X - 0.315, Y - 0.285) - 0.048) < 0.012) & (Y > 0.255) & (X < 0.365)
    paint(tail, *fur)
    paint(ellipse(0.435, 0.195, 0.046, 0.041), *fur)
    paint(polygon((0.397, 0.185), (0.400, 0.128), (0.432, 0.160)), *fur)
    paint(polygon((0.443, 0.160), (0.474, 0.130), (0.476, 0.188)), *fur)
    paint(box(0.392, 0.30, 0.410, 0.342) | box(0.424, 0.29, 0.442, 0.342), *fur)
    for x in (0.432, 0.459):
        paint(ellipse(x, 0.190, 0.009, 0.010), *light)
        paint(ellipse(x + 0.003, 0.190, 0.003, 0.008), 30, 28, 32)

    bird = (66, 96, 170)  # the bird
    paint(ellipse(0.665, 0.235, 0.040, 0.022, -0.25), *bird)
    paint(ellipse(0.632, 0.218, 0.018, 0.017), *bird)
    paint(polygon((0.616, 0.214), (0.590, 0.221), (0.617, 0.226)), 240, 160, 60)
    paint(polygon((0.655, 0.232), (0.690, 0.150), (0.700, 0.228)), 92, 126, 200)
    paint(polygon((0.695, 0.225), (0.742, 0.205), (0.738, 0.228), (0.700, 0.240)), *bird)
    paint(ellipse(0.628, 0.214, 0.0045, 0.0045), 250, 250, 250)

    averaged = picture.reshape(SIDE, FINE, SIDE, FINE, 3).mean((1, 3))
    return np.clip(np.rint(averaged), 0, 255).astype(np.uint8)


def png(pixels):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = pixels.reshape(len(pixels), -1).astype(np.int16)
    up = np.diff(rows, axis=0, prepend=np.zeros((1, rows.shape[1]), np.int16)).astype(np.uint8)  # filter 2
    lines = b"".join(b"\2" + row.tobytes() for row in up)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b""))


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as file:
        file.write(png(draw()))
