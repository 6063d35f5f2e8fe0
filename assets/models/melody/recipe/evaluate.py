# SPDX-License-Identifier: Apache-2.0
"""Measures a shipped folder: python3 evaluate.py WORK FOLDER REPORT_JSON

Loss on made tunes of other seeds and on the old tunes of tunes.py, beside a trigram counted on as many made tunes; bar lines;
keys; what heads do, by these measures (A[i,j]: weight of query i on key j; each beside what a head gets that looks at all allowed
keys alike):
previous: A[i,i−1]; first: A[i,0]; same: weight on earlier places of the same note, rows that have one; bar line: weight on the
last bar line before i; follow: weight on what followed the earlier places of the same note, i itself left out; bar back: weight on the note that began at the same beat of the bar before, rows that have one; header:
weight on K: and M:; all on made tunes. induction: <s> and 40 random notes said twice, A[i, i−39] over the second copy.
"""
import json
import math
import os
import random
import sys

import numpy as np
import torch

import folder
import grammar
import model
import notes
import tunes

HELD, COUNTED, COPY, SEEDS = 400, 20000, 40, (1, 2, 3)


class Trigram:
    """Interpolated counts; the weights of the three orders were chosen once on other tunes."""

    def __init__(self, rows):
        size = len(notes.WORDS)
        self.one, self.two, self.three = np.zeros(size), np.zeros((size, size)), {}
        for ids in rows:
            for place, word in enumerate(ids[1:], 1):
                self.one[word] += 1
                self.two[ids[place - 1], word] += 1
                if place > 1:
                    row = self.three.setdefault((ids[place - 2], ids[place - 1]), {})
                    row[word] = row.get(word, 0) + 1
        self.one = (self.one + .1) / (self.one + .1).sum()

    def losses(self, ids):
        """(unigram, trigram) −ln p of every token but the first."""
        found = []
        for place in range(1, len(ids)):
            word, before = ids[place], ids[place - 1]
            total = self.two[before].sum()
            p = (self.two[before, word] + 5 * self.one[word]) / (total + 5)
            row = self.three.get((ids[place - 2], before)) if place > 1 else None
            if row:
                p = (row.get(word, 0) + 5 * p) / (sum(row.values()) + 5)
            found.append((-math.log(self.one[word]), -math.log(p)))
        return found


def run(net, ids):
    """(probabilities [T,V], attention [L,H,T,T]) of one tune"""
    with torch.no_grad():
        logits, seen = net(torch.tensor([ids]))
    return logits[0].softmax(-1), seen[:, 0]


def beats(ids):
    """For every token (number of its bar, eighths since the bar began); None for what is no note. An upbeat counts from the bar's
    end, so that it stands at its beat."""
    words = [notes.WORDS[i] for i in ids]
    metre = next((notes.METRES[w[2:]] for w in words if w.startswith("M:")), None)
    places, bar, at = [], 0, 0
    for word in words:
        if word == "|":
            bar, at = bar + 1, 0
            places.append(None)
        elif notes.IDS[word] >= notes.FIRST_NOTE:
            places.append((bar, at))
            at += notes.split(word)[1]
        else:
            places.append(None)
    if metre and words.count("|"):
        short = metre - sum(notes.split(w)[1] for w, p in zip(words, places) if p and p[0] == 0)
        places = [(0, p[1] + short) if p and p[0] == 0 else p for p in places]
    return places


def parts(places):
    """The notes of bars 1 and 2, and of bars 5 and 6: the same notes where the first phrase of four bars comes twice, with or without
    an upbeat (bar 0)."""
    return ([i for i, p in enumerate(places) if p and 0 < p[0] < 3], [i for i, p in enumerate(places) if p and 4 < p[0] < 7])


class Means(dict):
    def add(self, name, value, uniform=None):
        for kind, number in ((name, value), (name + ".uniform", uniform)):
            if number is not None:
                total, count = self.get(kind, (0, 0))
                self[kind] = (total + number, count + 1)

    def read(self):
        return {name: (total / count).tolist() if torch.is_tensor(total) else total / count
                for name, (total, count) in self.items()}


def heads_of_tune(means, ids, seen):
    places, last = beats(ids), None
    began = {p: i for i, p in enumerate(places) if p}
    header = [i for i in range(1, min(3, len(ids))) if places[i] is None and ids[i] != notes.BAR]
    for i, word in enumerate(ids):
        share = 1 / (i + 1)
        if i > 0:
            means.add("previous", seen[:, :, i, i - 1], share)
            means.add("first", seen[:, :, i, 0], share)
        earlier = [j for j in range(i) if ids[j] == word] if places[i] else []
        if earlier:
            means.add("same", seen[:, :, i, earlier].sum(-1), len(earlier) * share)
            after = [j + 1 for j in earlier if j + 1 < i]
            means.add("follow", seen[:, :, i, after].sum(-1), len(after) * share)
        if last is not None and word != notes.BAR:
            means.add("bar_line", seen[:, :, i, last], share)
        if header and i > max(header):
            means.add("header", seen[:, :, i, header].sum(-1), len(header) * share)
        back = began.get((places[i][0] - 1, places[i][1])) if places[i] else None
        if back is not None:
            means.add("bar_back", seen[:, :, i, back], share)
        if word == notes.BAR:
            last = i


