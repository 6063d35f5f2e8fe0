# SPDX-License-Identifier: Apache-2.0
"""Learns the pieces and cuts the corpus: python3 vocabulary.py DATA_FOLDER WORK_FOLDER"""
import collections
import json
import os
import re
import sys

import numpy as np

import bytepair
import sources

SIZE = 8192
LEADING = re.compile(r"▁[\"'«“‘(—–-]*▁?[\"'«“‘(]*[A-ZÀ-ÞЀ-Я0-9]|▁[\"'«“‘(—–-]+$")


def cut_paragraphs(lines, pieces):
    """(ids uint16, places where a sentence begins)."""
    ids, starts = [], []
    for line in lines:
        before = "."
        first = True
        for word in bytepair.words(line):
            if first or (re.search(r"[.!?…]", before) and LEADING.match(word)):
                starts.append(len(ids))
            ids.extend(pieces.word(word))
            before, first = word, False
    return np.asarray(ids, np.uint16), np.asarray(starts, np.int64)


def main(data, work):
    texts = sources.load(data)
    counts = {"ru": collections.Counter(), "en": collections.Counter()}
    parts = {}
    for name, lines in texts.items():
        parts[name] = sources.split(lines)
        if name == "tales_en":      # they joined when the pieces of the shipped file were learned already
            continue
        for line in parts[name][0]:
            counts[name[-2:]].update(bytepair.words(line))
    weights = {lang: sum(len(w) * n for w, n in words.items()) for lang, words in counts.items()}
    most = max(weights.values())
    both = collections.Counter()
    for lang, words in counts.items():
        for word, count in words.items():
            if count >= 3:
                both[word] += count * most // weights[lang]
    for sign in "0123456789«»—–…“”’№„":
        both[sign] += 1000
    print({k: len(v) for k, v in counts.items()}, weights, flush=True)
    pieces = bytepair.Pieces(*bytepair.learn(both, SIZE))
    with open(os.path.join(work, "tokenizer.json.new"), "w", encoding="utf-8") as f:
        json.dump(pieces.file(), f, ensure_ascii=False, indent=1)
    os.replace(os.path.join(work, "tokenizer.json.new"), os.path.join(work, "tokenizer.json"))
    print(len(pieces.pieces), "pieces", flush=True)
    arrays = {}
    for name, (train, held) in parts.items():
        for part, lines in (("train", train), ("held", held)):
            ids, starts = cut_paragraphs(lines, pieces)
            arrays[f"{name}.{part}.ids"], arrays[f"{name}.{part}.starts"] = ids, starts
            arrays[f"{name}.{part}.size"] = np.asarray(
                [sum(len(x) + 1 for x in lines), sum(len(x.encode()) + 1 for x in lines)])
            print(name, part, len(ids), "ids", len(starts), "sentences", arrays[f"{name}.{part}.size"], flush=True)
    np.savez(os.path.join(work, "corpus.new.npz"), **arrays)
    os.replace(os.path.join(work, "corpus.new.npz"), os.path.join(work, "corpus.npz"))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
