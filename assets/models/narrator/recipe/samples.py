# SPDX-License-Identifier: Apache-2.0
"""Continues the kept prompts greedily: python3 samples.py FOLDER PROMPTS_JSON

Writes the new continuations back. A person judges whether they are grammatical: where a continuation is
another one than before, the old judgement is taken away ("grammatical": null) until somebody reads it.
"""
import json
import sys

import torch

import bytepair
import folder
import model as decoder


def continued(net, ids, count):
    """The most probable piece, `count` times; </s> ends it."""
    ids = list(ids)
    with torch.no_grad():
        for _ in range(count):
            best = int(net(torch.tensor([ids]))[0][0, -1].argmax())
            if best == bytepair.EOS:
                break
            ids.append(best)
    return ids


def main(path, prompts_path):
    torch.set_num_threads(1)
    weights, pieces = folder.read(path)
    net = decoder.Plain(weights)
    with open(prompts_path, encoding="utf-8") as f:
        kept = json.load(f)
    for item in kept["prompts"]:
        prompt = [bytepair.BOS] + pieces.encode(item["prompt"])
        ids = continued(net, prompt, kept["tokens"])
        text = pieces.decode(ids)[len(item["prompt"]):]
        if ids[len(prompt):] != item.get("ids"):
            item.update({"ids": ids[len(prompt):], "continuation": text, "grammatical": None, "note": ""})
        print(item["lang"], item["prompt"] + " |" + text, flush=True)
    folder.write_json(prompts_path, kept)


if __name__ == "__main__":
    main(*sys.argv[1:])
