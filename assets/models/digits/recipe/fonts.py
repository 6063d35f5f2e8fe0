# SPDX-License-Identifier: Apache-2.0
"""Digits of typefaces: rendered from font files of Debian packages (fonts-dejavu-core and -extra, fonts-inter,
fonts-jetbrains-mono, fonts-noto-core; their licences are in the model card)."""
import glob
import os

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from strokes import SIDE

ROOT, FINE = "/usr/share/fonts", 4       # pixels of the rendering for a pixel of the drawing
# family: patterns of files
TRAINED = {
    "DejaVu Sans": ["truetype/dejavu/DejaVuSans.ttf", "truetype/dejavu/DejaVuSans-*.ttf", "truetype/dejavu/DejaVuSansCondensed*.ttf"],
    "DejaVu Sans Mono": ["truetype/dejavu/DejaVuSansMono*.ttf"],
    "Inter": ["opentype/inter/Inter-*.otf"],
    "Inter Display": ["opentype/inter/InterDisplay-*.otf"],
    "Noto Sans": ["truetype/noto/NotoSans-*.ttf"],
    "Noto Sans Display": ["truetype/noto/NotoSansDisplay-*.ttf"],
    "Noto Serif": ["truetype/noto/NotoSerif-*.ttf"],
    "Noto Serif Display": ["truetype/noto/NotoSerifDisplay-*.ttf"],
}
HELD = {
    "DejaVu Serif": ["truetype/dejavu/DejaVuSerif*.ttf"],
    "JetBrains Mono": ["truetype/jetbrains-mono/JetBrainsMono-*.ttf"],
}


def drawing(font, digit):
    """[SIDE, SIDE], 0…1: the digit in the middle."""
    side = SIDE * FINE
    image = Image.new("L", (side, side), 0)
    left, top, right, bottom = font.getbbox(digit)
    ImageDraw.Draw(image).text(((side - right - left) / 2, (side - bottom - top) / 2), digit, fill=255, font=font)
    fine = np.asarray(image, np.float32).reshape(SIDE, FINE, SIDE, FINE)
    return fine.mean((1, 3)) / 255


def bank(families):
    """{family: [faces, 10, SIDE, SIDE]}. Fails where a family is not installed."""
    found = {}
    for family, patterns in families.items():
        files = sorted({file for pattern in patterns for file in glob.glob(os.path.join(ROOT, pattern))})
        if not files:
            raise SystemExit(f"no font files of {family} in {ROOT}: see the packages named in fonts.py")
        faces = []
        for file in files:
            font = ImageFont.truetype(file, 35 * FINE, layout_engine=ImageFont.Layout.BASIC)
            faces.append(np.stack([drawing(font, str(digit)) for digit in range(10)]))
        found[family] = torch.from_numpy(np.stack(faces))
    return found
