# SPDX-License-Identifier: Apache-2.0
"""Names the heads that stand out by a measure: python3 heads.py REPORT_JSON HEADS_JSON

Nobody trained them for it. A head gets the first name that fits; the numbers are evaluate.py's.
"""
import json
import sys

import numpy as np

import folder

# measure: least score, name ru/en, badge ru/en, what it does ru/en: {} is the score, {} what looking at all alike would give
NAMES = {
    "induction": (.4, "Что было после такой же ноты", "What followed the same note", "повтор", "copy",
                  "На случайных нотах, сыгранных дважды, {} % веса — на ноте, которая в первый раз шла следом (поровну — {} %).",
                  "On random notes played twice, {} % of its weight is on the note that came next the first time (all alike: {} %)."),
    "previous": (.5, "Предыдущая нота", "Previous note", "назад", "back",
                 "На мелодиях {} % её веса — на предыдущем токене (поровну — {} %).",
                 "On tunes {} % of its weight is on the token before (all alike: {} %)."),
    "same": (.4, "Та же нота раньше", "The same note earlier", "та же", "same",
             "Если нота уже звучала, {} % веса — на прежних таких же (поровну — {} %).",
             "Where a note has sounded before, {} % of its weight is on the earlier ones (all alike: {} %)."),
    "bar_line": (.4, "Последняя тактовая черта", "The last bar line", "черта", "bar",
                 "На мелодиях {} % её веса — на последней тактовой черте (поровну — {} %).",
                 "On tunes {} % of its weight is on the last bar line (all alike: {} %)."),
    "bar_back": (.4, "Та же доля тактом раньше", "The same beat one bar back", "такт", "beat",
                 "Если тактом раньше в той же доле началась нота, {} % веса — на ней (поровну — {} %).",
                 "Where a note began on the same beat of the bar before, {} % of its weight is on it (all alike: {} %)."),
    "header": (.4, "Тональность и размер", "Key and metre", "размер", "key",
               "На мелодиях {} % её веса — на K: и M: в начале (поровну — {} %).",
               "On tunes {} % of its weight is on K: and M: at the beginning (all alike: {} %)."),
    "first": (.5, "Начало мелодии", "The beginning", "начало", "first",
              "На мелодиях {} % её веса — на начальном <s> (поровну — {} %).",
              "On tunes {} % of its weight is on the opening <s> (all alike: {} %)."),
}

RELATIONS = {"previous": "previous_token", "same": "duplicate_token", "first": "first_token"}      # as other models call them


def measures(report):
    """{name: ([L,H] scores, what looking at all alike gives)}; of induction the least of the seeds."""
    found = {name: (np.array(values), report["heads"][name + ".uniform"]) for name, values in report["heads"].items()
             if not name.endswith(".uniform")}
    found["induction"] = (np.min([seed["induction"] for seed in report["copies"]], axis=0), report["copies"][0]["uniform"])
    return found


def named(report):
    found, scores = [], measures(report)
    layers, heads = scores["induction"][0].shape
    for layer in range(layers):
        for head in range(heads):
            for relation, (least, *texts) in NAMES.items():
                score, uniform = float(scores[relation][0][layer, head]), scores[relation][1]
                if score < least:
                    continue
                numbers = f"{100 * score:.0f}", f"{100 * uniform:.0f}"
                found.append({"layer": layer, "head": head, "relation": RELATIONS.get(relation, relation), "guided": False,
                              "name": {"ru": texts[0], "en": texts[1]}, "short": {"ru": texts[2], "en": texts[3]},
                              "asks": {"ru": texts[4].format(*numbers), "en": texts[5].format(*numbers)},
                              "score": round(score, 4), "uniform": round(uniform, 4)})
                break
    return {"model": "melody", "heads": found}


def main(report_path, out):
    with open(report_path, encoding="utf-8") as f:
        heads = named(json.load(f))
    folder.write_json(out, heads)
    print(len(heads["heads"]), "heads named")


if __name__ == "__main__":
    main(*sys.argv[1:])
