# SPDX-License-Identifier: Apache-2.0
"""Rows of ids: <s>, then text from the beginning of a sentence; and random ids said twice."""
import os

import numpy as np

from bytepair import BOS, FIRST_CHARACTER

SHARES = {"stories_ru": 0.38, "prose_ru": 0.11, "prose_en": 0.29, "web_en": 0.03, "made_en": 0.03, "tales_en": 0.10,
          "repeat": 0.06}


class Rows:
    """Endless rows of one source; every epoch cuts the text at other sentences, in another order."""

    def __init__(self, ids, starts):
        self.ids, self.starts, self.decks = ids, starts, {}

    def deck(self, length, rng):
        last = len(self.ids) - (length - 1) - 1
        places, at = [], int(rng.integers(0, min(len(self.starts), 50)))
        while at < len(self.starts) and self.starts[at] <= last:
            places.append(self.starts[at])
            ahead = int(np.searchsorted(self.starts, self.starts[at] + length - 1, "right")) - 1
            at = max(at + 1, ahead)
        rng.shuffle(places)
        return places

    def draw(self, length, rng):
        """length + 1 ids."""
        if not self.decks.get(length):
            self.decks[length] = self.deck(length, rng)
        begin = self.decks[length].pop()
        return np.concatenate([[BOS], self.ids[begin:begin + length]])


def repeated(length, vocabulary, rng):
    """(length + 1 ids, weights): random ids said again and again; only what can be known counts."""
    period = int(rng.integers(8, length // 2))
    once = rng.integers(FIRST_CHARACTER, vocabulary, period)
    ids = np.concatenate([[BOS], np.tile(once, length // period + 1)[:length]])
    weight = np.ones(length, np.float32)
    weight[:period + 1] = 0
    return ids, weight


class Batches:
    def __init__(self, path, vocabulary):
        corpus = np.load(path)
        self.vocabulary = vocabulary
        self.rows = {n: Rows(corpus[n + ".train.ids"], corpus[n + ".train.starts"]) for n in SHARES if n != "repeat"}

    def batch(self, count, length, rng):
        """(ids, wanted, weight) of count × length."""
        names = list(SHARES)
        exact = np.array([SHARES[n] for n in names]) * count
        numbers = np.floor(exact + rng.random(len(names))).astype(int)
        numbers[0] += count - numbers.sum()
        ids, weight = [], np.ones((count, length), np.float32)
        for name, number in zip(names, numbers):
            for _ in range(number):
                if name == "repeat":
                    row, weight[len(ids)] = repeated(length, self.vocabulary, rng)
                else:
                    row = self.rows[name].draw(length, rng)
                ids.append(row)
        ids = np.stack(ids).astype(np.int64)
        return ids[:, :-1], ids[:, 1:], weight


def held_out(path, length, most=40):
    """{name: ids [n, length + 1]}: evenly spread rows of the held-out text."""
    corpus, result = np.load(path), {}
    for name in SHARES:
        if name != "repeat":
            ids, starts = corpus[name + ".held.ids"], corpus[name + ".held.starts"]
            starts = starts[starts + length <= len(ids)]
            if len(starts):
                chosen = starts[np.linspace(0, len(starts) - 1, min(most, len(starts))).astype(int)]
                result[name] = np.stack([np.concatenate([[BOS], ids[s:s + length]]) for s in chosen]).astype(np.int64)
    return result


if __name__ == "__main__":
    import sys
    import bytepair
    text = bytepair.load(os.path.join(sys.argv[1], "tokenizer.json"))
    batches = Batches(os.path.join(sys.argv[1], "corpus.npz"), len(text.pieces))
    for shown in batches.batch(20, 64, np.random.default_rng(1))[0]:
        print(text.decode(shown))
