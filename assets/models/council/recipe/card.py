# SPDX-License-Identifier: Apache-2.0
"""Writes the measured tables into the model card: python3 card.py REPORT_JSON README_MD

Only the text between <!-- NAME --> and <!-- /NAME --> is replaced.
"""
import json
import re
import sys

import numpy as np

import conllu

TITLES = {"tinystories": "simple Russian stories", "prose_ru": "Russian prose", "prose_en": "English prose"}


def percent(value):
    return "–" if value is None else f"{100 * value:.1f}"


def figures_table(figures):
    lines = ["| layer.head | relation | English | strict | base | rows | Russian | strict | base | rows |",
             "|---|---|---|---|---|---|---|---|---|---|"]
    for layer, head, relation in conllu.GUIDED:
        cells = [f"{layer}.{head}", relation]
        for lang in ("en", "ru"):
            row = figures[lang][relation]
            base = None if relation.endswith("_token") else row["base"]
            cells += [percent(row["right"]), percent(row["strict"]), percent(base), str(row["rows"])]
        lines.append("| " + " | ".join(cells) + " |")
    names = [r for _, _, r in conllu.GUIDED if not r.endswith("_token")]
    for title, kept in (("**mean of all 19**", [r for _, _, r in conllu.GUIDED]),
                        ("**mean of the 17 relations**", names),
                        ("mean without predicate_recipient (16)", [r for r in names if r != "predicate_recipient"])):
        cells = ["", title]
        for lang in ("en", "ru"):
            cells += [percent(np.mean([figures[lang][r]["right"] for r in kept])),
                      percent(np.mean([figures[lang][r]["strict"] for r in kept])), "", ""]
        lines.append("| " + " | ".join(cells) + " |")
    quiet = [np.mean([figures[lang][r]["quiet"] for r in names]) for lang in ("en", "ru")]
    weight = [np.mean([figures[lang][r]["weight"] for r in names]) for lang in ("en", "ru")]
    lines += ["", f"Words with nothing to find look at `[SEP]` in {percent(quiet[0])} % (English) and "
              f"{percent(quiet[1])} % (Russian) of such rows (mean of the 17 relations). The mean share of the "
              f"non-special weight that lies on the right word is {percent(weight[0])} % and {percent(weight[1])} %."]
    return "\n".join(lines)


def sentences_table(told):
    lines = ["| list | language | expectations | right | mean weight on the right word |", "|---|---|---|---|---|"]
    for name in ("chapter", "everyday", "articles"):
        for lang in ("ru", "en"):
            rows = [r for r in told if r[0] == name and r[1] == lang]
            if not rows:
                continue
            lines.append(f"| {name} | {lang} | {len(rows)} | {sum(r[8] for r in rows)} | "
                         f"{np.mean([r[7] for r in rows]):.2f} |")
    return "\n".join(lines)


def misses_list(told):
    return "\n".join(f"* {text} — *{query}* should find *{key}* ({relation}), but finds *{best}*."
                     for _, _, text, relation, query, key, best, _, right in told if not right)


def text_table(text):
    lines = ["| held-out text | masked pieces guessed | cross-entropy, nats |", "|---|---|---|"]
    lines += [f"| {TITLES[n]} | {percent(v['guessed'])} % | {v['nats']:.2f} |" for n, v in text.items()]
    return "\n".join(lines)


def blanks_table(blanks):
    lines = ["| sentence | first five |", "|---|---|"]
    for sentence, top in blanks.items():
        lines.append(f"| {sentence} | " + ", ".join(f"{p} {c:.2f}" for p, c in top) + " |")
    return "\n".join(lines)


def main(report_path, card_path):
    with open(report_path, encoding="utf-8") as f:
        report = json.load(f)
    with open(card_path, encoding="utf-8") as f:
        card = f.read()
    parts = {"figures": figures_table(report["figures"]), "sentences": sentences_table(report["sentences"]),
             "misses": misses_list(report["sentences"]), "text": text_table(report["text"]),
             "blanks": blanks_table(report["blanks"])}
    for name, body in parts.items():
        card = re.sub(rf"(<!-- {name} -->).*?(<!-- /{name} -->)",
                      lambda m: m.group(1) + "\n" + body + "\n" + m.group(2), card, flags=re.S)
    with open(card_path, "w", encoding="utf-8") as f:
        f.write(card)


if __name__ == "__main__":
    main(*sys.argv[1:])
