# SPDX-License-Identifier: Apache-2.0
"""Teaches one head of a shipped folder its question anew and leaves all else as it is:

    python3 refine.py DATA FOLDER OUT_AVERAGE_PT [--relation noun_attr] [--steps N] …

Only the query and key rows of the head that the relation is guided by are trained: no other head of
its layer and nothing below can change at all. What stands above reads this head's output, so its
attention is held to what it was (agreement with the weights one starts from). OUT is what
export.py reads: the mean of the weights over the second half of the steps.
"""
import argparse
import copy
import random
import time

import numpy as np
import torch

import conllu
import data
import folder
import model as encoder
from wordpiece import PAD


def head_rows(net, layer, head):
    """[(parameter, the rows of it that belong to the head)]: queries and keys."""
    rows = slice(head * encoder.HEAD_DIM, (head + 1) * encoder.HEAD_DIM)
    base = f"bert.encoder.layer.{layer}.attention.self."
    return [(net.get(base + part + end), rows)
            for part in ("query", "key") for end in (".weight", ".bias")]


def question_loss(look, member, gold):
    """train.attention_loss of one head: look [B,T,T] log-attention, member [B,T,W], gold [B,T,W]."""
    on_words = torch.bmm(look.exp(), member)
    return -(gold * (on_words + 1e-6).log()).sum() / (gold.sum(-1) > 0).sum().clamp(min=1)


def distance(looks, before, padding, layers):
    """Cross-entropy of the attention of these layers to what it was, less its least: a KL, nats."""
    real = (~padding)[:, None, :].float()
    told = 0.0
    for layer in layers:
        was = before[layer].exp()
        told = told + (((was * (before[layer] - looks[layer])).sum(-1) * real).sum()
                       / real.sum() / looks[layer].shape[1])
    return told


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("folder")
    parser.add_argument("out")
    parser.add_argument("--relation", default="noun_attr")
    parser.add_argument("--steps", type=int, default=160)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--hold", type=float, default=1.0, help="weight of the agreement above")
    parser.add_argument("--made", type=int, default=8000)
    parser.add_argument("--tree-pieces", type=int, default=1024)
    parser.add_argument("--avoid", nargs="*", default=[], help="files of sentences that are never made")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    for seed in (random.seed, np.random.seed, torch.manual_seed):
        seed(args.seed)
    read, pieces = folder.read(args.folder)
    net = encoder.Encoder(len(pieces.pieces), dropout=0.0)
    net.load(read.tensors())
    before = copy.deepcopy(net).eval()
    layer, head = next((l, h) for l, h, r in conllu.GUIDED if r == args.relation)
    index = conllu.RELATIONS.index(args.relation)
    for parameter in net.parameters():
        parameter.requires_grad_(False)
    trained = head_rows(net, layer, head)
    for parameter, _ in trained:
        parameter.requires_grad_(True)
    optimizer = torch.optim.AdamW([p for p, _ in trained], lr=args.rate, betas=(0.9, 0.98), weight_decay=0.0)

    avoid = set().union(*(data.sentences_to_avoid(path) for path in args.avoid))
    train, made = data.trees(args.data, args.made, args.seed, avoid)
    shares = {"en": 0.42, "ru": 0.42, "made_ru": 0.11, "made_en": 0.05}
    batches = iter(data.TreeBatches(train, made, shares, pieces, data.Tags(train), data.Swaps(train),
                                    args.tree_pieces))
    mean, counted, sums, begun = None, 0, np.zeros(2), time.process_time()
    for step in range(args.steps):
        for group in optimizer.param_groups:
            group["lr"] = args.rate * min(1.0, (step + 1) / 30) * (1 - step / args.steps)
        batch = next(batches)
        ids = torch.from_numpy(batch["ids"])
        padding = ids == PAD
        with torch.no_grad():
            was = before(ids, padding)[0]
        looks, _ = net(ids, padding)
        wanted = question_loss(looks[layer][:, head], torch.from_numpy(batch["member"]),
                               torch.from_numpy(batch["gold"][:, index]))
        held = distance(looks, was, padding, range(layer + 1, encoder.LAYERS))
        (wanted + args.hold * held).backward()
        with torch.no_grad():
            for parameter, kept in trained:
                own = parameter.grad[kept].clone()
                parameter.grad.zero_()
                parameter.grad[kept] = own
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        net.refresh()
        if step >= args.steps // 2:
            counted += 1
            now = [p.detach().clone() for p, _ in trained]
            mean = now if mean is None else [m.lerp_(n, 1 / counted) for m, n in zip(mean, now)]
        sums += [float(wanted), float(held)]
        if (step + 1) % 50 == 0:
            print(f"{step + 1:5d}  {time.process_time() - begun:5.0f} s  heads {sums[0] / 50:.4f}  above {sums[1] / 50:.5f}",
                  flush=True)
            sums[:] = 0
    with torch.no_grad():
        for (parameter, _), value in zip(trained, mean):
            parameter.copy_(value)
    torch.save({"tensors": net.tensors(), "step": args.steps}, args.out)


if __name__ == "__main__":
    main()
