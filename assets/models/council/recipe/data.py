# SPDX-License-Identifier: Apache-2.0
"""From trees and running text to batches of arrays."""
import collections
import glob
import json
import os
import random

import numpy as np

import conllu
import grammar
from wordpiece import CLS, MASK, PAD, SEP, quick_words, basic_words

LONGEST = 126     # pieces of a sentence, without [CLS] and [SEP]
TRAIN = {"en": ["UD_English-EWT/en_ewt-ud-train.conllu"],
         "ru": ["UD_Russian-Taiga/ru_taiga-ud-train-v2.7.conllu",
                "UD_Russian-PUD/ru_pud-ud-test.conllu",
                "UD_Russian-Poetry/ru_poetry-ud-dev.conllu",
                "UD_Russian-Poetry/ru_poetry-ud-test.conllu"]}
DEV = {"en": ["UD_English-EWT/en_ewt-ud-dev.conllu"],
       "ru": ["UD_Russian-Taiga/ru_taiga-ud-dev.conllu", "UD_Russian-GSD/ru_gsd-ud-dev.conllu"]}


class Sample:
    """A tree ready for use: forms, gold matrix [relation, asking, found + SEP], tags."""

    def __init__(self, lang, sentence):
        self.lang = lang
        self.words = sentence
        self.forms = [w.form.lower() for w in sentence]
        for i, form in enumerate(self.forms):      # as BERT's tokenizer cuts don't: don ' t
            if form in ("n't", "n’t") and i and not self.forms[i - 1].endswith("n"):
                self.forms[i - 1] += "n"
                self.forms[i] = form[1:]
        self._gold = None

    @property
    def gold(self):
        if self._gold is None:
            count = len(self.words)
            found, ignored = conllu.arcs(self.words)
            gold = np.zeros((len(conllu.RELATIONS), count, count + 1), np.float32)
            for r, name in enumerate(conllu.RELATIONS):
                rare = 2.0 if name in ("predicate_recipient", "subject_recipient",
                                       "relative_antecedent") else 1.0
                gold[r, :, count] = 0.5
                for i in ignored[name]:
                    gold[r, i, count] = 0.0
                for i, targets in found[name].items():
                    gold[r, i, count] = 0.0
                    for target in targets:
                        gold[r, i, target] = rare / len(targets)
            self._gold = gold.astype(np.float16)
        return self._gold


def read_trees(root, lists):
    samples = []
    for lang, paths in lists.items():
        for path in paths:
            for sentence in conllu.read(os.path.join(root, "corpora/ud", path)):
                if 2 <= len(sentence) <= 69:
                    samples.append(Sample(lang, sentence))
    return samples


class Tags:
    """Numbers for the auxiliary tags."""

    def __init__(self, samples):
        self.values = [{} for _ in conllu.TAGS]
        for sample in samples:
            for word in sample.words:
                for known, value in zip(self.values, conllu.tags(word)):
                    known.setdefault(value, len(known))

    def row(self, word):
        return [known.get(value, -100) for known, value in zip(self.values, conllu.tags(word))]


class Swaps:
    """Words that may stand for one another: same language, part of speech and features."""

    RATES = {"NOUN": 0.15, "PROPN": 0.15, "ADJ": 0.15, "VERB": 0.05, "ADV": 0.05}

    def __init__(self, samples):
        groups = collections.defaultdict(set)
        for sample in samples:
            for word, form in zip(sample.words, sample.forms):
                if word.upos in self.RATES and form.isalpha():
                    groups[self.key(sample.lang, word)].add(form)
        self.groups = {k: sorted(v) for k, v in groups.items() if len(v) > 2}

    @staticmethod
    def key(lang, word):
        return (lang, word.upos) + tuple(sorted(word.feats.items()))

    def apply(self, sample, forms):
        for i, word in enumerate(sample.words):
            if word.upos in self.RATES and random.random() < self.RATES[word.upos]:
                group = self.groups.get(self.key(sample.lang, word))
                if group:
                    forms[i] = random.choice(group)


LETTERS = {"ru": "абвгдежзийклмнопрстуфхцчшщыьэюя", "en": "abcdefghijklmnopqrstuvwxyz"}


