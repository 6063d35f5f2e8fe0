# SPDX-License-Identifier: Apache-2.0
"""Baselines counted on the same pieces: unigram, and an interpolated Kneser–Ney model of order 5.

p_n(w|h) = max(c(hw) − D, 0) / c(h) + D · N(h) / c(h) · p_{n−1}(w|h'); the highest order counts places, the
lower ones the different pieces before (Kneser and Ney 1995); D = n₁ / (n₁ + 2 n₂) per order; order 0 is uniform.
"""
import numpy as np

ORDER = 5
BITS = 13           # of a piece; four pieces fit into 64 bits


class Table:
    """Counts of the n-grams of one order."""

    def __init__(self, contexts, words, counts):
        """Sorted, unique (context, word) with their counts; contexts are numbers below 2^51."""
        self.keys, self.counts = (contexts << BITS) | words, counts
        self.contexts, first = np.unique(contexts, return_index=True)
        self.totals = np.add.reduceat(counts, first).astype(np.float64)
        self.kinds = np.diff(np.append(first, len(contexts))).astype(np.float64)
        ones, twos = (counts == 1).sum(), (counts == 2).sum()
        self.discount = ones / max(1, ones + 2 * twos)

    def mix(self, contexts, words, lower):
        """p_n of every (context, word), with p_{n−1} given."""
        at = np.minimum(np.searchsorted(self.contexts, contexts), len(self.contexts) - 1)
        known = self.contexts[at] == contexts
        keys = (contexts << BITS) | words
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        count = np.where(self.keys[place] == keys, self.counts[place], 0)
        here = (np.maximum(count - self.discount, 0) + self.discount * self.kinds[at] * lower) / self.totals[at]
        return np.where(known, here, lower)


def packed(ids, width):
    """The `width` pieces before every place from ORDER − 1 on as one number."""
    key = np.zeros(len(ids) - ORDER + 1, np.int64)
    for back in range(width, 0, -1):
        key = (key << BITS) | ids[ORDER - 1 - back:len(ids) - back]
    return key


class Grams:
    def __init__(self, ids, vocabulary):
        """`ids`: the training text as one array."""
        ids = ids.astype(np.int64)
        words = ids[ORDER - 1:]
        self.unigram = (np.bincount(ids, minlength=vocabulary) + 1.0) / (len(ids) + vocabulary)
        self.vocabulary = vocabulary
        # contexts of four pieces get a number of their own, so that context and word fit into 64 bits
        self.long = np.unique(packed(ids, ORDER - 1))
        keys, place, counts = np.unique((np.searchsorted(self.long, packed(ids, ORDER - 1)) << BITS) | words,
                                        return_index=True, return_counts=True)
        self.tables = {ORDER: Table(keys >> BITS, keys & ((1 << BITS) - 1), counts)}
        for order in range(ORDER - 1, 0, -1):
            keys, where, counts = np.unique((packed(ids, order - 1)[place] << BITS) | words[place],
                                            return_index=True, return_counts=True)
            place = place[where]
            self.tables[order] = Table(keys >> BITS, keys & ((1 << BITS) - 1), counts)

    def probabilities(self, ids):
        """(unigram, interpolated) p of ids[ORDER − 1:], each seen after the pieces before it."""
        ids = ids.astype(np.int64)
        words = ids[ORDER - 1:]
        p = np.full(len(words), 1.0 / self.vocabulary)
        for order in range(1, ORDER):
            p = self.tables[order].mix(packed(ids, order - 1), words, p)
        contexts = packed(ids, ORDER - 1)
        at = np.minimum(np.searchsorted(self.long, contexts), len(self.long) - 1)
        number = np.where(self.long[at] == contexts, at, -1)
        return self.unigram[words], np.where(number < 0, p, self.tables[ORDER].mix(np.maximum(number, 0), words, p))


def check():
    """Every distribution sums to 1: python3 ngrams.py"""
    rng = np.random.default_rng(1)
    ids = rng.integers(0, 6, 400) * rng.integers(0, 2, 400)
    grams = Grams(ids, 6)
    for begin in (0, 50, 396):
        context = ids[begin:begin + 4]
        total = sum(grams.probabilities(np.append(context, w))[1][0] for w in range(6))
        print(context, total)


if __name__ == "__main__":
    check()