def made_tunes(net, grams):
    rng, means, found = random.Random(1_000_003), Means(), Means()
    for _ in range(HELD):
        ids, key, metre, form = grammar.said(rng, model.CONTEXT)
        chances, seen = run(net, ids)
        loss = -chances[torch.arange(len(ids) - 1), torch.tensor(ids[1:])].log()
        base = np.array(grams.losses(ids))
        places, words = beats(ids), [notes.WORDS[i] for i in ids]
        for i in range(len(ids) - 1):
            found.add("loss", float(loss[i]))
            found.add("unigram", base[i, 0])
            found.add("trigram", base[i, 1])
            found.add("right", float(chances[i].argmax() == ids[i + 1]))
            if "M:" + metre in words and places[i] and places[i][0] > 0:
                full = places[i][1] + notes.split(words[i])[1] == notes.METRES[metre]
                found.add("bar_when_full" if full else "bar_when_not", float(chances[i, notes.BAR]))
            if "K:" + key in words and places[i]:
                inside = sum(float(chances[i, notes.IDS[w]]) for w in notes.WORDS if notes.is_note(w) and notes.in_key(w, key))
                found.add("in_key", inside / sum(float(chances[i, notes.IDS[w]]) for w in notes.WORDS if notes.is_note(w)))
        if form.startswith("AA"):
            for name, tokens in zip(("first_time", "second_time"), parts(places)):
                for i in tokens:
                    found.add(name, float(loss[i - 1]))
                    found.add(name + ".trigram", base[i - 1, 1])
        heads_of_tune(means, ids, seen)
    return found.read(), means.read()


def old_tunes(net, grams):
    report = {}
    for name, text in tunes.TUNES.items():
        ids = notes.encode(text) + [notes.EOS]
        chances = run(net, ids)[0]
        wanted = torch.tensor(ids[1:])
        base = np.array(grams.losses(ids))
        report[name] = {"tokens": len(ids) - 1, "loss": float(-chances[torch.arange(len(wanted)), wanted].log().mean()),
                        "trigram": float(base[:, 1].mean()), "right": float((chances[:-1].argmax(-1) == wanted).float().mean())}
    return report


def first_notes(net):
    """After the head alone: probability of a note of the key, by key; the same after no head."""
    def inside(ids, key):
        chances = run(net, ids)[0][-1]
        mine = [float(chances[notes.IDS[w]]) for w in notes.WORDS if notes.is_note(w) and notes.in_key(w, key)]
        return sum(mine) / sum(float(chances[notes.IDS[w]]) for w in notes.WORDS if notes.is_note(w))

    return {key: [inside(notes.encode(f"K:{key} M:4/4"), key), inside(notes.encode("M:4/4"), key)] for key in notes.KEYS}


def copies(net):
    found = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        once = rng.integers(notes.FIRST_NOTE, len(notes.WORDS), (8, COPY))
        ids = torch.from_numpy(np.concatenate([np.full((8, 1), notes.BOS), once, once], 1))
        with torch.no_grad():
            logits, seen = net(ids)
        loss = torch.logsumexp(logits[:, :-1], -1) - logits[:, :-1].gather(-1, ids[:, 1:, None])[..., 0]
        second = torch.arange(COPY + 1, 2 * COPY + 1)
        found.append({"seed": seed, "induction": seen[:, :, :, second, second - (COPY - 1)].mean((1, 3)).tolist(),
                      "uniform": float((1 / (second + 1)).mean()), "first": float(loss[:, :COPY].mean()),
                      "second": float(loss[:, COPY + 1:].mean())})
    return found


def main(work, path, out):
    torch.set_num_threads(1)
    net, state = folder.read(path), torch.load(os.path.join(work, "weights.pt"))
    rng = random.Random(2_000_003)
    grams = Trigram([grammar.said(rng, model.CONTEXT)[0] for _ in range(COUNTED)])
    text, heads = made_tunes(net, grams)
    report = {"steps": state["steps"], "tokens": state["tokens"], "seconds": state["seconds"],
              "parameters": sum(v.numel() for v in net.names().values()),
              "bytes": os.path.getsize(os.path.join(path, "model.safetensors")), "made": text, "heads": heads,
              "old": old_tunes(net, grams), "keys": first_notes(net), "copies": copies(net)}
    with open(out, "w", encoding="utf-8") as f:
        json.dump(report, f, ensure_ascii=False, indent=1)
    print({name: round(value, 3) for name, value in text.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
