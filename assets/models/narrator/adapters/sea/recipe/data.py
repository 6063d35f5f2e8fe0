# SPDX-License-Identifier: Apache-2.0
"""Paragraphs of the sea, made by rules: python3 data.py shows some. Every fifth pattern is held out: no sentence of it is trained on."""
import json
import os
import random
import re

import sea_en
import sea_ru

LANGUAGES = {"ru": sea_ru, "en": sea_en}
HELD_OUT = 5        # every fifth pattern
PROMPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../../../tests/reference/sea_prompts.json")


def patterns(words, held):
    return [p for number, p in enumerate(words.PATTERNS) if (number % HELD_OUT == HELD_OUT - 1) == held]


def somebody(words, source):
    """(a name, is she a woman)"""
    she = source.random() < 0.5
    return source.choice(words.WOMEN if she else words.MEN), she


def sentence(words, pattern, who, source):
    name, she = who

    def filled(match):
        slot = match.group(1)
        return name if slot == "who" else source.choice(words.SLOTS[slot.rstrip("0123456789")])
    text = re.sub(r"\{(\w+)\}", filled, pattern)
    text = re.sub(r"\[([^/\]]*)/([^\]]*)\]", lambda forms: forms.group(2 if she else 1), text)
    text = re.sub(r"\ba (?=[aeiou])", "an ", text)
    return text[0].upper() + text[1:]


def paragraph(lang, source, held=False):
    """One to four sentences about the same person, who is called he or she now and then."""
    words = LANGUAGES[lang]
    name, she = somebody(words, source)
    made, called = [], False
    for pattern in source.sample(patterns(words, held), source.choice([1, 2, 3, 4])):
        again = called and source.random() < 0.6
        made.append(sentence(words, pattern, (words.PRONOUNS[she] if again else name, she), source))
        called = "{who}" in pattern
    return " ".join(made)


def asked():
    """The prompts of the card."""
    with open(PROMPTS, encoding="utf-8") as f:
        return [item["prompt"] for item in json.load(f)["prompts"]]


def paragraphs(lang, count, seed, held=False):
    """Without those that hold a prompt of the card."""
    source, made, prompts = random.Random(seed), [], asked()
    while len(made) < count:
        text = paragraph(lang, source, held)
        if not any(prompt in text for prompt in prompts):
            made.append(text)
    return made


def words_of_the_sea(lang):
    """The nouns that fill the patterns: what a hit is counted by."""
    words = LANGUAGES[lang]
    return {word for slot, filling in words.SLOTS.items() if slot not in words.PLAIN for word in filling}


if __name__ == "__main__":
    for language in LANGUAGES:
        print("\n".join(paragraphs(language, 12, 1)), "\n")
        print("\n".join(paragraphs(language, 3, 2, held=True)), "\n")
