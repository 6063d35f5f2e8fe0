# SPDX-License-Identifier: Apache-2.0
"""Writes what was measured into the card: python3 tell.py WORK_FOLDER FIGURES_JSON README_MD

Only the text between <!-- NAME --> and <!-- /NAME --> is replaced.
"""
import json
import os
import re
import sys

import torch


def lines_of(header, rows):
    return "\n".join(["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
                     + ["| " + " | ".join(row) + " |" for row in rows])


def percent(value):
    return f"{100 * value:.1f}"


def models(figures):
    return [one["model"] for one in figures["models"]]


def text_table(figures):
    names = [one["name"]["en"] for one in figures["texts"]]
    header = ["model"] + [name + ", bits per character" for name in names] + [name + ", right %" for name in names]
    return lines_of(header, [[f"`{model}`"] + [f"{one['bits'][i]:.3f}" for one in figures["texts"]]
                             + [percent(one["right"][i]) for one in figures["texts"]]
                             for i, model in enumerate(models(figures))])


def repeat_table(figures):
    periods = figures["repeats"]
    header = ["model"] + [f"again after {one['period']}, nats" for one in periods]
    header += [f"again after {one['period']}, right %" for one in periods] + ["induction", "previous token"]
    rows = []
    for i, model in enumerate(models(figures)):
        heads = [figures["heads"][key][i] for key in ("induction", "previous")]
        rows.append([f"`{model}`"] + [f"{one['nats'][i]:.2f}" for one in periods] + [percent(one["right"][i]) for one in periods]
                    + [f"{layer}.{head} {score:.2f}" for layer, head, score in heads])
    return lines_of(header, rows)


def place_table(figures):
    return lines_of(["model"] + [f"{one['from']}–{one['to']}" for one in figures["places"]],
                    [[f"`{model}`"] + [f"{one['nats'][i]:.3f}" for one in figures["places"]]
                     for i, model in enumerate(models(figures))])


def difference_table(figures):
    """Bits per character more (+) or fewer (−) than base; ≈ where another seed of base differs as much."""
    lucky = figures.get("luck", {}).get("bits", {})

    def told(one, i):
        more = one["bits"][i] - one["bits"][0]
        return "≈" if abs(more) <= lucky.get(one["text"], 0.0) else f"{more:+.3f}".replace("-", "−")
    return lines_of(["model"] + [one["name"]["en"] for one in figures["texts"]],
                    [[f"`{model}`"] + [told(one, i) for one in figures["texts"]]
                     for i, model in enumerate(models(figures)) if i > 0])


def luck(figures):
    if "luck" not in figures:
        return "Base was not trained a second time: how much of a difference is luck was not measured."
    bits, right = figures["luck"]["bits"].values(), figures["luck"]["right"].values()
    again = ", ".join(f"{percent(value)} points after {period}" for period, value in figures["luck"]["repeats"].items())
    return (f"Base trained once more with another seed (not shipped) differs from base by at most {max(bits):.3f} bits per character and "
            f"{percent(max(right))} points of right pieces on these texts, and on repetitions by {again}: smaller differences between "
            "models mean nothing.")


def told_run(work, figures):
    seconds = [torch.load(os.path.join(work, model + ".pt"))["seconds"] for model in models(figures)]
    numbers = figures["parameters"]
    return (f"{figures['steps']:,} steps, {figures['pieces'] / 1e6:.2f} million pieces each, {sum(seconds) / 60:.0f} minutes of one (shared) "
            f"processor core for all eight; {numbers:,} parameters, {2 * numbers / 1e6:.2f} MB of weights each (F16).")


def main(work, figures_path, card_path):
    with open(figures_path, encoding="utf-8") as f:
        figures = json.load(f)
    with open(card_path, encoding="utf-8") as f:
        card = f.read()
    parts = {"run": told_run(work, figures), "texts": text_table(figures), "repeats": repeat_table(figures),
             "places": place_table(figures), "differences": difference_table(figures), "luck": luck(figures)}
    for name, text in parts.items():
        card, count = re.subn(rf"(<!-- {name} -->).*?(<!-- /{name} -->)", lambda m: f"{m.group(1)}\n{text}\n{m.group(2)}", card, flags=re.S)
        assert count == 1, name
    with open(card_path, "w", encoding="utf-8") as f:
        f.write(card)


if __name__ == "__main__":
    main(*sys.argv[1:])
