# SPDX-License-Identifier: Apache-2.0
"""Writes the measured tables into the model card: python3 card.py REPORT_JSON README_MD

Only the text between <!-- NAME --> and <!-- /NAME --> is replaced.
"""
import json
import re
import sys

ROWS = (("fonts.seen", "typefaces, families trained on"), ("fonts.held", "typefaces, families never seen"),
        ("fonts.plain", "the same, black on white, upright, in the middle"), ("strokes.seen", "strokes, ways of writing trained on"),
        ("strokes.held", "strokes, ways of writing never seen"),
        ("strokes.plain", "the same, black on white, upright, in the middle"))


def run_line(report):
    return (f"{report['steps']:,} steps of 128 pictures, {report['seconds'] / 60:.1f} minutes of one processor core; "
            f"{report['parameters']:,} parameters, {report['bytes'] / 1e6:.2f} MB of weights.")


def right_table(report):
    lines = ["| pictures | right | mean probability of the answer given |", "|---|---|---|"]
    lines += [f"| {title} | {100 * report[name]['right']:.1f} % | {100 * report[name]['sure']:.1f} % |" for name, title in ROWS]
    wrong = [(count, true, given) for part in ("fonts.held", "strokes.held") for true, row in
             enumerate(report[part]["confused"]) for given, count in enumerate(row) if true != given]
    sums = {}
    for count, true, given in wrong:
        sums[true, given] = sums.get((true, given), 0) + count
    worst = sorted(sums.items(), key=lambda item: -item[1])[:4]
    lines += ["", "Most often mistaken among the 4,000 pictures of rows 2 and 5: "
              + ", ".join(f"{true} for {given} ({count})" for (true, given), count in worst) + ".",
              "", f"On the sheet of 100 held-out pictures that the program's tests read: "
              f"{round(100 * report['sheet']['right'])} right."]
    return "\n".join(lines)


def heads_table(report):
    heads = report["heads"]
    lines = ["| layer | [CLS] on ink, heads 0–3 | where another digit has ink | patches on ink, heads 0–3 | where another digit has ink "
             "| on their own row | on themselves |", "|---|---|---|---|---|---|---|"]
    for layer in range(len(heads["cls_ink"])):
        mean = lambda name: sum(heads[name][layer]) / len(heads[name][layer])
        columns = [", ".join(f"{v:.2f}" for v in heads[name][layer]) for name in ("cls_ink", "cls_other", "ink", "other")]
        lines.append(f"| {layer} | " + " | ".join(columns) + f" | {mean('row'):.2f} | {mean('self'):.2f} |")
    uniform = heads["uniform"]
    lines.append(f"| looking at all alike | {uniform['cls_ink']:.2f} | | {uniform['ink']:.2f} | | {uniform['row']:.2f} | "
                 f"{uniform['self']:.2f} |")
    return "\n".join(lines)


def main(report_path, card_path):
    with open(report_path, encoding="utf-8") as f:
        report = json.load(f)
    with open(card_path, encoding="utf-8") as f:
        card = f.read()
    for name, body in {"run": run_line(report), "right": right_table(report), "heads": heads_table(report)}.items():
        card = re.sub(rf"(<!-- {name} -->).*?(<!-- /{name} -->)",
                      lambda m, text=body: m.group(1) + "\n" + text + "\n" + m.group(2), card, flags=re.S)
    with open(card_path, "w", encoding="utf-8") as f:
        f.write(card)


if __name__ == "__main__":
    main(*sys.argv[1:])
