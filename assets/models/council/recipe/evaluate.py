# SPDX-License-Identifier: Apache-2.0
"""Measures a shipped folder: python3 evaluate.py DATA FOLDER [--sentences JSON] [--out JSON]

Word level: attention is summed over the pieces looked at and averaged over the pieces that look.
A row is right when, among all words (special tokens aside), the heaviest is a gold one.
"base" is the best fixed offset for that relation and language ("two words to the right").
"strict" also counts a row as wrong when [CLS] or [SEP] is heavier than that word.
"""
import argparse
import collections
import json
import os

import numpy as np
import torch
from torch.nn import functional as F

import conllu
import data
import folder
from wordpiece import CLS, MASK, PAD, SEP, basic_words

LISTS = ("chapter", "everyday", "articles")     # of the files of written sentences
GUIDED = [(layer, head, r) for layer, head, r in conllu.GUIDED if not r.endswith("_token")]


def word_attention(net, pieces, forms):
    """{(layer, head): [words, words + 2]}: the last two columns are [CLS] and [SEP]."""
    ids, word_of = data.encode(forms, pieces)
    if len(ids) > data.LONGEST:
        return None
    tokens = torch.tensor([[CLS] + ids + [SEP]])
    with torch.no_grad():
        looks, states = net(tokens, tokens == PAD)
    count = len(forms)
    member = np.zeros((len(ids) + 2, count + 2), np.float32)
    member[0, count] = member[-1, count + 1] = 1
    member[np.arange(1, len(ids) + 1), word_of] = 1
    asking = member[:, :count].T / np.maximum(member[:, :count].sum(0), 1)[:, None]
    result = {}
    for layer, look in enumerate(looks):
        attention = look[0].exp().numpy()
        for head in range(attention.shape[0]):
            result[layer, head] = asking @ attention[head] @ member
    return result


def neighbours(net, pieces, forms, counts):
    ids, _ = data.encode(forms, pieces)
    if len(ids) > data.LONGEST:
        return
    tokens = torch.tensor([[CLS] + ids + [SEP]])
    with torch.no_grad():
        look = net(tokens, tokens == PAD)[0][0][0].exp().numpy()
    places = np.arange(1, len(ids) + 1)
    counts["previous_token"] += [int((look[0].argmax(-1)[places] == places - 1).sum()), len(ids)]
    counts["next_token"] += [int((look[1].argmax(-1)[places] == places + 1).sum()), len(ids)]


def measure(net, pieces, samples):
    """{relation: right, strict, base, rows, weight, quiet} over the samples of one language."""
    rows = collections.defaultdict(list)        # relation → (right, strict, weight)
    quiet = collections.defaultdict(list)
    offsets = collections.defaultdict(collections.Counter)
    near = collections.defaultdict(lambda: np.zeros(2))
    for sample in samples:
        looks = word_attention(net, pieces, sample.forms)
        if looks is None:
            continue
        neighbours(net, pieces, sample.forms, near)
        found, ignored = conllu.arcs(sample.words)
        count = len(sample.forms)
        for layer, head, relation in GUIDED:
            matrix = looks[layer, head]
            for i in range(count):
                targets = found[relation].get(i)
                special = matrix[i, count:].max()
                best = int(matrix[i, :count].argmax())
                if targets:
                    right = best in targets
                    share = matrix[i, targets].sum() / max(matrix[i, :count].sum(), 1e-9)
                    rows[relation].append((right, right and matrix[i, best] >= special, share))
                    offsets[relation].update({t - i for t in targets})
                elif i not in ignored[relation]:
                    quiet[relation].append(matrix[i, count + 1] > matrix[i, best])
    result = {}
    for relation, values in rows.items():
        right, strict, share = np.mean(np.asarray(values, float), axis=0)
        base = offsets[relation].most_common(1)[0][1] / len(values)
        result[relation] = {"right": float(right), "strict": float(strict), "base": float(base),
                            "rows": len(values), "weight": float(share),
                            "quiet": float(np.mean(quiet[relation])) if quiet[relation] else None}
    for relation, (right, total) in near.items():
        result[relation] = {"right": right / total, "strict": right / total, "base": 1.0,
                            "rows": int(total), "weight": None, "quiet": None}
    return result


def check_sentences(net, pieces, paths):
    """The written expectations of all files: [(list, language, text, relation, query, key, found, share, right)].

    Right is strict here: no other word and no special token may be heavier. The share is the
    right word's part of the weight on words. `known_misses` repeats a part of these lists.
    """
    lists, told = {}, []
    for path in paths:
        with open(path, encoding="utf-8") as f:
            lists.update(json.load(f))
    for name in LISTS:
        for item in lists.get(name, []):
            words = basic_words(item["text"])
            looks = word_attention(net, pieces, words)
            for wish in item["expect"]:
                query = words.index(wish["query"].lower())
                keys = [words.index(k.lower()) for k in wish["key"]]
                best = None
                for layer, head, relation in GUIDED:
                    if wish["relation"] in (relation, "any"):
                        row = looks[layer, head][query]
                        share = row[keys].sum() / max(row[:len(words)].sum(), 1e-9)
                        found = int(row.argmax())
                        if best is None or (found in keys, share) > best[::-1][:2]:
                            best = ((words + ["[CLS]", "[SEP]"])[found], float(share), found in keys)
                told.append((name, item["lang"], item["text"], wish["relation"], wish["query"],
                             "/".join(wish["key"])) + best)
    return told


