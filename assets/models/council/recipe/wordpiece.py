# SPDX-License-Identifier: Apache-2.0
"""BERT's basic tokenizer, a WordPiece encoder, and the learning of its vocabulary.

The vocabulary is learnt by byte-pair merging (the most frequent neighbouring pair becomes one
piece, again and again) over lower-cased words and then used the WordPiece way: greedily, the
longest piece first, pieces inside a word written with "##".
"""
import collections
import random
import re
import unicodedata

PAD, UNK, CLS, SEP, MASK = range(5)
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def is_punctuation(char):
    """BERT's rule: every non-letter, non-digit ASCII sign, and Unicode's P classes."""
    code = ord(char)
    if 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126:
        return True
    return unicodedata.category(char).startswith("P")


def basic_words(text):
    """Lower-cased words and single punctuation signs; accents are kept."""
    words, current = [], []
    for char in text.lower():
        punctuation = not char.isalnum() and is_punctuation(char)
        if char.isspace() or punctuation:
            if current:
                words.append("".join(current))
                current = []
            if punctuation:
                words.append(char)
        elif ord(char) >= 32 and ord(char) not in (0xFFFD, 0x200B, 0xFEFF):
            current.append(char)
    if current:
        words.append("".join(current))
    return words


QUICK = re.compile(r"\w+|[^\w\s]")


def quick_words(text):
    """The same split for running text, faster: good enough for counting and for chunks."""
    return QUICK.findall(text.lower().replace("_", " _ "))


def learn_vocabulary(counts, size, min_count=4):
    """Pieces in order of learning; `counts` maps a lower-cased word to its frequency."""
    words = [(w, c) for w, c in counts.items() if c >= min_count]
    chars = collections.Counter()
    for word, count in words:
        chars.update({ch: count for ch in set(word)})
    alphabet = [ch for ch, c in chars.most_common(420) if c >= 40]
    known = set(alphabet)
    splits, freq = [], []
    for word, count in words:
        if set(word) <= known:
            splits.append([word[0]] + ["##" + ch for ch in word[1:]])
            freq.append(count)
    pieces = SPECIALS + alphabet + ["##" + ch for ch in alphabet if ch.isalnum()]
    seen = set(pieces)
    pairs, where = collections.Counter(), collections.defaultdict(set)
    for i, split in enumerate(splits):
        for pair in zip(split, split[1:]):
            pairs[pair] += freq[i]
            where[pair].add(i)
    import heapq
    heap = [(-c, p) for p, c in pairs.items()]
    heapq.heapify(heap)
    while len(pieces) < size and heap:
        count, pair = heapq.heappop(heap)
        if pairs[pair] != -count:
            if pairs[pair] > 0:
                heapq.heappush(heap, (-pairs[pair], pair))
            continue
        merged = pair[0] + pair[1][2:]
        if merged not in seen:
            seen.add(merged)
            pieces.append(merged)
        changed = set()
        for i in where.pop(pair):
            old = splits[i]
            new, k = [], 0
            while k < len(old):
                if k + 1 < len(old) and (old[k], old[k + 1]) == pair:
                    new.append(merged)
                    k += 2
                else:
                    new.append(old[k])
                    k += 1
            for p in zip(old, old[1:]):
                pairs[p] -= freq[i]
            for p in zip(new, new[1:]):
                pairs[p] += freq[i]
                where[p].add(i)
                changed.add(p)
            splits[i] = new
        for p in changed:
            heapq.heappush(heap, (-pairs[p], p))
    return pieces


class WordPiece:
    """word → piece ids; `dropout` sometimes refuses a long piece, so that rare splits are seen."""

    def __init__(self, pieces):
        self.pieces = pieces
        self.ids = {p: i for i, p in enumerate(pieces)}
        self.longest = max(len(p) for p in pieces)
        self.cache = {}

    def word(self, word, dropout=0.0):
        if dropout == 0.0:
            found = self.cache.get(word)
            if found is None:
                found = self.cache[word] = self._split(word, 0.0)
            return found
        return self._split(word, dropout)

    def _split(self, word, dropout):
        ids, start = [], 0
        while start < len(word):
            end = min(len(word), start + self.longest)
            while end > start:
                piece = ("##" if start else "") + word[start:end]
                index = self.ids.get(piece)
                if index is not None and not (
                        dropout and end - start > 1 and random.random() < dropout):
                    break
                end -= 1
            if end == start:
                return [UNK]
            ids.append(index)
            start = end
        return ids
