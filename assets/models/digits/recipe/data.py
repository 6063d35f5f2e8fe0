# SPDX-License-Identifier: Apache-2.0
"""Pictures to learn from and to be tested on: drawings of strokes.py and fonts.py, turned, bent, scaled, shaded."""
import torch
from torch.nn import functional as F

import fonts
import strokes

SIDE = 28       # pixels of what the model reads


def uniform(rng, n, low, high):
    return low + (high - low) * torch.rand(n, generator=rng)


def placed(images, rng):
    """[n, 40, 40] → [n, 28, 28]: turned, slanted, scaled, moved, and bent a little."""
    n = len(images)
    turn, slant = uniform(rng, n, -.26, .26), uniform(rng, n, -.25, .25)
    size, squeeze = uniform(rng, n, .75, 1.45), uniform(rng, n, .85, 1.18)
    wide, high = size * squeeze, size / squeeze     # sizes of the drawing in sizes of the picture
    cosine, sine = turn.cos(), turn.sin()
    # a picture's pixel → a drawing's place, both −1…1
    matrix = torch.stack([torch.stack([cosine * wide, -sine * wide + slant], -1),
                          torch.stack([sine * high, cosine * high], -1)], 1)
    shift = torch.stack([uniform(rng, n, -.2, .2), uniform(rng, n, -.2, .2)], -1)
    grid = F.affine_grid(torch.cat([matrix, shift[..., None]], -1), (n, 1, SIDE, SIDE), align_corners=False)
    bends = F.interpolate(torch.randn(n, 2, 4, 4, generator=rng), (SIDE, SIDE), mode="bicubic", align_corners=True)
    grid = grid + 0.035 * bends.permute(0, 2, 3, 1)
    return F.grid_sample(images[:, None], grid, mode="bilinear", padding_mode="zeros", align_corners=False)[:, 0]


def shaded(ink, rng):
    """Ink [n, 28, 28] → grey 0…1: mostly dark on light paper, a third light on dark; light from one side, blur, noise."""
    n = len(ink)
    kernel = torch.tensor([[1., 2, 1], [2, 4, 2], [1, 2, 1]]).div(16).view(1, 1, 3, 3)
    soft = F.conv2d(F.pad(ink[:, None], (1, 1, 1, 1)), kernel)[:, 0]
    mixed = torch.lerp(ink, soft, uniform(rng, n, 0, 1)[:, None, None]).clamp(0, 1)
    paper, pen = uniform(rng, n, .75, 1.0), uniform(rng, n, 0, .35)
    invert = torch.rand(n, generator=rng) < 1 / 3
    paper, pen = torch.where(invert, 1 - paper, paper), torch.where(invert, 1 - pen, pen)
    pictures = torch.lerp(paper[:, None, None].expand_as(mixed), pen[:, None, None].expand_as(mixed), mixed)
    ramp = torch.linspace(-1, 1, SIDE)
    light = uniform(rng, n, -.08, .08)[:, None, None] * ramp[None, :, None] + \
        uniform(rng, n, -.08, .08)[:, None, None] * ramp[None, None, :]
    noise = uniform(rng, n, 0, .08)[:, None, None] * torch.randn(n, SIDE, SIDE, generator=rng)
    return (pictures + light + noise).clamp(0, 1)


def eight_bits(pictures):
    """As a PNG file keeps them."""
    return (pictures * 255).round() / 255


class Source:
    """Endless pictures: half drawn by strokes, half by typefaces (families alike often)."""

    def __init__(self, held, seed, each=2000):
        self.rng = torch.Generator().manual_seed(seed)
        self.faces = list(fonts.bank(fonts.HELD if held else fonts.TRAINED).values())
        self.drawn, self.labels = strokes.pool(held, each, self.rng)

    def pick(self, high, n):
        return torch.randint(high, (n,), generator=self.rng)

    def strokes(self, n):
        chosen = self.pick(len(self.labels), n)
        return self.drawn[chosen], self.labels[chosen]

    def fonts(self, n):
        digits, families = self.pick(10, n), self.pick(len(self.faces), n)
        images = torch.stack([self.faces[f][self.pick(len(self.faces[f]), 1)[0], d]
                              for f, d in zip(families.tolist(), digits.tolist())])
        return images, digits

    def batch(self, n, part=None):
        """(grey pictures [n, 28, 28], digits [n]); `part`: "strokes" or "fonts" alone."""
        if part:
            images, digits = getattr(self, part)(n)
        else:
            both = self.strokes(n // 2), self.fonts(n - n // 2)
            images, digits = (torch.cat(pair) for pair in zip(*both))
        return eight_bits(shaded(placed(images, self.rng), self.rng)), digits
