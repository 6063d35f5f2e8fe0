# SPDX-License-Identifier: Apache-2.0
"""Measures a shipped folder: python3 evaluate.py WORK FOLDER SHEET_PNG REPORT_JSON

Accuracy on pictures never trained on; where heads look, on the same pictures; writes the sheet of held-out pictures that the
program's tests read: a row of 10 for every digit, 5 drawn by strokes and 5 of typefaces.
"""
import json
import os
import sys

import torch

import data
import folder
import model

ASKED, SIDE = 2000, model.IMAGE // model.PATCH
MOVES = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}


def answers(net, pictures):
    """(logits [n,10], attention as a list of [L,100,H,T,T])"""
    logits, seen = [], []
    with torch.no_grad():
        for part in pictures.split(100):
            found, weights = net(part)
            logits.append(found)
            seen.append(weights)
    return torch.cat(logits), seen


def accuracy(logits, digits):
    confused = torch.zeros(10, 10, dtype=torch.int64)
    for true, given in zip(digits.tolist(), logits.argmax(-1).tolist()):
        confused[true, given] += 1
    return {"right": float((logits.argmax(-1) == digits).float().mean()), "confused": confused.tolist(),
            "sure": float(logits.softmax(-1).amax(-1).mean())}


def inked(pictures):
    """[n, patches]: has the patch ink in it? Its grey differs from the paper's (the picture's median) by 0.15 at some pixel
    of the picture smoothed over 3 × 3."""
    soft = torch.nn.functional.avg_pool2d(pictures[:, None], 3, 1, 1, count_include_pad=False)[:, 0]
    apart = (soft - pictures.flatten(1).median(-1)[0][:, None, None]).abs() > .15
    return apart.view(-1, SIDE, model.PATCH, SIDE, model.PATCH).any(4).any(2).flatten(1)


def heads(pictures, seen):
    """By head: weight of [CLS] on inked patches, of a patch on itself, its neighbours, its row, its column, on [CLS]; and, to tell
    what is due to the place alone, on the patches that have ink in the picture next in the list."""
    ink = inked(pictures).float()
    y, x = torch.arange(SIDE * SIDE) // SIDE, torch.arange(SIDE * SIDE) % SIDE
    sums, count = {}, 0

    def add(name, values):
        sums[name] = sums.get(name, 0) + values

    for part, weights in zip(ink.split(100), seen):
        n = len(part)
        count += n
        from_cls, patches, other = weights[..., 0, 1:], weights[..., 1:, 1:], part.roll(1, 0)
        add("cls_ink", (from_cls * part[None, :, None]).sum(-1).sum(1))
        add("cls_other", (from_cls * other[None, :, None]).sum(-1).sum(1))
        add("other", (patches * other[None, :, None, None]).sum(-1).mean(-1).sum(1))
        add("cls_self", weights[..., 0, 0].sum(1))
        add("on_cls", weights[..., 1:, 0].mean(-1).sum(1))
        add("self", patches.diagonal(0, -2, -1).mean(-1).sum(1))
        add("row", (patches * (y[:, None] == y[None])).sum(-1).mean(-1).sum(1))
        add("column", (patches * (x[:, None] == x[None])).sum(-1).mean(-1).sum(1))
        add("ink", (patches * part[None, :, None, None]).sum(-1).mean(-1).sum(1))
        for name, (down, right) in MOVES.items():
            there = (y[None] == y[:, None] + down) & (x[None] == x[:, None] + right)
            add(name, ((patches * there).sum(-1) * there.any(-1)).sum(-1).sum(1) / there.any(-1).sum())
    report = {name: (value / count).tolist() for name, value in sums.items()}
    tokens = SIDE * SIDE + 1
    report["uniform"] = {"cls_ink": float(ink.sum(-1).mean() / tokens), "ink": float(ink.sum(-1).mean() / tokens),
                         "row": SIDE / tokens, "column": SIDE / tokens, **{name: 1 / tokens for name in (*MOVES, "self", "on_cls",
                                                                                                       "cls_self")}}
    return report


def plain(source, part):
    """1,000 held-out drawings in the middle, upright, black on white; and their digits."""
    images, digits = getattr(source, part)(1000)
    grid = torch.nn.functional.affine_grid(torch.eye(2, 3).expand(1000, 2, 3), (1000, 1, model.IMAGE, model.IMAGE),
                                           align_corners=False)
    return 1 - torch.nn.functional.grid_sample(images[:, None], grid, align_corners=False)[:, 0], digits


def sheet(source):
    """[280, 280]: a row of 10 pictures for every digit."""
    rows = []
    for digit in range(10):
        found = []
        for part in ("strokes", "fonts"):
            pictures, digits = source.batch(400, part)
            found.append(pictures[digits == digit][:5])
        rows.append(torch.cat(torch.cat(found).unbind(), 1))
    return torch.cat(rows)


def main(work, path, sheet_path, out):
    torch.set_num_threads(1)
    net, state = folder.read(path), torch.load(os.path.join(work, "weights.pt"))
    report = {"steps": state["steps"], "seconds": state["seconds"], "parameters": sum(v.numel() for v in net.names().values()),
              "bytes": os.path.getsize(os.path.join(path, "model.safetensors"))}
    for held in (True, False):
        source = data.Source(held, 77, each=200)
        for part in ("strokes", "fonts"):
            pictures, digits = source.batch(ASKED, part)
            logits, seen = answers(net, pictures)
            name = part + (".held" if held else ".seen")
            report[name] = accuracy(logits, digits)
            print(name, report[name]["right"], flush=True)
            if held:
                easy, true = plain(source, part)
                report[part + ".plain"] = accuracy(answers(net, easy)[0], true)
                print(part, "plain", report[part + ".plain"]["right"])
            if held and part == "strokes":
                report["heads"] = heads(pictures, seen)
        if held:
            grey = sheet(source)
            folder.write_png(sheet_path, grey)
            cut = grey.view(10, model.IMAGE, 10, model.IMAGE).transpose(1, 2).reshape(-1, model.IMAGE, model.IMAGE)
            digits = torch.arange(10).repeat_interleave(10)
            report["sheet"] = accuracy(answers(net, cut)[0], digits)
            print("sheet", report["sheet"]["right"], flush=True)
    folder.write_json(out, report)


if __name__ == "__main__":
    main(*sys.argv[1:])
