# SPDX-License-Identifier: Apache-2.0
"""Measures the folders on held-out text: python3 measure.py WORK_FOLDER OUT_FOLDER FIGURES_JSON

Every figure is of the weights that ship (F16), in float32:
  texts    on up to ROWS evenly spread stretches of 127 pieces after <s> of what narrator's split holds out of each source:
           nats per piece, bits per character, share of pieces that are the most probable one
  places   nats by the place in the row, all sources together
  repeats  <s> and random pieces said twice (three seeds): the second time, nats and share right, for a period within the
           window of 16 and one beyond it
  heads    the head with the largest induction (weight on what followed the last time) and previous-token score, on those
  sample   a few stretches of text with each model's nats per piece, which the program's tests compute again
"luck" is how far base and base.2 (another seed) lie apart. figures.json is also what the program shows.
"""
import math
import os
import sys

import numpy as np
import torch

import texts                     # finds narrator's recipe
import bytepair
import data
import evaluate
import folder
import folders
from net import Relative
from relatives import CONTEXT, NAMES, SHOWN, VOCABULARY, WIDTH, LAYERS, made_of

ROWS, LENGTH, SEEDS, COPIES = 60, CONTEXT - 1, (1, 2, 3), 24
PERIODS = (12, 48)
PLACES = ((0, 16), (16, 64), (64, 127))
SOURCES = {"stories_ru": ("ru", "Русские сказки", "Russian stories"), "prose_ru": ("ru", "Русская проза", "Russian prose"),
           "prose_en": ("en", "Английская проза", "English prose"), "tales_en": ("en", "Английские сказки", "English tales")}
SAMPLED = {"stories_ru": 2, "tales_en": 2}      # texts whose licence is the program's own


def judged(net, rows):
    """(−ln p, is it the most probable) of every piece after <s>: two [n, LENGTH]."""
    nats, right = [], []
    with torch.no_grad():
        for begin in range(0, len(rows), 20):
            ids = torch.from_numpy(rows[begin:begin + 20])
            logits = net(ids[:, :-1])
            nats.append(torch.logsumexp(logits, -1) - logits.gather(-1, ids[:, 1:, None])[..., 0])
            right.append(logits.argmax(-1) == ids[:, 1:])
    return torch.cat(nats).numpy(), torch.cat(right).numpy()


def said_twice(period):
    rows = []
    for seed in SEEDS:
        rng = np.random.default_rng([seed, period])
        once = rng.integers(bytepair.FIRST_CHARACTER, VOCABULARY, (COPIES, period))
        rows.append(np.concatenate([np.full((COPIES, 1), bytepair.BOS), once, once], 1))
    return np.concatenate(rows).astype(np.int64)


def best_heads(net, rows, period):
    """{measure: [layer, head, score]} on <s> and random pieces said twice."""
    looks = []
    with torch.no_grad():
        net.ends(torch.from_numpy(rows), looks)
    seen = torch.stack(looks).mean(1)                       # [L, H, T, T]
    again = torch.arange(period + 1, 2 * period)            # what followed the last time stands period − 1 back
    all_ = torch.arange(1, seen.shape[-1])
    scores = {"induction": seen[:, :, again, again - period + 1].mean(-1), "previous": seen[:, :, all_, all_ - 1].mean(-1)}
    best = {}
    for name, score in scores.items():
        place = int(score.argmax())
        best[name] = [place // score.shape[1], place % score.shape[1], round(float(score.max()), 3)]
    return best


def measured(net, held, letters):
    """Everything of one model; numbers of texts, places, repeats and heads."""
    found, all_nats = {"texts": {}, "repeats": {}}, []
    for name in SOURCES:
        rows = held[name]
        nats, right = judged(net, rows)
        all_nats.append(nats)
        bits = nats.sum() / math.log(2) / letters[rows[:, 1:]].sum()
        found["texts"][name] = {"nats": float(nats.mean()), "bits": float(bits), "right": float(right.mean()), "pieces": nats.size}
    everything = np.concatenate(all_nats)
    found["places"] = [float(everything[:, a:b].mean()) for a, b in PLACES]
    for period in PERIODS:
        rows = said_twice(period)
        nats, right = judged(net, rows)
        second = slice(period + 1, 2 * period)              # its first piece cannot be known
        found["repeats"][period] = {"nats": float(nats[:, second].mean()), "right": float(right[:, second].mean()),
                                    "pieces": nats[:, second].size}
        if period == PERIODS[0]:
            found["heads"] = best_heads(net, rows, period)
    return found


def sample(pieces, held):
    """A few whole sentences of what was held out."""
    chosen = []
    for name, count in SAMPLED.items():
        for row in held[name][5:5 + count]:
            text = pieces.decode(row[1:])
            chosen.append(text[:text.rfind(" ", 0, 180)].strip())
    return chosen


def row_of(parts, key):
    return [round(part[key], 4) for part in parts]


def main(work, out, figures_path):
    torch.set_num_threads(1)
    pieces, corpus = texts.pieces(), os.path.join(work, "corpus.npz")
    held, (_, letters) = data.held_out(corpus, LENGTH, ROWS), evaluate.sizes(pieces)
    nets = {name: folders.read(os.path.join(out, name), name) for name in SHOWN}
    found = {name: measured(net, held, letters) for name, net in nets.items()}
    each = [found[name] for name in SHOWN]
    trained = torch.load(os.path.join(work, "base.pt"))
    report = {
        "models": [{"model": name, "name": dict(zip(("ru", "en"), NAMES[name]))} for name in SHOWN],
        "width": WIDTH, "layers": LAYERS, "parameters": sum(p.numel() for p in nets["base"].parameters()),
        "steps": trained["steps"], "pieces": trained["pieces"],
        "texts": [{"text": source, "language": lang, "name": {"ru": ru, "en": en}, "pieces": each[0]["texts"][source]["pieces"],
                   **{key: row_of([one["texts"][source] for one in each], key) for key in ("nats", "bits", "right")}}
                  for source, (lang, ru, en) in SOURCES.items()],
        "places": [{"from": a + 1, "to": b, "nats": [round(one["places"][i], 4) for one in each]} for i, (a, b) in enumerate(PLACES)],
        "repeats": [{"period": period, "pieces": each[0]["repeats"][period]["pieces"],
                     **{key: row_of([one["repeats"][period] for one in each], key) for key in ("nats", "right")}}
                    for period in PERIODS],
        "heads": {key: [one["heads"][key] for one in each] for key in ("induction", "previous")},
        "sample": []}
    for text in sample(pieces, held):
        ids = np.asarray([[bytepair.BOS] + pieces.encode(text)], np.int64)
        report["sample"].append({"text": text, "pieces": ids.shape[1] - 1,
                                 "nats": [round(float(judged(net, ids)[0].mean()), 5) for net in nets.values()]})
    other = os.path.join(work, "base.2.pt")
    if os.path.exists(other):
        net = Relative(made_of("base"))
        net.load_state_dict({k: v.half().float() for k, v in torch.load(other)["weights"].items()})
        again, base = measured(net.eval(), held, letters), found["base"]
        report["luck"] = {"bits": {s: round(abs(again["texts"][s]["bits"] - base["texts"][s]["bits"]), 4) for s in SOURCES},
                          "right": {s: round(abs(again["texts"][s]["right"] - base["texts"][s]["right"]), 4) for s in SOURCES},
                          "repeats": {str(p): round(abs(again["repeats"][p]["right"] - base["repeats"][p]["right"]), 4) for p in PERIODS}}
    folder.write_json(figures_path, report)


if __name__ == "__main__":
    main(*sys.argv[1:])
