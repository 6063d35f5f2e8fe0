# SPDX-License-Identifier: Apache-2.0
"""Writes the measured tables into the card: python3 card.py ADAPTER SEA_PROMPTS_JSON README_MD

Only the text between <!-- NAME --> and <!-- /NAME --> is replaced.
"""
import json
import os
import re
import sys

import numpy as np

TITLES = {"sea_ru": "sea, held-out patterns, Russian", "sea_en": "sea, held-out patterns, English",
          "trained_ru": "sea, trained patterns, Russian", "trained_en": "sea, trained patterns, English",
          "treebank_ru": "ordinary Russian (300 treebank sentences)", "treebank_en": "ordinary English (300 treebank sentences)",
          "tales_en": "narrator's made English tales", "stories_ru": "narrator's simple Russian stories, held out"}
LISTED = 12


def size_line(folder):
    with open(os.path.join(folder, "adapter_config.json"), encoding="utf-8") as f:
        config = json.load(f)
    size = os.path.getsize(os.path.join(folder, "adapter_model.safetensors"))
    return (f"LoRA of rank {config['r']}, lora_alpha {config['lora_alpha']}, on {', '.join(config['target_modules'])} of all 8 layers; "
            f"F16, {size / 1000:.0f} kB.")


def loss_table(losses):
    lines = ["| text | narrator | with the adapter | Δ |", "|---|---|---|---|"]
    for name, title in TITLES.items():
        if name in losses:
            before, after = losses[name]["before"], losses[name]["after"]
            lines.append(f"| {title} | {before:.2f} | {after:.2f} | {after - before:+.2f} |")
    return "\n".join(lines)


def piece_list(side):
    return " ".join(f"{piece} {share:.2f}" for _, piece, share in side["top"])


def prompt_table(prompts):
    lines = ["| prompt | narrator: top five pieces | its word | with the adapter | its word | of the sea |", "|---|---|---|---|---|---|"]
    for item in prompts:
        before, after = item["before"], item["after"]
        hit = f"{'yes' if before['hit'] else 'no'} → {'yes' if after['hit'] else 'no'}"
        lines.append(f"| {item['prompt']} | {piece_list(before)} | {before['word']} | {piece_list(after)} | {after['word']} | {hit} |")
    for lang, name in (("ru", "Russian"), ("en", "English")):
        mine = [item for item in prompts if item["lang"] == lang]
        lines.append(f"| {name} | | | | | **{sum(i['before']['hit'] for i in mine)} → {sum(i['after']['hit'] for i in mine)} of {len(mine)}** |")
    return "\n".join(lines)


def drift_table(drift):
    table = np.asarray(drift)
    order = np.argsort(-table, axis=None)
    head = lambda place: f"{place // table.shape[1]}.{place % table.shape[1]}"  # noqa: E731
    lines = ["| heads (layer.head) that move most | drift |", "|---|---|"]
    lines += [f"| {head(place)} | {table.flat[place]:.3f} |" for place in order[:LISTED]]
    lines += ["", "The least: " + ", ".join(f"{head(place)} {table.flat[place]:.3f}" for place in order[-4:]) + ".", "",
              "| layer | mean drift | most |", "|---|---|---|"]
    lines += [f"| {layer} | {np.mean(row):.3f} | {max(row):.3f} |" for layer, row in enumerate(drift)]
    return "\n".join(lines)


def main(folder, prompts_path, card_path):
    with open(prompts_path, encoding="utf-8") as f:
        report = json.load(f)
    with open(card_path, encoding="utf-8") as f:
        card = f.read()
    parts = {"size": size_line(folder), "losses": loss_table(report["losses"]), "prompts": prompt_table(report["prompts"]),
             "drift": drift_table(report["drift"])}
    for name, body in parts.items():
        card = re.sub(rf"(<!-- {name} -->).*?(<!-- /{name} -->)",
                      lambda m, text=body: m.group(1) + "\n" + text + "\n" + m.group(2), card, flags=re.S)
    with open(card_path, "w", encoding="utf-8") as f:
        f.write(card)


if __name__ == "__main__":
    main(*sys.argv[1:])
