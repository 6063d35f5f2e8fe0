# SPDX-License-Identifier: Apache-2.0
"""Byte-pair pieces with byte fallback: learning them, cutting text with them, tokenizer.json.

A text is read as the shipped tokenizer.json says: whitespace becomes ▁, one ▁ is put in front, PATTERN
cuts it into words, and merges join characters inside a word. Characters without a piece become bytes.
"""
import collections
import heapq
import json
import re

UNKNOWN, BOS, EOS = 0, 1, 2
FIRST_BYTE, FIRST_CHARACTER = 3, 259
LETTERS = "A-Za-zÀ-ɏЀ-ӿ"
PATTERN = (f"▁+(?=▁)|▁?[{LETTERS}]+(?:['’][{LETTERS}]+)*|▁?[0-9]|▁?[^{LETTERS}0-9▁]+|▁+")
WORDS = re.compile(PATTERN)
SPACES = "[ \\t\\r\\n]"


def words(text):
    """The words of a text, each with its leading ▁."""
    return WORDS.findall("▁" + re.sub(SPACES, "▁", text))


def learn(counts, size, rare=40):
    """Pieces and merges from {word: weight}; at most `size` pieces in all. ([piece], [(left, right)])."""
    letters = collections.Counter()
    for word, count in counts.items():
        for letter in word:
            letters[letter] += count
    alphabet = sorted(c for c, n in letters.items() if n >= rare)
    known = set(alphabet)
    pieces = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)] + alphabet
    present = set(pieces)
    cut, weight = [], []
    for word, count in sorted(counts.items()):
        if len(word) > 1 and known.issuperset(word):
            cut.append(list(word))
            weight.append(count)
    pairs, where = collections.Counter(), collections.defaultdict(set)
    for index, parts in enumerate(cut):
        for pair in zip(parts, parts[1:]):
            pairs[pair] += weight[index]
            where[pair].add(index)
    heap = [(-count, pair) for pair, count in pairs.items()]
    heapq.heapify(heap)
    merges = []
    while heap and len(pieces) < size:
        count, pair = heapq.heappop(heap)
        if pairs[pair] != -count:
            if pairs[pair] > 0:
                heapq.heappush(heap, (-pairs[pair], pair))
            continue
        joined = pair[0] + pair[1]
        merges.append(pair)
        if joined not in present:
            present.add(joined)
            pieces.append(joined)
        changed = set()
        for index in where.pop(pair):
            parts, count = cut[index], weight[index]
            for old in zip(parts, parts[1:]):
                pairs[old] -= count
            cut[index] = parts = join(parts, pair, joined)
            for new in zip(parts, parts[1:]):
                pairs[new] += count
                if joined in new:
                    where[new].add(index)
                    changed.add(new)
        pairs[pair] = 0
        for new in changed:
            heapq.heappush(heap, (-pairs[new], new))
    return pieces, merges


def join(parts, pair, joined):
    left, right = pair
    result, i = [], 0
    while i < len(parts):
        if i + 1 < len(parts) and parts[i] == left and parts[i + 1] == right:
            result.append(joined)
            i += 2
        else:
            result.append(parts[i])
            i += 1
    return result


class Pieces:
    """Text to ids and back."""

    def __init__(self, pieces, merges):
        self.pieces = pieces
        self.merges = [tuple(m) for m in merges]
        self.ids = {p: i for i, p in enumerate(pieces)}
        self.ranks = {m: i for i, m in enumerate(self.merges)}
        self.kept = {}

    def word(self, word):
        ids = self.kept.get(word)
        if ids is None:
            ids = self.kept[word] = self.cut(word)
        return ids

    def cut(self, word):
        parts = []
        for letter in word:
            if letter in self.ids:
                parts.append(letter)
            else:
                parts.extend(f"<0x{b:02X}>" for b in letter.encode())
        while len(parts) > 1:
            best = min(zip(parts, parts[1:]), key=lambda p: self.ranks.get(p, 1 << 30))
            if best not in self.ranks:
                break
            parts = join(parts, best, best[0] + best[1])
        return [self.ids[p] for p in parts]

    def encode(self, text):
        """Ids without <s>."""
        return [i for word in words(text) for i in self.word(word)]

    def decode(self, ids):
        raw = b""
        for i in ids:
            if FIRST_BYTE <= i < FIRST_CHARACTER:
                raw += bytes([i - FIRST_BYTE])
            elif i >= FIRST_CHARACTER:
                raw += self.pieces[i].replace("▁", " ").encode()
        text = raw.decode(errors="replace")
        return text[1:] if text.startswith(" ") else text

    def file(self):
        """The contents of tokenizer.json."""
        special = [{"id": i, "content": self.pieces[i], "single_word": False, "lstrip": False,
                    "rstrip": False, "normalized": False, "special": True} for i in (UNKNOWN, BOS, EOS)]
        return {
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
            "normalizer": {"type": "Sequence", "normalizers": [
                {"type": "Prepend", "prepend": "▁"},
                {"type": "Replace", "pattern": {"Regex": SPACES}, "content": "▁"}]},
            "pre_tokenizer": {"type": "Split", "pattern": {"Regex": PATTERN}, "behavior": "Isolated",
                              "invert": False},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                "pair": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                         {"SpecialToken": {"id": "<s>", "type_id": 1}}, {"Sequence": {"id": "B", "type_id": 1}}],
                "special_tokens": {"<s>": {"id": "<s>", "ids": [BOS], "tokens": ["<s>"]}}},
            "decoder": {"type": "Sequence", "decoders": [
                {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
                {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
            "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None,
                      "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": True,
                      "ignore_merges": False, "vocab": self.ids,
                      "merges": [" ".join(m) for m in self.merges]},
        }


def load(path):
    """Pieces from a tokenizer.json that `file` made."""
    with open(path, encoding="utf-8") as f:
        model = json.load(f)["model"]
    pieces = [None] * len(model["vocab"])
    for piece, index in model["vocab"].items():
        pieces[index] = piece
    return Pieces(pieces, [m.split(" ") for m in model["merges"]])