def typo(form, lang):
    if len(form) < 4 or not form.isalpha():
        return form
    i = random.randrange(1, len(form) - 1)
    kind = random.randrange(3)
    if kind == 0:
        return form[:i] + form[i + 1] + form[i] + form[i + 2:]
    if kind == 1:
        return form[:i] + form[i + 1:]
    return form[:i] + random.choice(LETTERS[lang]) + form[i + 1:]


def encode(forms, pieces, dropout=0.0):
    """(ids without specials, word index of every piece)."""
    ids, word_of = [], []
    for i, form in enumerate(forms):
        for part in (basic_words(form) if not form.isalnum() else (form,)):
            new = pieces.word(part, dropout)
            ids.extend(new)
            word_of.extend([i] * len(new))
    return ids, word_of


class TreeBatches:
    """Endless batches of trees of similar length: at most `budget` padded pieces each."""

    def __init__(self, samples, made, shares, pieces, tag_numbers, swaps, budget=1024):
        self.by_kind = {"en": [s for s in samples if s.lang == "en"],
                        "ru": [s for s in samples if s.lang == "ru"],
                        "made_en": [s for s in made if s.lang == "en"],
                        "made_ru": [s for s in made if s.lang == "ru"]}
        self.shares = {k: v for k, v in shares.items() if self.by_kind[k]}
        self.pieces, self.tag_numbers, self.swaps, self.budget = pieces, tag_numbers, swaps, budget
        self.decks = {k: [] for k in self.by_kind}

    def draw(self):
        kind = random.choices(list(self.shares), list(self.shares.values()))[0]
        deck = self.decks[kind]
        if not deck:
            deck.extend(self.by_kind[kind])
            random.shuffle(deck)
        return deck.pop()

    def vary(self, sample):
        """(forms, gold, words) of a slightly changed copy."""
        forms, gold, words = list(sample.forms), sample.gold, sample.words
        if random.random() < 0.5:
            self.swaps.apply(sample, forms)
        if random.random() < 0.3:
            forms = [f.replace("ё", "е") for f in forms]
        if random.random() < 0.5:
            forms = [typo(f, sample.lang) if random.random() < 0.08 else f for f in forms]
        if forms[-1] in (".", "!", "?") and random.random() < 0.2 and len(forms) > 2:
            forms, words = forms[:-1], words[:-1]
            gold = np.concatenate([gold[:, :-1, :-2], gold[:, :-1, -1:]], axis=2)
        return forms, gold, words

    def pool(self, size=1500):
        items = []
        while len(items) < size:
            forms, gold, words = self.vary(self.draw())
            if random.random() < 0.1:
                forms2, gold2, words2 = self.vary(self.draw())
                n, m = len(forms), len(forms2)
                both = np.zeros((gold.shape[0], n + m, n + m + 1), np.float16)
                both[:, :n, :n], both[:, :n, -1] = gold[:, :, :-1], gold[:, :, -1]
                both[:, n:, n:] = gold2
                forms, gold, words = forms + forms2, both, list(words) + list(words2)
            dropout = 0.06 if random.random() < 0.5 else 0.0
            ids, word_of = encode(forms, self.pieces, dropout)
            if len(ids) <= LONGEST:
                items.append((ids, word_of, gold, words))
        return items

    def __iter__(self):
        while True:
            items = sorted(self.pool(), key=lambda item: len(item[0]) + random.random() * 3)
            batches, current, width = [], [], 0
            for item in items:
                width = max(width, len(item[0]) + 2)
                if current and width * (len(current) + 1) > self.budget:
                    batches.append(current)
                    current, width = [], len(item[0]) + 2
                current.append(item)
            random.shuffle(batches)
            for batch in batches:
                yield self.arrays(batch)

    def arrays(self, batch):
        """ids, padding, member [B,T,W] piece → word (last column [SEP]), gold [B,R,T,W], tags."""
        width = max(len(ids) for ids, _, _, _ in batch) + 2
        most = max(len(words) for _, _, _, words in batch) + 1
        ids = np.zeros((len(batch), width), np.int64)
        member = np.zeros((len(batch), width, most), np.float32)
        gold = np.zeros((len(batch), len(conllu.RELATIONS), width, most), np.float32)
        tag_rows, tag_places = [], []
        for b, (pieces, word_of, matrix, words) in enumerate(batch):
            count, n = len(words), len(pieces)
            ids[b, :n + 2] = [CLS] + pieces + [SEP]
            where = np.asarray(word_of)
            member[b, np.arange(1, n + 1), where] = 1
            member[b, n + 1, most - 1] = 1
            gold[b, :, 1:n + 1, :count] = matrix[:, where, :count]
            gold[b, :, 1:n + 1, most - 1] = matrix[:, where, count]
            last = -1
            for t, w in enumerate(word_of):
                if w != last:
                    tag_places.append(b * width + t + 1)
                    tag_rows.append(self.row_of(words[w]))
                    last = w
        return {"ids": ids, "member": member, "gold": gold,
                "tag_places": np.asarray(tag_places), "tags": np.asarray(tag_rows)}

    def row_of(self, word):
        row = getattr(word, "row", None)
        if row is None:
            row = word.row = self.tag_numbers.row(word)
        return row


