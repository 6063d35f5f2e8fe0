# SPDX-License-Identifier: Apache-2.0
"""Writes the measured tables into the model card: python3 card.py REPORT_JSON PROMPTS_JSON README_MD

Only the text between <!-- NAME --> and <!-- /NAME --> is replaced.
"""
import json
import re
import sys

import numpy as np

TITLES = {"stories_ru": "simple Russian stories", "prose_ru": "Russian prose", "prose_en": "English prose",
          "web_en": "English web text", "made_en": "made English sentences", "tales_en": "made English tales"}


def run_line(report):
    return (f"{report['steps']:,} steps, {report['tokens'] / 1e6:.1f} million pieces, {report['spent'] / 60:.0f} minutes; "
            f"{report['parameters'] / 1e6:.2f} million parameters, {report['bytes'] / 1e6:.1f} MB of weights.")


def loss_table(text):
    lines = ["| text | trained on | held out | unigram | 5-gram | bits per byte | 5-gram, bits per byte | bits per character |",
             "|---|---|---|---|---|---|---|---|"]
    for name, title in TITLES.items():
        held, train = text[name + ".held"], text[name + ".train"]
        lines.append(f"| {title} | {train['nats']:.2f} | {held['nats']:.2f} | {held['unigram']:.2f} | "
                     f"{held['fivegram']:.2f} | {held['bits_per_byte']:.2f} | {held['fivegram_bits_per_byte']:.2f} | "
                     f"{held['bits_per_character']:.2f} |")
    return "\n".join(lines)


def place_table(text):
    lines = ["| text | 1–16 | 17–64 | 65–128 | 129–256 | 257–511 |", "|---|---|---|---|---|---|"]
    for name in ("stories_ru", "prose_ru", "prose_en"):
        lines.append(f"| {TITLES[name]} | " + " | ".join(f"{v:.2f}" for v in text[name + ".held"]["by_place"]) + " |")
    return "\n".join(lines)


def best(table, count=3):
    table = np.asarray(table)
    order = np.argsort(-table, axis=None)[:count]
    return ", ".join(f"{i // table.shape[1]}.{i % table.shape[1]} {table.flat[i]:.2f}" for i in order)


def heads_table(report):
    induction = np.min([seed["induction"] for seed in report["copies"]], axis=0)
    heads = report["heads"]
    lines = ["| measure | the strongest heads (layer.head) |", "|---|---|",
             f"| previous token | {best(heads['previous'])} |",
             f"| induction, least of three seeds | {best(induction)} |",
             f"| first token | {best(heads['first'])} |",
             "", "| layer | mean distance | least | most | entropy | on the first token |", "|---|---|---|---|---|---|"]
    for layer, row in enumerate(heads["distance"]):
        lines.append(f"| {layer} | {np.mean(row):.1f} | {min(row):.1f} | {max(row):.1f} | "
                     f"{np.mean(heads['entropy'][layer]):.2f} | {np.mean(heads['first'][layer]):.2f} |")
    lines += ["", "Random pieces said twice: " + "; ".join(
        f"seed {s['seed']}: {s['first']:.2f} → {s['second']:.2f} nats" for s in report["copies"]) + "."]
    return "\n".join(lines)


def samples_table(prompts):
    lines = ["| prompt | its continuation | grammatical |", "|---|---|---|"]
    answer = {True: "yes", False: "no", None: "not read yet"}
    for item in prompts["prompts"]:
        note = f": {item['note']}" if item["note"] else ""
        lines.append(f"| {item['prompt']} |{item['continuation']} | {answer[item['grammatical']]}{note} |")
    for lang, name in (("ru", "Russian"), ("en", "English")):
        mine = [i for i in prompts["prompts"] if i["lang"] == lang]
        lines.append(f"| {name} | | **{sum(bool(i['grammatical']) for i in mine)} of {len(mine)}** |")
    return "\n".join(lines)


def main(report_path, prompts_path, card_path):
    texts = []
    for path in (report_path, prompts_path, card_path):
        with open(path, encoding="utf-8") as f:
            texts.append(f.read())
    report, prompts, card = json.loads(texts[0]), json.loads(texts[1]), texts[2]
    parts = {"run": run_line(report), "losses": loss_table(report["text"]), "places": place_table(report["text"]),
             "heads": heads_table(report), "samples": samples_table(prompts)}
    for name, body in parts.items():
        card = re.sub(rf"(<!-- {name} -->).*?(<!-- /{name} -->)",
                      lambda m, text=body: m.group(1) + "\n" + text + "\n" + m.group(2), card, flags=re.S)
    with open(card_path, "w", encoding="utf-8") as f:
        f.write(card)


if __name__ == "__main__":
    main(*sys.argv[1:])
