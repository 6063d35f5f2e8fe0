# SPDX-License-Identifier: Apache-2.0
"""Writes the measured tables into the model card: python3 card.py REPORT_JSON README_MD

Only the text between <!-- NAME --> and <!-- /NAME --> is replaced.
"""
import json
import re
import sys

import heads

TITLES = {"previous": "the token before", "first": "`<s>`", "header": "K: and M:", "same": "the same note earlier",
          "bar_line": "the last bar line", "bar_back": "the same beat one bar back",
          "follow": "what followed the same note earlier", "induction": "induction on random notes, least of three seeds"}


def run_line(report):
    return (f"{report['steps']:,} steps, {report['tokens'] / 1e6:.1f} million tokens, {report['seconds'] / 60:.1f} minutes of one "
            f"processor core; {report['parameters']:,} parameters, {report['bytes'] / 1e6:.2f} MB of weights.")


def loss_table(report):
    made = report["made"]
    lines = ["| 400 made tunes of other seeds | melody | trigram | unigram |", "|---|---|---|---|",
             f"| all tokens, nats | {made['loss']:.2f} | {made['trigram']:.2f} | {made['unigram']:.2f} |",
             f"| bars 2–3 of a phrase, the first time | {made['first_time']:.2f} | {made['first_time.trigram']:.2f} | |",
             f"| the same bars when the phrase comes again | {made['second_time']:.2f} | {made['second_time.trigram']:.2f} | |", "",
             f"The most probable token is the right one in {100 * made['right']:.0f} %. Where a bar is full, a bar line gets "
             f"{100 * made['bar_when_full']:.1f} %, where it is not, {100 * made['bar_when_not']:.1f} %. "
             f"{100 * made['in_key']:.1f} % of the probability of notes lies on notes of the key that K: names.", "",
             "| old tune, never trained on | tokens | nats a token | trigram | most probable is right |", "|---|---|---|---|---|"]
    old = report["old"]
    lines += [f"| {name} | {t['tokens']} | {t['loss']:.2f} | {t['trigram']:.2f} | {100 * t['right']:.0f} % |"
              for name, t in old.items()]
    total = sum(t["tokens"] for t in old.values())
    mean = {key: sum(t[key] * t["tokens"] for t in old.values()) / total for key in ("loss", "trigram", "right")}
    lines.append(f"| **all** | {total} | **{mean['loss']:.2f}** | {mean['trigram']:.2f} | **{100 * mean['right']:.0f} %** |")
    return "\n".join(lines)


def key_table(report):
    keys = report["keys"]
    lines = ["| | " + " | ".join(keys) + " |", "|---|" + "---|" * len(keys)]
    for title, place in (("after `K:… M:4/4`", 0), ("after `M:4/4` alone", 1)):
        lines.append(f"| {title} | " + " | ".join(f"{100 * both[place]:.0f} %" for both in keys.values()) + " |")
    return "\n".join(lines)


def heads_table(report):
    lines = ["| where it looks | the strongest heads (layer.head) | looking at all alike |", "|---|---|---|"]
    scores = heads.measures(report)
    for name, title in TITLES.items():
        table, uniform = scores[name]
        order = (-table).argsort(axis=None)[:3]
        best = ", ".join(f"{i // table.shape[1]}.{i % table.shape[1]} {table.flat[i]:.2f}" for i in order)
        lines.append(f"| {title} | {best} | {uniform:.2f} |")
    lines += ["", "Random notes said twice: " + "; ".join(
        f"seed {s['seed']}: {s['first']:.2f} → {s['second']:.2f} nats" for s in report["copies"]) + "."]
    return "\n".join(lines)


def main(report_path, card_path):
    with open(report_path, encoding="utf-8") as f:
        report = json.load(f)
    with open(card_path, encoding="utf-8") as f:
        card = f.read()
    parts = {"run": run_line(report), "losses": loss_table(report), "keys": key_table(report), "heads": heads_table(report)}
    for name, body in parts.items():
        card = re.sub(rf"(<!-- {name} -->).*?(<!-- /{name} -->)",
                      lambda m, text=body: m.group(1) + "\n" + text + "\n" + m.group(2), card, flags=re.S)
    with open(card_path, "w", encoding="utf-8") as f:
        f.write(card)


if __name__ == "__main__":
    main(*sys.argv[1:])
