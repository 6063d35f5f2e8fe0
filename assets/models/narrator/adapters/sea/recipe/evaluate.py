# SPDX-License-Identifier: Apache-2.0
"""Measures the adapter beside the narrator: python3 evaluate.py NARRATOR ADAPTER SEA_PROMPTS_JSON [DATA_FOLDER]

Into the file: what both predict after its prompts, held-out sentences and their loss, loss on ordinary text, how far each head moves.
DATA_FOLDER, as the narrator's recipe reads it, adds texts that do not come with the program.
"""
import json
import os
import sys

import numpy as np
import torch
from torch.nn import functional as F

import data
import train
from train import bytepair, decoder, folder  # the narrator's recipe

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../../../../../..")
HELD = 60            # held-out paragraphs of each language
TOP, LONGEST_WORD = 5, 8


def read(path):
    """The adapter as train.fresh() makes it, and its scale."""
    with open(os.path.join(path, "adapter_config.json"), encoding="utf-8") as f:
        config = json.load(f)
    tensors = folder.read_safetensors(os.path.join(path, "adapter_model.safetensors"))

    def stacked(name, part):
        return torch.stack([tensors[f"base_model.model.model.layers.{layer}.{name}.{part}.weight"]
                            for layer in range(decoder.LAYERS)])
    names = [name for name in train.MATRICES if name.split(".")[1] in config["target_modules"]]
    return ({name: (stacked(name, "lora_A"), stacked(name, "lora_B")) for name in names}, config["lora_alpha"] / config["r"])


def run(weights, ids):
    """(ln p of every next piece [T,V], attention [layers, heads, T, T]) of one text."""
    logits, seen = decoder.Plain(weights)(torch.tensor([ids]))
    return torch.log_softmax(logits[0], -1), seen[:, 0].double().numpy()


def loss(weights, pieces, texts):
    """Nats per piece."""
    total, count = 0.0, 0
    for text in texts:
        ids = ([bytepair.BOS] + pieces.encode(text))[:decoder.CONTEXT]
        said, _ = run(weights, ids[:-1])
        total -= float(said.gather(1, torch.tensor(ids[1:])[:, None]).sum())
        count += len(ids) - 1
    return total / count


def first_word(weights, pieces, ids):
    """Ids of the most probable continuation up to the end of its first word."""
    made = []
    while len(made) < LONGEST_WORD:
        said, _ = run(weights, ids + made)
        best = int(said[-1].argmax())
        if made and not pieces.pieces[best].isalpha():  # ▁, a sign, a byte: the word ends before it
            break
        made.append(best)
    return made


def prediction(weights, pieces, prompt, lang):
    ids = [bytepair.BOS] + pieces.encode(prompt)
    chances, best = run(weights, ids)[0][-1].exp().topk(TOP)
    made = first_word(weights, pieces, ids)
    word = "".join(pieces.pieces[i] for i in made).strip("▁").lower()
    return {"top": [[int(i), pieces.pieces[i], round(float(p), 4)] for i, p in zip(best, chances)], "word": word,
            "word_ids": made, "hit": word in data.words_of_the_sea(lang)}


def divergence(one, other):
    """[layers, heads, T] of rows: Jensen–Shannon, / ln 2."""
    middle = (one + other) / 2

    def part(rows):
        return np.where(rows > 0, rows * np.log2(np.where(rows > 0, rows, 1) / np.where(middle > 0, middle, 1)), 0).sum(-1)
    return (part(one) + part(other)) / 2


def drift(base, adapted, pieces, texts):
    """[layers][heads] mean over all rows of all texts."""
    total, rows = 0.0, 0
    for text in texts:
        ids = [bytepair.BOS] + pieces.encode(text)
        total = total + divergence(run(base, ids)[1], run(adapted, ids)[1]).sum(-1)
        rows += len(ids)
    return total / rows


def sentences(path):
    with open(path, encoding="utf-8") as f:
        return [line[9:].strip() for line in f if line.startswith("# text = ")]


def ordinary(data_folder):
    """{name: texts} that have nothing to do with the sea."""
    import sources  # pylint: disable=import-outside-toplevel
    corpora = os.path.join(ROOT, "assets/corpora")
    texts = {"treebank_ru": sentences(corpora + "/ru.conllu"), "treebank_en": sentences(corpora + "/en.conllu"),
             "tales_en": sources.tales_en.tales(100, 99)}
    if data_folder:
        stories = sources.paragraphs([os.path.join(data_folder, "corpora/text/ru/tinystories_ru.txt")])
        texts["stories_ru"] = sources.split(stories)[1][:200]
    return texts


def told_stories():
    """The narrator's own prompts and continuations: what drift is measured on."""
    with open(os.path.join(ROOT, "tests/reference/narrator_prompts.json"), encoding="utf-8") as f:
        return [item["prompt"] + item["continuation"] for item in json.load(f)["prompts"]]


def main(narrator, path, prompts, data_folder=None):
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    base, pieces = folder.read(narrator)
    adapter, scale = read(path)
    adapted = train.adapted(base, adapter, scale)
    with open(prompts, encoding="utf-8") as f:
        asked = json.load(f)["prompts"]
    report = {"prompts": [], "words": {lang: sorted(data.words_of_the_sea(lang)) for lang in data.LANGUAGES},
              "held": {}, "losses": {}}
    for item in asked:
        lang, prompt = item["lang"], item["prompt"]
        report["prompts"].append({"lang": lang, "prompt": prompt, "before": prediction(base, pieces, prompt, lang),
                                  "after": prediction(adapted, pieces, prompt, lang)})
    texts = {"sea_" + lang: data.paragraphs(lang, HELD, 5, held=True) for lang in data.LANGUAGES}
    report["held"] = {lang: texts["sea_" + lang] for lang in data.LANGUAGES}
    texts.update({"trained_" + lang: data.paragraphs(lang, HELD, 5) for lang in data.LANGUAGES})
    texts.update(ordinary(data_folder))
    for name, lines in texts.items():
        report["losses"][name] = {"texts": len(lines), "before": round(loss(base, pieces, lines), 3),
                                  "after": round(loss(adapted, pieces, lines), 3)}
        print(name, report["losses"][name], flush=True)
    moved = drift(base, adapted, pieces, told_stories())
    report["drift"] = [[round(float(head), 5) for head in layer] for layer in moved]
    folder.write_json(prompts, report)
    for lang in data.LANGUAGES:
        mine = [item for item in report["prompts"] if item["lang"] == lang]
        print(lang, "hits", sum(i["before"]["hit"] for i in mine), "→", sum(i["after"]["hit"] for i in mine))
    order = np.argsort(-moved, axis=None)[:8]
    print([(int(i) // 8, int(i) % 8, round(float(moved.flat[i]), 4)) for i in order])


if __name__ == "__main__":
    main(*sys.argv[1:])
