# SPDX-License-Identifier: Apache-2.0
"""Names the heads that stand out by a measure: python3 heads.py REPORT_JSON HEADS_JSON

Nobody trained them for it. A head gets the first name that fits; the numbers are evaluate.py's.
"""
import json
import sys

import numpy as np

import folder

INDUCTION, PREVIOUS, FIRST = 0.4, 0.5, 0.5      # the least score that is worth a name


def percent(share):
    return f"{100 * share:.0f}"


def named(report):
    induction = np.min([seed["induction"] for seed in report["copies"]], axis=0)
    previous, first = np.asarray(report["heads"]["previous"]), np.asarray(report["heads"]["first"])
    found = []
    for layer in range(induction.shape[0]):
        for head in range(induction.shape[1]):
            if induction[layer, head] >= INDUCTION:
                score, relation = induction[layer, head], "induction"
                name, short = ("Что было после такого же", "What followed the same token"), ("повтор", "copy")
                asks = ("На случайных токенах, сказанных дважды, {} % веса — на токене, который в первый раз шёл следом.",
                        "On random tokens said twice, {} % of its weight is on the token that came next the first time.")
            elif previous[layer, head] >= PREVIOUS:
                score, relation = previous[layer, head], "previous_token"
                name, short = ("Предыдущий токен", "Previous token"), ("назад", "back")
                asks = ("На обычном тексте {} % её веса — на токене перед собой.",
                        "On ordinary text {} % of its weight is on the token before.")
            elif first[layer, head] >= FIRST:
                score, relation = first[layer, head], "first_token"
                name, short = ("Начало текста", "The beginning"), ("начало", "first")
                asks = ("На обычном тексте {} % её веса — на начальном <s>: чаще всего ей нечего искать.",
                        "On ordinary text {} % of its weight is on the opening <s>: mostly it has nothing to find.")
            else:
                continue
            found.append({"layer": layer, "head": head, "relation": relation, "guided": False,
                          "name": {"ru": name[0], "en": name[1]}, "short": {"ru": short[0], "en": short[1]},
                          "asks": {"ru": asks[0].format(percent(score)), "en": asks[1].format(percent(score))},
                          "score": round(float(score), 4)})
    return {"model": "narrator", "heads": found}


def main(report_path, out):
    with open(report_path, encoding="utf-8") as f:
        heads = named(json.load(f))
    folder.write_json(out, heads)
    print(len(heads["heads"]), "heads named")


if __name__ == "__main__":
    main(*sys.argv[1:])
