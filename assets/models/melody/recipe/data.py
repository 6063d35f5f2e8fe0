# SPDX-License-Identifier: Apache-2.0
"""Rows to learn from: tunes of grammar.py, and a share of random notes said again and again."""
import random

import torch

import grammar
import model
import notes


def repeated(rng, length):
    """(ids, place from which the loss counts): <s> and 6 to 40 random notes, said until the row is full."""
    period = rng.randint(6, 40)
    once = [rng.randrange(notes.FIRST_NOTE, len(notes.WORDS)) for _ in range(period)]
    return ([notes.BOS] + once * (length // period + 1))[:length], period + 1


def batches(rng, rows, at_once, share, length):
    """Endless (ids [n, T], targets [n, T], −1 where nothing is asked): rows of like lengths stand together. `share` of the rows
    are random notes, `length` tokens long."""
    while True:
        found = [repeated(rng, length) if rng.random() < share else (grammar.said(rng, model.CONTEXT)[0], 0)
                 for _ in range(rows * at_once)]
        found.sort(key=lambda row: len(row[0]))
        parts = [found[begin:begin + rows] for begin in range(0, len(found), rows)]
        rng.shuffle(parts)
        for part in parts:
            longest = max(len(ids) for ids, _ in part)
            table = torch.full((len(part), longest), -1)
            asked = torch.full((len(part), longest), -1)
            for row, (ids, begin) in enumerate(part):
                table[row, :len(ids)] = torch.tensor(ids)
                asked[row, begin:len(ids)] = table[row, begin:len(ids)]
            yield table[:, :-1].clamp(min=0), asked[:, 1:]