def fill_in(net, pieces, text, count=5):
    """The most likely pieces for [MASK] in the text."""
    ids = [CLS]
    for i, part in enumerate(text.split("[MASK]")):
        if i:
            ids.append(MASK)
        ids += [p for w in basic_words(part) for p in pieces.word(w)]
    tokens = torch.tensor([ids + [SEP]])
    with torch.no_grad():
        states = net(tokens, tokens == PAD)[1]
        chances = net.fill(states[-1][ids.index(MASK)][None]).softmax(-1)[0]
    top = chances.topk(count)
    return [(pieces.pieces[i], round(float(p), 3)) for p, i in zip(top.values, top.indices)]


def masked_text(net, pieces, text):
    """Per source: (share of masked pieces guessed, cross-entropy in nats) on held-out chunks."""
    np.random.seed(7)
    result = {}
    for name, rows in text.held_out.items():
        ids, places, wanted = data.mask_pieces(rows.astype(np.int64), 0.15, len(pieces.pieces))
        tokens = torch.from_numpy(ids)
        with torch.no_grad():
            states = net(tokens, tokens == PAD)[1]
            logits = net.fill(states[-1][torch.from_numpy(places)])
        wanted = torch.from_numpy(wanted)
        result[name] = {"guessed": float((logits.argmax(-1) == wanted).float().mean()),
                        "nats": float(F.cross_entropy(logits, wanted))}
    return result


BLANKS = ["Мама сварила вкусный [MASK].", "Кошка поймала [MASK].", "Дети пошли в [MASK].",
          "Он очень любил свою [MASK].", "Я хочу [MASK] воды.", "Старый [MASK] жил в лесу.",
          "The [MASK] was sitting on the chair.", "She opened the [MASK] and looked out.",
          "I would like a cup of [MASK].", "He [MASK] his hat on the table.",
          "The old man lived in a small [MASK].", "They were very [MASK] to see her."]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("folder")
    parser.add_argument("--cache", default="")
    parser.add_argument("--sentences", nargs="*", default=[])
    parser.add_argument("--out", default="")
    parser.add_argument("--limit", type=int, default=0, help="dev sentences per language")
    args = parser.parse_args()
    torch.set_num_threads(1)
    net, pieces = folder.read(args.folder)
    figures = {}
    for lang, paths in data.DEV.items():
        samples = data.read_trees(args.data, {lang: paths})
        if args.limit:
            samples = samples[::max(1, len(samples) // args.limit)]
        figures[lang] = measure(net, pieces, samples)
    print(f"{'relation':22s}" + "".join(f"  {lang}: right strict  base weight quiet  rows" for lang in figures))
    for _, _, relation in conllu.GUIDED:
        line = f"{relation:22s}"
        for lang in figures:
            f = figures[lang].get(relation)
            if f:
                line += (f"       {100 * f['right']:5.1f}  {100 * f['strict']:5.1f} {100 * f['base']:5.1f}"
                         f"  {100 * (f['weight'] or 0):5.1f} {100 * (f['quiet'] or 0):5.1f} {f['rows']:5d}")
        print(line)
    for lang, table in figures.items():
        kept = [r for r in table if not r.endswith("_token")]
        sixteen = [r for r in kept if r != "predicate_recipient"]
        print(lang, "mean of", len(kept), round(100 * np.mean([table[r]["right"] for r in kept]), 2),
              " mean of the recipe's sixteen", round(100 * np.mean([table[r]["right"] for r in sixteen]), 2),
              " strict", round(100 * np.mean([table[r]["strict"] for r in kept]), 2))
    report = {"figures": figures}
    if args.sentences:
        told = check_sentences(net, pieces, args.sentences)
        for row in told:
            if not row[8] or (row[0] == "chapter" and row[7] < 0.6):
                print("MISS" if not row[8] else "weak", *row)
        for name in LISTS:
            for lang in ("ru", "en"):
                mine = [row for row in told if row[0] == name and row[1] == lang]
                if not mine:
                    continue
                print(name, lang, sum(row[8] for row in mine), "of", len(mine), "mean share",
                      round(float(np.mean([row[7] for row in mine])), 3))
        report["sentences"] = told
    if args.cache:
        report["text"] = masked_text(net, pieces, data.TextBatches(args.data, pieces, args.cache))
        print(report["text"])
    report["blanks"] = {text: fill_in(net, pieces, text) for text in BLANKS}
    for text, top in report["blanks"].items():
        print(text, " ".join(f"{p} {c:.2f}" for p, c in top))
    if args.out:
        folder.write_json(args.out, report)


if __name__ == "__main__":
    main()
