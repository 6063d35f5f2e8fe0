# SPDX-License-Identifier: Apache-2.0
"""Names the heads that stand out by a measure: python3 heads.py REPORT_JSON HEADS_JSON

Nobody trained them for it; the numbers are evaluate.py's.
"""
import json
import sys

import folder
import model

FROM_CLASS = 0.85      # the least share of [CLS]'s weight on ink that is worth a name
FROM_PATCHES = 0.65    # likewise of all patches' weight


def named(report):
    heads, found = report["heads"], []
    share = f"{100 * heads['uniform']['ink']:.0f}"
    for layer in range(model.LAYERS):
        for head in range(model.HEADS):
            from_class, from_patches = heads["cls_ink"][layer][head], heads["ink"][layer][head]
            if from_class >= FROM_CLASS:
                relation, score, other = "class_ink", from_class, heads["cls_other"][layer][head]
                name, short = ("[CLS] → линии цифры", "[CLS] → the ink"), ("линии", "ink")
                asks = ("[CLS] отдаёт {} % веса квадратам, где есть линия (где линия у другой цифры — {} %, поровну — {} %).",
                        "[CLS] gives {} % of its weight to patches with ink (where another digit has ink: {} %; all alike: {} %).")
            elif from_patches >= FROM_PATCHES:
                relation, score, other = "patch_ink", from_patches, heads["other"][layer][head]
                name, short = ("Квадрат → линии цифры", "Patch → the ink"), ("все", "all")
                asks = ("Каждый квадрат в среднем отдаёт {} % веса квадратам, где есть линия (где она у другой цифры — {} %, поровну "
                        "— {} %).",
                        "On average every patch gives {} % of its weight to patches with ink (where another digit has ink: {} %; all "
                        "alike: {} %).")
            else:
                continue
            numbers = f"{100 * score:.0f}", f"{100 * other:.0f}", share
            found.append({"layer": layer, "head": head, "relation": relation, "guided": False,
                          "name": {"ru": name[0], "en": name[1]}, "short": {"ru": short[0], "en": short[1]},
                          "asks": {"ru": asks[0].format(*numbers), "en": asks[1].format(*numbers)},
                          "score": round(score, 4), "other": round(other, 4), "uniform": round(heads["uniform"]["ink"], 4)})
    return {"model": "digits", "heads": found}


def main(report_path, out):
    with open(report_path, encoding="utf-8") as f:
        heads = named(json.load(f))
    folder.write_json(out, heads)
    print(len(heads["heads"]), "heads named")


if __name__ == "__main__":
    main(*sys.argv[1:])
