# SPDX-License-Identifier: Apache-2.0
"""Trains the guided encoder: python3 train.py DATA WORK [--steps N] …   (see the file run)

Loss = guided attention + 0.5 · auxiliary tags + masked pieces + agreement with the averaged model.
WORK holds the vocabulary, checkpoints (state.pt, resumed from) and average.pt (what is shipped).
"""
import argparse
import copy
import os
import random
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import conllu
import data
import model as encoder
from wordpiece import PAD, WordPiece

LINES = [(layer, head) for layer, head, r in conllu.GUIDED if not r.endswith("_token")]


def guided(looks):
    """Log-attention of the relation heads [B,R,T,T]."""
    return torch.cat([looks[layer][:, [h for l, h in LINES if l == layer]]
                      for layer in sorted({l for l, _ in LINES})], dim=1)


def neighbour_loss(looks, padding):
    """Heads 0 and 1 of layer 0: the token before and the token after."""
    real = ~padding
    back = looks[0][:, 0].diagonal(offset=-1, dim1=1, dim2=2)[real[:, 1:]]
    ahead = looks[0][:, 1].diagonal(offset=1, dim1=1, dim2=2)[real[:, 1:]]
    return -(back.mean() + ahead.mean())


def attention_loss(looks, member, gold):
    """−Σ gold · log(attention summed over the pieces of a word), mean over asking pieces."""
    batch, relations, length, words = gold.shape
    attention = guided(looks).exp().view(batch, relations * length, length)
    on_words = torch.bmm(attention, member).view(batch, relations, length, words)
    rows = (gold[:, 0].sum(-1) > 0).sum().clamp(min=1)
    return -(gold * (on_words + 1e-6).log()).sum() / rows


class Probes(nn.Module):
    """Linear read-outs of word tags from layer 1; thrown away after training."""

    def __init__(self, sizes):
        super().__init__()
        self.sizes = sizes
        self.out = nn.Linear(encoder.WIDTH, sum(sizes))

    def loss(self, states, places, wanted):
        logits = self.out(states[1][places]).split(self.sizes, dim=1)
        return sum(F.cross_entropy(l, wanted[:, i], ignore_index=-100)
                   for i, l in enumerate(logits))


