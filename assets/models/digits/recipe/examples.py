# SPDX-License-Identifier: Apache-2.0
"""Draws the examples of the program: python3 examples.py FOLDER  → digit-0.png … digit-9.png

Each is the way of writing that was never trained on (HELD of strokes.py), unbent, dark on white, 140 × 140 pixels.
"""
import os
import sys

import torch

import folder
import strokes

SIDE = 140


def drawing(way):
    starts, ends = strokes.pieces_of(way, 1, torch.Generator().manual_seed(0), 0.0)
    fine = SIDE / 28
    box, margin = 19 * fine, 4.5 * fine
    return 1 - 0.88 * strokes.covered(starts * box + margin, ends * box + margin, torch.full((1,), 1.15 * fine), SIDE)[0]


def main(out):
    for digit, way in strokes.HELD.items():
        folder.write_png(os.path.join(out, f"digit-{digit}.png"), drawing(way))


if __name__ == "__main__":
    main(*sys.argv[1:])
