# SPDX-License-Identifier: Apache-2.0
"""Measures the four folders on held-out trees: python3 measure.py DATA OUT_FOLDER FIGURES_JSON

English: EWT dev; Russian: Taiga dev. Word level, as council's evaluate.py: attention summed over the pieces
looked at, averaged over the pieces that look, special tokens aside. Per relation and number of heads:
  right   the heaviest word is one that the tree names (arg-max)
  third   one of the three heaviest words is: a head that must divide itself may still have seen it
  weight  mean share of the weight on words that lies on the right ones
"base" is the best fixed offset. figures.json is also what the program shows.
"""
import collections
import os
import sys
import time

import numpy as np
import torch

import fewer
import conllu
import data
import evaluate
import folder
import write_folders
from folder import TEXTS
from wordpiece import CLS, PAD, SEP

DEV = {"en": ["UD_English-EWT/en_ewt-ud-dev.conllu"], "ru": ["UD_Russian-Taiga/ru_taiga-ud-dev.conllu"]}
ORDER = [relation for _, _, relation in conllu.GUIDED]


EVERY = 5     # sentences: the neighbours are counted over the pieces of every fifth


def add_neighbours(net, pieces, forms, place, told):
    """The piece before and the piece after, special tokens aside as everywhere."""
    ids, _ = data.encode(forms, pieces)
    if not 2 <= len(ids) <= data.LONGEST:
        return
    tokens = torch.tensor([[CLS] + ids + [SEP]])
    with torch.no_grad():
        look = net(tokens, tokens == PAD)[0][0][0].exp().numpy()[:, 1:-1, 1:-1]
    for name, offset in (("previous_token", -1), ("next_token", 1)):
        matrix = look[place[name][1]]
        for i in range(max(0, -offset), len(ids) - max(0, offset)):
            told[name].append(judged(matrix[i], [i + offset]))


def judged(row, targets):
    """(right, among three, share of the weight on words)."""
    order = np.argsort(-row)
    return (order[0] in targets, any(t in targets for t in order[:3]), row[targets].sum() / max(row.sum(), 1e-9))


def measure(net, pieces, samples, answers, heads):
    """{relation: [(right, third, weight) per asking word]}; `answers` of each sample: conllu.arcs()'s first."""
    fewer.use(heads)
    place, told = fewer.places(heads), collections.defaultdict(list)
    for number, (sample, found) in enumerate(zip(samples, answers)):
        looks = evaluate.word_attention(net, pieces, sample.forms)
        if looks is None:
            continue
        count = len(sample.forms)
        if number % EVERY == 0:
            add_neighbours(net, pieces, sample.forms, place, told)
        for relation in conllu.RELATIONS:
            for i, targets in found[relation].items():
                told[relation].append(judged(looks[place[relation]][i, :count], targets))
    return told


def base(answers):
    """{relation: (share right of the best fixed offset, rows)}."""
    offsets, rows = collections.defaultdict(collections.Counter), collections.Counter()
    for found in answers:
        for relation in conllu.RELATIONS:
            for i, targets in found[relation].items():
                offsets[relation].update({t - i for t in targets})
                rows[relation] += 1
    return {r: offsets[r].most_common(1)[0][1] / rows[r] for r in rows}


def main(data_folder, out, figures_path):
    torch.set_num_threads(1)
    models = {heads: write_folders.read(os.path.join(out, str(heads))) for heads in fewer.HEADS}
    listed = {r: {"relation": r, "name": {"ru": TEXTS[r][0], "en": TEXTS[r][1]}, "layer": fewer.places(8)[r][0],
                  "shared": [sum(p == fewer.places(h)[r] for p in fewer.places(h).values()) for h in fewer.HEADS]}
              for r in ORDER}
    for lang, paths in DEV.items():
        samples = data.read_trees(data_folder, {lang: paths})
        answers = [conllu.arcs(sample.words)[0] for sample in samples]
        offsets = base(answers)
        for relation in ORDER:
            listed[relation][lang] = {"base": round(offsets.get(relation, 1.0), 4), "rows": 0,
                                      "right": [], "third": [], "weight": []}
        for heads, (net, pieces) in models.items():
            begun, told = time.process_time(), measure(net, pieces, samples, answers, heads)
            for relation in ORDER:
                means = np.asarray(told[relation], float).mean(0)
                entry = listed[relation][lang]
                entry["rows"] = len(told[relation])
                for name, value in zip(("right", "third", "weight"), means):
                    entry[name].append(round(float(value), 4))
            print(lang, heads, f"{time.process_time() - begun:.0f} s", flush=True)
    report = {"heads": list(fewer.HEADS), "width": fewer.WIDTH, "layers": fewer.LAYERS,
              "sets": {"en": "UD English-EWT dev", "ru": "UD Russian-Taiga dev"},
              "relations": [listed[r] for r in ORDER]}
    folder.write_json(figures_path, report)


if __name__ == "__main__":
    main(*sys.argv[1:])
