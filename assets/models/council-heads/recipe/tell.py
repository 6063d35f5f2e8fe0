# SPDX-License-Identifier: Apache-2.0
"""Writes what was measured into the card: python3 tell.py FIGURES_JSON README_MD WEIGHTS_PT

Only the text between <!-- NAME --> and <!-- /NAME --> is replaced.
"""
import json
import re
import sys

import numpy as np
import torch

TITLES = {"en": "English", "ru": "Russian"}


def percent(value):
    return f"{100 * value:.1f}"


def table(figures, lang):
    heads, each = figures["heads"], range(len(figures["heads"]))
    lines = ["| layer | relation | rows | base | " + " | ".join(f"{h}" for h in heads) + " | "
             + " | ".join(f"{h}, in three" for h in heads) + " |", "|" + "---|" * (4 + 2 * len(heads))]
    for row in figures["relations"]:
        own = row[lang]
        base = "–" if row["relation"].endswith("_token") else percent(own["base"])
        cells = [str(row["layer"]), row["relation"], str(own["rows"]), base]
        cells += [percent(own[name][i]) for name in ("right", "third") for i in each]
        lines.append("| " + " | ".join(cells) + " |")
    kept = [row[lang] for row in figures["relations"] if not row["relation"].endswith("_token")]
    means = [percent(np.mean([k[name][i] for k in kept])) for name in ("right", "third") for i in each]
    lines.append("|  | **mean of the 17 relations** |  | " + percent(np.mean([k["base"] for k in kept])) + " | "
                 + " | ".join(means) + " |")
    weights = ", ".join(percent(np.mean([k["weight"][i] for k in kept])) + f" % ({heads[i]})" for i in each)
    lines += ["", f"Mean share of the weight on words that lies on the right word, by number of heads: {weights}."]
    return "\n".join(lines)


def told_run(weights):
    """How long, and how large: the four have equally many numbers."""
    kept = torch.load(weights)
    numbers = sum(t.numel() for t in kept["tensors"][1].values())
    return (f"{kept['step']:,} steps, {kept['seconds'] / 60:.1f} minutes of one (shared) processor core for all four together; "
            f"{numbers:,} parameters, {2 * numbers / 1e6:.2f} MB of weights each (F16).")


def main(figures_path, card_path, weights):
    with open(figures_path, encoding="utf-8") as f:
        figures = json.load(f)
    with open(card_path, encoding="utf-8") as f:
        card = f.read()
    for lang, title in TITLES.items():
        card = re.sub(rf"(<!-- {lang} -->).*?(<!-- /{lang} -->)",
                      lambda m: f"{m.group(1)}\n{title}: {figures['sets'][lang]}.\n\n{table(figures, lang)}\n{m.group(2)}",
                      card, flags=re.S)
    card = re.sub(r"(<!-- run -->).*?(<!-- /run -->)",
                  lambda m: f"{m.group(1)}\n{told_run(weights)}\n{m.group(2)}", card, flags=re.S)
    with open(card_path, "w", encoding="utf-8") as f:
        f.write(card)


if __name__ == "__main__":
    main(*sys.argv[1:])
