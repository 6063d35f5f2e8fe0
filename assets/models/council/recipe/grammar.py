# SPDX-License-Identifier: Apache-2.0
"""Sentences made by our own grammars, with known arcs. Look at some: python3 grammar.py"""
import random
import sys

import grammar_en
import grammar_ru
import nodes


def plain(words):
    return " ".join(w.form.lower() for w in words if w.form.isalnum() or "-" in w.form)


def sentences(count, seed, avoid=()):
    """[(language, [conllu.Word])]: half Russian; those whose words are in `avoid` are left out."""
    state = random.getstate()
    random.seed(seed)
    made = []
    while len(made) < count:
        lang, maker = ("ru", grammar_ru) if len(made) % 2 else ("en", grammar_en)
        root, stop = maker.sentence()
        words = nodes.to_words(root, stop)
        if 3 <= len(words) <= 40 and plain(words) not in avoid:
            made.append((lang, words))
    random.setstate(state)
    return made


if __name__ == "__main__":
    for made_lang, made_words in sentences(int(sys.argv[1]) if len(sys.argv) > 1 else 40, 5):
        print(made_lang, " ".join(w.form for w in made_words))
