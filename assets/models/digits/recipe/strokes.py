# SPDX-License-Identifier: Apache-2.0
"""Digits as a pen draws them: skeletons typed here, bent at random, drawn as ink around a line.

A way of writing a digit is a list of strokes; a stroke is a list of points (x, y) in a box of 1 × 1, y downwards, joined by a
smooth curve. A point given twice is a corner. Every digit has ways that are trained on (WAYS) and one that never is (HELD).
"""
import math

import torch

SIDE, BOX, SEGMENTS = 40, 26, 40     # pixels of a drawing, of its box; pieces of line a drawing is made of


def arc(x, y, wide, high, begin, end, count=9):
    """Points of an ellipse, angles in degrees clockwise from the right."""
    angles = [math.radians(begin + (end - begin) * i / (count - 1)) for i in range(count)]
    return [(x + wide * math.cos(a), y + high * math.sin(a)) for a in angles]


WAYS = {
    0: [[arc(.5, .5, .30, .48, -90, 270, 13)], [arc(.5, .5, .22, .48, -60, 300, 13)], [arc(.5, .5, .36, .46, -80, 290, 13)],
        [arc(.5, .5, .30, .48, -90, -450, 13)], [arc(.5, .5, .30, .48, -90, 270, 13), [(.68, .2), (.32, .8)]]],
    1: [[[(.5, .02), (.5, .98)]], [[(.3, .25), (.52, .03), (.52, .03), (.52, .98)]], [[(.62, .02), (.42, .98)]],
        [[(.3, .22), (.52, .03), (.52, .03), (.52, .97)], [(.28, .97), (.76, .97)]],
        [[(.34, .16), (.5, .03), (.5, .03), (.48, .98)]]],
    2: [[[(.2, .25), (.3, .08), (.52, .02), (.74, .12), (.76, .3), (.6, .55), (.2, .97), (.2, .97), (.82, .97)]],
        [[(.22, .2), (.45, .03), (.72, .12), (.74, .32), (.52, .62), (.26, .9), (.2, .96), (.17, .86), (.3, .82), (.5, .93),
          (.84, .95)]],
        [[(.2, .08), (.78, .06), (.78, .06), (.22, .96), (.22, .96), (.84, .95)]],
        [[(.24, .28), (.34, .06), (.62, .04), (.76, .24), (.62, .5), (.4, .76), (.2, .96), (.2, .96), (.46, .9), (.66, .97),
          (.84, .9)]]],
    3: [[[(.22, .14), (.46, .02), (.74, .12), (.72, .36), (.46, .47), (.46, .47), (.76, .58), (.78, .84), (.5, .98), (.2, .86)]],
        [[(.22, .04), (.78, .04), (.78, .04), (.48, .4), (.48, .4), (.76, .54), (.78, .82), (.5, .98), (.2, .88)]],
        [[(.26, .1), (.5, .03), (.7, .12), (.68, .32), (.52, .46), (.4, .47), (.56, .47), (.78, .62), (.74, .88), (.46, .98),
          (.22, .92)]],
        [[(.2, .2), (.4, .03), (.7, .1), (.7, .34), (.42, .46), (.42, .46), (.72, .54), (.8, .74), (.6, .96), (.26, .94),
          (.16, .8)]]],
    4: [[[(.3, .03), (.22, .6), (.22, .6), (.84, .6)], [(.66, .3), (.64, .98)]],
        [[(.66, .98), (.66, .03), (.66, .03), (.16, .68), (.16, .68), (.88, .68)]],
        [[(.6, .03), (.18, .62), (.18, .62), (.84, .62)], [(.66, .35), (.62, .98)]],
        [[(.28, .05), (.2, .4), (.34, .54), (.7, .46)], [(.74, .05), (.68, .98)]]],
    5: [[[(.78, .04), (.3, .04), (.3, .04), (.26, .44), (.26, .44), (.52, .36), (.78, .52), (.78, .8), (.5, .98), (.2, .88)]],
        [[(.76, .05), (.5, .05), (.32, .12), (.28, .3), (.4, .44), (.66, .52), (.76, .72), (.62, .94), (.36, .98), (.2, .9)]],
        [[(.32, .06), (.28, .46), (.28, .46), (.6, .4), (.8, .62), (.7, .9), (.4, .98), (.2, .88)], [(.32, .06), (.8, .05)]],
        [[(.82, .02), (.36, .06), (.36, .06), (.24, .5), (.24, .5), (.46, .42), (.7, .52), (.74, .76), (.54, .96), (.16, .94)]]],
    6: [[[(.7, .05), (.46, .14), (.26, .44), (.22, .74), (.42, .97), (.7, .9), (.76, .68), (.56, .52), (.3, .6), (.22, .74)]],
        [[(.64, .02), (.34, .4), (.22, .74), (.4, .97), (.68, .92), (.76, .7), (.56, .54), (.26, .66)]],
        [[(.76, .14), (.54, .03), (.3, .2), (.22, .6), (.32, .92), (.6, .97), (.76, .76), (.62, .54), (.36, .56), (.23, .7)]],
        [[(.5, .02), (.28, .36), (.22, .76), (.46, .98), (.76, .84), (.7, .6), (.46, .54), (.24, .72)]]],
    7: [[[(.2, .05), (.8, .05), (.8, .05), (.42, .98)]], [[(.2, .05), (.8, .05), (.8, .05), (.44, .98)], [(.38, .5), (.76, .5)]],
        [[(.2, .2), (.22, .05), (.22, .05), (.8, .05), (.8, .05), (.56, .5), (.46, .98)]],
        [[(.18, .08), (.82, .04), (.82, .04), (.5, .44), (.38, .98)]],
        [[(.2, .06), (.78, .06), (.78, .06), (.56, .5), (.5, .98)], [(.34, .54), (.74, .46)]]],
    8: [[[(.72, .14), (.48, .02), (.26, .18), (.48, .46), (.76, .74), (.5, .98), (.22, .76), (.52, .46), (.74, .2), (.7, .1)]],
        [arc(.5, .26, .22, .23, 90, 450, 11), arc(.5, .74, .28, .24, -90, 270, 11)],
        [[(.5, .46), (.26, .24), (.5, .02), (.74, .24), (.5, .46), (.22, .74), (.5, .98), (.78, .74), (.5, .46)]],
        [[(.66, .08), (.4, .04), (.26, .2), (.4, .4), (.66, .58), (.74, .8), (.5, .98), (.26, .84), (.36, .6), (.62, .4),
          (.74, .2), (.64, .06)]]],
    9: [[[(.74, .28), (.6, .5), (.32, .46), (.24, .24), (.46, .03), (.72, .14), (.76, .34), (.72, .66), (.66, .98)]],
        [[(.74, .26), (.56, .48), (.28, .4), (.28, .14), (.52, .03), (.74, .2), (.76, .54), (.62, .88), (.34, .97), (.22, .88)]],
        [[(.7, .1), (.42, .04), (.24, .24), (.4, .46), (.66, .38), (.74, .1), (.74, .1), (.72, .98)]],
        [[(.72, .22), (.5, .46), (.26, .34), (.36, .06), (.64, .06), (.74, .26), (.68, .6), (.5, .98)]]],
}
HELD = {
    0: [[(.56, .06), (.3, .1), (.2, .4), (.26, .84), (.54, .98), (.76, .78), (.78, .32), (.64, .06), (.42, .1)]],
    1: [[(.24, .42), (.44, .22), (.58, .02), (.58, .02), (.54, .98)]],
    2: [[(.18, .34), (.26, .14), (.5, .04), (.7, .18), (.62, .42), (.4, .66), (.24, .94), (.24, .94), (.5, .98), (.8, .94)]],
    3: [[(.26, .2), (.36, .04), (.64, .06), (.68, .28), (.5, .42), (.36, .44), (.44, .38), (.66, .5), (.78, .74), (.6, .96),
         (.3, .96), (.2, .82)]],
    4: [[(.4, .02), (.3, .3), (.16, .56), (.16, .56), (.5, .58), (.82, .54)], [(.6, .24), (.58, .6), (.54, .98)]],
    5: [[(.74, .08), (.36, .04), (.36, .04), (.3, .2), (.28, .4), (.28, .4), (.6, .42), (.76, .66), (.62, .9), (.22, .98)]],
    6: [[(.62, .04), (.4, .24), (.26, .56), (.28, .86), (.46, .98), (.64, .88), (.66, .7), (.5, .62), (.34, .7), (.28, .86)]],
    7: [[(.18, .14), (.3, .04), (.54, .1), (.8, .04), (.8, .04), (.62, .36), (.44, .68), (.4, .98)], [(.34, .46), (.7, .52)]],
    8: [[(.76, .12), (.54, .1), (.32, .2), (.38, .38), (.62, .52), (.74, .76), (.54, .96), (.28, .88), (.28, .68), (.5, .48),
         (.72, .3), (.78, .1)]],
    9: [[(.7, .2), (.5, .06), (.28, .18), (.3, .4), (.54, .46), (.7, .3), (.7, .16), (.7, .16), (.74, .6), (.6, .92), (.36, .98)]],
}


