# SPDX-License-Identifier: Apache-2.0
"""Measures a shipped folder: python3 evaluate.py WORK FOLDER REPORT_JSON

Losses on held-out and on trained text against the baselines of ngrams.py; what heads do, by these measures:
previous token: mean over i ≥ 1 of A[i,i−1]; first token: mean over i ≥ 1 of A[i,0]; distance: mean over i of
Σ_j A[i,j]·|i−j|; entropy: mean over i ≥ 1 of −Σ_j A ln A / ln(i + 1), all three on held-out text (T = 64);
induction: <s> and 50 random pieces said twice, mean of A[i, i−49] over the second copy.
"""
import json
import math
import os
import sys

import numpy as np
import torch

import bytepair
import data
import folder
import model as decoder
import ngrams

LENGTH = 511        # pieces of a row, after <s>
COPY, SEEDS = 50, (1, 2, 3)


def sizes(pieces):
    """(bytes, characters) of every piece; the bytes of a character that was cut count as a quarter of one."""
    bytes_, letters = np.zeros(len(pieces.pieces)), np.zeros(len(pieces.pieces))
    for i, piece in enumerate(pieces.pieces):
        if bytepair.FIRST_BYTE <= i < bytepair.FIRST_CHARACTER:
            bytes_[i], letters[i] = 1, 0.25
        elif i >= bytepair.FIRST_CHARACTER:
            bytes_[i], letters[i] = len(piece.replace("▁", " ").encode()), len(piece)
    return bytes_, letters


def losses(net, rows):
    """−ln p of every piece after <s>: [n, LENGTH]."""
    found = []
    with torch.no_grad():
        for begin in range(0, len(rows), 4):
            ids = torch.from_numpy(rows[begin:begin + 4])
            logits = net(ids[:, :-1])[0]
            found.append(torch.logsumexp(logits, -1) - logits.gather(-1, ids[:, 1:, None])[..., 0])
    return torch.cat(found).numpy()


def rows_of(ids, most):
    """Evenly spread stretches of LENGTH pieces: (rows with <s>, places of their first pieces)."""
    count = min(most, (len(ids) - ngrams.ORDER) // LENGTH)
    begins = np.linspace(ngrams.ORDER, len(ids) - LENGTH, count).astype(int) if count else []
    return np.stack([np.concatenate([[bytepair.BOS], ids[b:b + LENGTH]]) for b in begins]).astype(np.int64), begins


def text_losses(net, pieces, corpus):
    names = [n for n in data.SHARES if n != "repeat"]
    grams = ngrams.Grams(np.concatenate([corpus[n + ".train.ids"] for n in names]), len(pieces.pieces))
    bytes_, letters = sizes(pieces)
    report = {}
    for name in names:
        for part in ("held", "train"):
            ids = corpus[f"{name}.{part}.ids"]
            rows, begins = rows_of(ids, 40)
            mine = losses(net, rows)
            item = {"pieces": int(mine.size), "nats": float(mine.mean())}
            text = rows[:, 1:].reshape(-1)
            item["bits_per_byte"] = float(mine.sum() / math.log(2) / bytes_[text].sum())
            item["bits_per_character"] = float(mine.sum() / math.log(2) / letters[text].sum())
            if part == "held":
                both = [grams.probabilities(ids[b - ngrams.ORDER + 1:b + LENGTH]) for b in begins]
                for i, base in enumerate(("unigram", "fivegram")):
                    nats = -np.log(np.concatenate([b[i] for b in both]))
                    item[base] = float(nats.mean())
                    item[base + "_bits_per_byte"] = float(nats.sum() / math.log(2) / bytes_[text].sum())
                item["by_place"] = [float(mine[:, a:b].mean()) for a, b in ((0, 16), (16, 64), (64, 128), (128, 256),
                                                                             (256, 511))]
            report[name + "." + part] = item
            print(name, part, {k: v if isinstance(v, list) else round(v, 3) for k, v in item.items()}, flush=True)
    return report


def heads_on_text(net, corpus, length=64):
    kept = []
    for name in ("stories_ru", "prose_ru", "prose_en", "tales_en"):
        held = corpus[name + ".held.ids"], corpus[name + ".held.starts"]
        starts = held[1][np.linspace(0, len(held[1]) * 0.9, 12).astype(int)]
        kept += [np.concatenate([[bytepair.BOS], held[0][s:s + length - 1]]) for s in starts]
    with torch.no_grad():
        seen = net(torch.from_numpy(np.stack(kept).astype(np.int64)))[1]       # [L,B,H,T,T]
    i = torch.arange(length)
    far = (i[:, None] - i[None]).abs().float()
    entropy = -(seen * seen.clamp(min=1e-30).log()).sum(-1)[..., 1:] / (i[1:] + 1).float().log()
    return {"previous": seen.diagonal(-1, -2, -1).mean((1, 3)).tolist(),
            "first": seen[..., 1:, 0].mean((1, 3)).tolist(),
            "self": seen.diagonal(0, -2, -1)[..., 1:].mean((1, 3)).tolist(),
            "distance": (seen * far).sum(-1).mean((1, 3)).tolist(),
            "entropy": entropy.mean((1, 3)).tolist()}


def heads_on_copies(net, vocabulary):
    """Per seed: induction [L,H], and the loss on the first and on the second copy."""
    found = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        once = rng.integers(bytepair.FIRST_CHARACTER, vocabulary, (8, COPY))
        ids = torch.from_numpy(np.concatenate([np.full((8, 1), bytepair.BOS), once, once], 1))
        with torch.no_grad():
            logits, seen = net(ids)
        loss = torch.logsumexp(logits[:, :-1], -1) - logits[:, :-1].gather(-1, ids[:, 1:, None])[..., 0]
        second = torch.arange(COPY + 1, 2 * COPY + 1)
        induction = seen[:, :, :, second, second - (COPY - 1)].mean((1, 3))
        found.append({"seed": seed, "induction": induction.tolist(), "first": float(loss[:, :COPY].mean()),
                      "second": float(loss[:, COPY + 1:].mean())})
    return found


def main(work, path, out):
    torch.set_num_threads(1)
    weights, pieces = folder.read(path)
    net, corpus = decoder.Plain(weights), np.load(os.path.join(work, "corpus.npz"))
    state = torch.load(os.path.join(work, "weights.pt"))
    report = {"steps": state["step"], "tokens": state["tokens"], "spent": state["spent"], "history": state["history"],
              "parameters": int(sum(v.numel() for v in folder.names(weights).values())),
              "bytes": os.path.getsize(os.path.join(path, "model.safetensors")),
              "copies": heads_on_copies(net, len(pieces.pieces)), "heads": heads_on_text(net, corpus)}
    for seed in report["copies"]:
        best = max((v, l, h) for l, row in enumerate(seed["induction"]) for h, v in enumerate(row))
        print("seed", seed["seed"], "best induction %.3f at %d.%d" % best, "loss %.2f → %.2f" % (seed["first"], seed["second"]))
    best = max((v, l, h) for l, row in enumerate(report["heads"]["previous"]) for h, v in enumerate(row))
    print("best previous token %.3f at %d.%d" % best)
    print("distance", [round(float(np.mean(row)), 1) for row in report["heads"]["distance"]])
    report["text"] = text_losses(net, pieces, corpus)
    with open(out, "w", encoding="utf-8") as f:
        json.dump(report, f, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
