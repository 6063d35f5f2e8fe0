# SPDX-License-Identifier: Apache-2.0
"""The texts the narrator reads: {name: [paragraph]}. Look at made sentences: python3 sources.py"""
import glob
import os
import re
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../council/recipe"))
import grammar          # noqa: E402  pylint: disable=wrong-import-position
import tales_en         # noqa: E402  pylint: disable=wrong-import-position

MADE = 120000           # half of them English, which are the ones used
TALES = 60000
HELD_OUT = 0.01         # the share at the end of every source that is never trained on


def paragraphs(paths):
    lines = []
    for path in paths:
        with open(path, encoding="utf-8", errors="ignore") as f:
            for line in f:
                line = re.sub(r"\s+", " ", line.replace("▁", " ")).strip()
                if line:
                    lines.append(line)
    return lines


def treebank(path):
    """The sentences of a CoNLL-U file; those of one paragraph stand together."""
    result = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            if line.startswith("# newpar") or line.startswith("# newdoc"):
                result.append("")
            elif line.startswith("# text = "):
                text = re.sub(r"\s+", " ", line[9:].replace("▁", " ")).strip()
                if not result or (result[-1] and not re.search(r"[.!?…:]['\")]*$", result[-1])):
                    result.append("")
                result[-1] = (result[-1] + " " + text).strip()
    return [p for p in result if p]


def written(forms):
    """Words of a made sentence as people write them."""
    text = " ".join(forms)
    text = re.sub(r" ([,.?!;:]|'s\b|n't\b|'(?= ))", r"\1", text)
    return text[0].upper() + text[1:]


def made_english(count, seed=7):
    sentences = [written([w.form for w in made]) for lang, made in grammar.sentences(count, seed) if lang == "en"]
    # a few together, as a paragraph of its own
    return [" ".join(sentences[i:i + 6]) for i in range(0, len(sentences), 6)]


def load(root):
    text = os.path.join(root, "corpora/text")
    return {
        "stories_ru": paragraphs([text + "/ru/tinystories_ru.txt"]),
        "prose_ru": paragraphs(sorted(glob.glob(text + "/ru/eltec_*.txt"))),
        "prose_en": paragraphs(sorted(glob.glob(text + "/en/*.txt"))),
        "web_en": treebank(os.path.join(root, "corpora/ud/UD_English-EWT/en_ewt-ud-train.conllu")),
        "made_en": made_english(MADE),
        "tales_en": tales_en.tales(TALES, 7),
    }


def split(lines):
    """(training paragraphs, held-out paragraphs): the end is held out."""
    wanted = HELD_OUT * sum(map(len, lines))
    cut, kept = len(lines), 0
    while kept < wanted:
        cut -= 1
        kept += len(lines[cut])
    return lines[:cut], lines[cut:]


if __name__ == "__main__":
    print("\n".join(made_english(240)))