def train(args):
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    with open(os.path.join(args.work, "vocab.txt"), encoding="utf-8") as f:
        pieces = WordPiece(f.read().split("\n")[:-1])
    avoid = set().union(*(data.sentences_to_avoid(path) for path in args.avoid))
    train_set, made, text = data.load(args.data, args.work, pieces, args.made, args.seed, avoid)
    tag_numbers = data.Tags(train_set)
    shares = {"en": 0.42, "ru": 0.42, "made_ru": 0.11, "made_en": 0.05}
    trees = iter(data.TreeBatches(train_set, made, shares, pieces, tag_numbers,
                                  data.Swaps(train_set), args.tree_pieces))
    net = encoder.Encoder(len(pieces.pieces), dropout=args.dropout)
    average = copy.deepcopy(net).eval()
    probes = Probes([len(v) for v in tag_numbers.values])
    matrices = [p for p in net.parameters() if p.dim() == 2]
    vectors = [p for p in net.parameters() if p.dim() == 1]
    rest = vectors + list(probes.parameters())
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": args.decay},
                                   {"params": rest, "weight_decay": 0.0}],
                                  lr=args.rate, betas=(0.9, 0.98))
    state_path = os.path.join(args.work, args.name + "-state.pt")
    average_path = os.path.join(args.work, args.name + "-average.pt")
    step, spent = 0, 0.0
    if os.path.exists(state_path):
        state = torch.load(state_path)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        probes.load_state_dict(state["probes"])
        net.refresh()
        average.refresh()
        optimizer.load_state_dict(state["optimizer"])
        step, spent = state["step"], state["spent"]
    elif args.start:
        start = torch.load(args.start)
        net.load(start["tensors"])
        average.load(start["tensors"])
        probes.load_state_dict(start["probes"])
    for seed in (random.seed, np.random.seed, torch.manual_seed):
        seed(args.seed + step)     # a resumed run does not see the same batches again
    print(len(train_set), "trees,", len(made), "made; from step", step, flush=True)

    def save():
        torch.save({"net": net.state_dict(), "average": average.state_dict(),
                    "probes": probes.state_dict(), "optimizer": optimizer.state_dict(),
                    "step": step, "spent": spent + time.time() - begun}, state_path + ".new")
        os.replace(state_path + ".new", state_path)
        torch.save({"tensors": average.tensors(), "probes": probes.state_dict(), "step": step},
                   average_path + ".new")
        os.replace(average_path + ".new", average_path)

    begun, saved, sums, counted = time.time(), time.time(), {}, 0
    net.train()
    while True:
        elapsed = spent + time.time() - begun
        progress = elapsed / args.seconds if args.seconds else step / args.steps
        if progress >= 1:
            break
        rate = args.rate * min(1.0, (step + 1) / 200) * max(0.02, 1 - progress)
        for group in optimizer.param_groups:
            group["lr"] = rate

        batch = next(trees)
        ids, places, wanted = data.mask_pieces(batch["ids"], args.tree_mask, len(pieces.pieces))
        ids = torch.from_numpy(ids)
        padding = ids == PAD
        looks, states = net(ids, padding)
        losses = {"heads": attention_loss(looks, torch.from_numpy(batch["member"]),
                                          torch.from_numpy(batch["gold"])),
                  "next": neighbour_loss(looks, padding),
                  "tags": probes.loss(states, torch.from_numpy(batch["tag_places"]),
                                      torch.from_numpy(batch["tags"]))}
        loss = losses["heads"] + 0.3 * losses["next"] + 0.5 * losses["tags"]
        if len(places):
            losses["fill_tree"] = F.cross_entropy(net.fill(states[-1][torch.from_numpy(places)]),
                                                  torch.from_numpy(wanted))
            loss = loss + 0.1 * losses["fill_tree"]
        loss.backward()

        if args.text_rows:
            clean = text.batch(args.text_rows)
            ids, places, wanted = data.mask_pieces(clean, args.text_mask, len(pieces.pieces))
            ids = torch.from_numpy(ids)
            padding = ids == PAD
            looks, states = net(ids, padding)
            losses["fill"] = F.cross_entropy(net.fill(states[-1][torch.from_numpy(places)]),
                                             torch.from_numpy(wanted))
            loss = losses["fill"] + 0.1 * neighbour_loss(looks, padding)
            if progress > args.agree_from:
                with torch.no_grad():
                    wanted_looks = guided(average(torch.from_numpy(clean), padding)[0]).exp()
                distance = -(wanted_looks * guided(looks)).sum(-1)
                real = (~padding)[:, None, :].float()
                losses["agree"] = (distance * real).sum() / real.sum()
                loss = loss + args.agree * losses["agree"]
            loss.backward()

        net.finish_gradient()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        net.refresh()
        step += 1
        if step % 8 == 0:
            keep = min(args.average, 1 - 8.0 / (step + 8))
            with torch.no_grad():
                for mine, theirs in zip(average.parameters(), net.parameters()):
                    mine.lerp_(theirs, 1 - keep)
            average.refresh()
        counted += 1
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        if step % 250 == 0:
            told = "  ".join(f"{n} {s / counted:.3f}" for n, s in sums.items())
            print(f"{step:6d}  {elapsed:6.0f} s  rate {rate:.1e}  {told}", flush=True)
            sums, counted = {}, 0
        if time.time() - saved > args.save_every:
            save()
            saved = time.time()
    save()
    print("finished at step", step, flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("work")
    parser.add_argument("--name", default="main")
    parser.add_argument("--start", default="", help="average.pt to start from")
    parser.add_argument("--steps", type=int, default=13000)
    parser.add_argument("--seconds", type=float, default=0, help="instead of --steps")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--decay", type=float, default=0.01)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--tree-pieces", type=int, default=1024)
    parser.add_argument("--tree-mask", type=float, default=0.1)
    parser.add_argument("--text-rows", type=int, default=24)
    parser.add_argument("--text-mask", type=float, default=0.25)
    parser.add_argument("--avoid", nargs="*", default=[], help="files of sentences that are never made")
    parser.add_argument("--made", type=int, default=60000)
    parser.add_argument("--agree", type=float, default=0.3)
    parser.add_argument("--agree-from", type=float, default=0.1)
    parser.add_argument("--average", type=float, default=0.99, help="kept at every eighth step")
    parser.add_argument("--save-every", type=float, default=180)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