def curve(points, count):
    """[…, 2] control points [n, p, 2] → [n, count, 2] points of a Catmull–Rom spline, evenly by parameter."""
    padded = torch.cat([points[:, :1], points, points[:, -1:]], 1)
    at = torch.linspace(0, points.shape[1] - 1 - 1e-4, count)
    first, t = at.long(), (at - at.floor())[None, :, None]
    a, b, c, d = (padded[:, first + shift] for shift in range(4))
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def pieces_of(way, count, rng, bend):
    """`count` different drawings of one way: starts and ends of their pieces of line, [count, SEGMENTS, 2] each."""
    lengths = [len(stroke) - 1 for stroke in way]
    shares = [max(6, SEGMENTS * length // sum(lengths)) for length in lengths]
    shares[-1] = SEGMENTS - sum(shares[:-1])
    starts, ends = [], []
    for stroke, share in zip(way, shares):
        points = torch.tensor(stroke).float()
        moved = points[None] + bend * torch.randn(count, len(stroke), 2, generator=rng)
        for place in range(1, len(stroke)):        # the two halves of a corner stay together
            if stroke[place] == stroke[place - 1]:
                moved[:, place] = moved[:, place - 1]
        line = curve(moved, share + 1)
        starts.append(line[:, :-1])
        ends.append(line[:, 1:])
    return torch.cat(starts, 1), torch.cat(ends, 1)


def covered(starts, ends, thick, side):
    """Coverage [n, side, side], 0…1, of lines of half width `thick` [n]; all in pixels."""
    y, x = torch.meshgrid(torch.arange(side) + .5, torch.arange(side) + .5, indexing="ij")
    place = torch.stack([x, y], -1).view(-1, 2)
    along = ends - starts
    length = (along * along).sum(-1).clamp(min=1e-6).sqrt()
    along = along / length[..., None]
    across = torch.stack([-along[..., 1], along[..., 0]], -1)
    forward = place @ along.transpose(1, 2) - (starts * along).sum(-1)[:, None]        # [n, pixels, pieces]
    aside = place @ across.transpose(1, 2) - (starts * across).sum(-1)[:, None]
    beyond = forward - forward.clamp(min=0).minimum(length[:, None])
    near = beyond.square_().add_(aside.square_()).min(-1)[0].sqrt()
    return (thick[:, None] + .5 - near).clamp(0, 1).view(-1, side, side)


def ink(starts, ends, thick):
    """Drawings [n, SIDE, SIDE]: the box takes BOX of the SIDE pixels."""
    margin = (SIDE - BOX) / 2
    return covered(starts * BOX + margin, ends * BOX + margin, thick, SIDE)


def drawings(digit, way, count, rng):
    """[count, SIDE, SIDE] of one way of writing."""
    found = []
    for begin in range(0, count, 4):
        n = min(4, count - begin)
        starts, ends = pieces_of(way, n, rng, 0.028)
        found.append(ink(starts, ends, 0.7 + 1.7 * torch.rand(n, generator=rng)))
    return torch.cat(found)


def pool(held, each, rng):
    """(images [n, SIDE, SIDE], labels [n]): `each` drawings of every digit, evenly over its ways."""
    images, labels = [], []
    for digit in range(10):
        ways = [HELD[digit]] if held else WAYS[digit]
        for number, way in enumerate(ways):
            count = each * (number + 1) // len(ways) - each * number // len(ways)
            images.append(drawings(digit, way, count, rng))
            labels += [digit] * count
    return torch.cat(images), torch.tensor(labels)
