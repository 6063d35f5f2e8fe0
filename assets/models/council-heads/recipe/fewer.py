# SPDX-License-Identifier: Apache-2.0
"""What the four small encoders share: their shape, and which head answers which question.

The network, the trees, the pieces and the questions are council's own recipe (../../council/recipe).
"""
import os
import sys

import torch

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../council/recipe"))
import conllu  # noqa: E402  (council's)
import model as encoder  # noqa: E402

HEADS = (1, 2, 4, 8)
LAYERS, WIDTH, INNER, POSITIONS, VOCABULARY = 4, 64, 256, 128, 4000


def places(heads):
    """{relation: (layer, head)} with this many heads in a layer.

    Every relation keeps council's layer. The n relations of a layer keep their order: where there
    are heads enough each has its own, else the j-th goes to head j · heads // n.
    """
    found = {}
    for layer in range(LAYERS):
        here = [r for l, _, r in conllu.GUIDED if l == layer]
        for j, relation in enumerate(here):
            found[relation] = (layer, j if len(here) <= heads else j * heads // len(here))
    return found


def slots(heads):
    """[(layer, head, [numbers of the relations it answers, as in conllu.RELATIONS])], ascending."""
    asked = {}
    for relation, place in places(heads).items():
        if relation in conllu.RELATIONS:
            asked.setdefault(place, []).append(conllu.RELATIONS.index(relation))
    return [(layer, head, asked[layer, head]) for layer, head in sorted(asked)]


def slot_gold(gold, heads):
    """gold [B,R,T,W+SEP] by relation → [B,S,T,W+SEP] by slot.

    The words that any of a head's relations asks for are summed; a row is told to look at [SEP]
    only where none of them finds or doubts anything.
    """
    if len(slots(heads)) == len(conllu.RELATIONS):
        return gold     # a head for each, in the same order
    parts = []
    for _, _, relations in slots(heads):
        mine = gold[:, relations]
        joined = mine.sum(1)
        joined[..., -1] = mine[..., -1].min(1).values
        parts.append(joined)
    return torch.stack(parts, 1)


def use(heads):
    """Gives council's network (model.py) the shape of the model with this many heads, until the next call."""
    encoder.LAYERS, encoder.WIDTH, encoder.INNER, encoder.POSITIONS = LAYERS, WIDTH, INNER, POSITIONS
    encoder.HEADS, encoder.HEAD_DIM = heads, WIDTH // heads