def mask_pieces(ids, share, vocabulary):
    """BERT's masking: (masked ids, flat places, wanted ids)."""
    choice = (np.random.rand(*ids.shape) < share) & (ids >= 5)
    places = np.flatnonzero(choice)
    wanted = ids.reshape(-1)[places]
    masked = ids.copy().reshape(-1)
    luck = np.random.rand(len(places))
    masked[places[luck < 0.8]] = MASK
    other = places[luck > 0.9]
    masked[other] = np.random.randint(5, vocabulary, len(other))
    return masked.reshape(ids.shape), places, wanted


def text_chunks(paths, pieces, width=64):
    """Running text as rows of `width` ids: [CLS] lines … [SEP] [PAD]…"""
    rows, current = [], []

    def flush():
        if len(current) > 4:
            rows.append(np.asarray([CLS] + current + [SEP] + [PAD] * (width - 2 - len(current)),
                                   np.uint16))
        current.clear()

    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                new = [i for word in quick_words(line) for i in pieces.word(word)]
                if not new:
                    flush()
                while new:
                    if len(current) + len(new) <= width - 2:
                        current.extend(new)
                        break
                    if current:
                        flush()
                    else:
                        current.extend(new[:width - 2])
                        new = new[width - 2:]
                        flush()
        flush()
    return np.stack(rows)


class TextBatches:
    """Endless batches of running text in fixed shares."""

    SHARES = [("tinystories", 0.45), ("prose_ru", 0.15), ("prose_en", 0.40)]

    def __init__(self, root, pieces, cache):
        text = os.path.join(root, "corpora/text")
        files = {"tinystories": [text + "/ru/tinystories_ru.txt"],
                 "prose_ru": sorted(glob.glob(text + "/ru/eltec_*.txt")),
                 "prose_en": sorted(glob.glob(text + "/en/*.txt"))}
        self.rows = {}
        for name, paths in files.items():
            kept = os.path.join(cache, name + ".npy")
            if not os.path.exists(kept):
                np.save(kept, text_chunks(paths, pieces))
            rows = np.load(kept)
            # the last hundred chunks of every source are never trained on
            self.rows[name] = rows[:-100]
        self.held_out = {n: np.load(os.path.join(cache, n + ".npy"))[-100:] for n in files}

    def batch(self, count):
        parts = []
        for name, share in self.SHARES:
            n = int(count * share + random.random())
            rows = self.rows[name]
            parts.append(rows[np.random.randint(0, len(rows), n)])
        ids = np.concatenate(parts).astype(np.int64)
        return ids[:, :int((ids != PAD).sum(1).max())]


def sentences_to_avoid(path):
    """The test's sentences, as grammar.plain writes them: the grammars never make these."""
    if not path:
        return set()
    with open(path, encoding="utf-8") as f:
        lists = json.load(f)
    return {" ".join(w for w in basic_words(item["text"]) if w.isalnum() or "-" in w)
            for items in lists.values() for item in items if isinstance(item, dict)}


def trees(root, made_count, seed, avoid):
    """(samples of the treebanks, samples that the grammars made)."""
    made = [Sample(lang, words) for lang, words in grammar.sentences(made_count, seed, avoid)]
    return read_trees(root, TRAIN), made


def load(root, cache, pieces, made_count, seed, avoid):
    """Everything that training needs: (train samples, made samples, text)."""
    os.makedirs(cache, exist_ok=True)
    train, made = trees(root, made_count, seed, avoid)
    return train, made, TextBatches(root, pieces, cache)
