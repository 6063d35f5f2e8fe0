# SPDX-License-Identifier: Apache-2.0
"""Trains the four side by side on the very same batches: python3 learn.py DATA VOCAB_TXT OUT_PT [--steps N]

Loss as council's: guided attention + 0.3 · neighbours + 0.5 · word tags read off layer 1 + 0.1 · masked
pieces of the trees. No running text. OUT holds, per number of heads, the slow average of the weights.
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

import fewer
import data
import model as encoder
from wordpiece import PAD, WordPiece


class Learner:
    """One of the four, its average, its thrown-away probes and its optimizer."""

    def __init__(self, heads, tag_sizes, rate, decay):
        torch.manual_seed(heads)
        self.heads, self.rate, self.tag_sizes = heads, rate, tag_sizes
        fewer.use(heads)
        self.net = encoder.Encoder(fewer.VOCABULARY, dropout=0.0)
        self.average = copy.deepcopy(self.net).eval()
        self.probes = nn.Linear(fewer.WIDTH, sum(tag_sizes))
        matrices = [p for p in self.net.parameters() if p.dim() == 2]
        rest = [p for p in self.net.parameters() if p.dim() == 1] + list(self.probes.parameters())
        self.optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": decay},
                                            {"params": rest, "weight_decay": 0.0}], lr=rate, betas=(0.9, 0.98))
        self.sums = {}

    def losses(self, batch, ids, hidden, wanted):
        padding = ids == PAD
        looks, states = self.net(ids, padding)
        gold = fewer.slot_gold(batch["gold"], self.heads)
        size, count, length, words = gold.shape
        attention = torch.stack([looks[l][:, h] for l, h, _ in fewer.slots(self.heads)], 1).exp()
        on_words = torch.bmm(attention.view(size, count * length, length), batch["member"])
        asking = (batch["gold"][:, 0].sum(-1) > 0).sum().clamp(min=1)
        told = {"heads": -(gold * (on_words.view(gold.shape) + 1e-6).log()).sum() / asking}
        place = fewer.places(self.heads)
        real = ~padding[:, 1:]
        told["next"] = 0.0
        for name, offset in (("previous_token", -1), ("next_token", 1)):
            layer, head = place[name]
            told["next"] = told["next"] - looks[layer][:, head].diagonal(
                offset=offset, dim1=1, dim2=2)[real].mean()
        logits = self.probes(states[1][batch["tag_places"]]).split(self.tag_sizes, dim=1)
        told["tags"] = sum(F.cross_entropy(l, batch["tags"][:, i], ignore_index=-100)
                           for i, l in enumerate(logits))
        if len(hidden):
            told["fill"] = F.cross_entropy(self.net.fill(states[-1][hidden]), wanted)
        return told

    def step(self, batch, ids, hidden, wanted, step, share):
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * share
        fewer.use(self.heads)
        told = self.losses(batch, ids, hidden, wanted)
        weights = {"heads": 1.0, "next": 0.3, "tags": 0.5, "fill": 0.1}
        sum(weights[name] * value for name, value in told.items()).backward()
        self.net.finish_gradient()
        nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.net.refresh()
        if (step + 1) % 8 == 0:
            keep = min(0.9, 1 - 8.0 / (step + 9))
            with torch.no_grad():
                for mine, theirs in zip(self.average.parameters(), self.net.parameters()):
                    mine.lerp_(theirs, 1 - keep)
        for name, value in told.items():
            self.sums[name] = self.sums.get(name, 0.0) + float(value)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("vocabulary")
    parser.add_argument("out")
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--decay", type=float, default=0.01)
    parser.add_argument("--tree-pieces", type=int, default=512)
    parser.add_argument("--made", type=int, default=2000)
    parser.add_argument("--avoid", nargs="*", default=[], help="files of sentences that are never made")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    with open(args.vocabulary, encoding="utf-8") as f:
        pieces = WordPiece(f.read().split("\n")[:-1])
    avoid = set().union(*(data.sentences_to_avoid(path) for path in args.avoid))
    train, made = data.trees(args.data, args.made, args.seed, avoid)
    tags = data.Tags(train)
    shares = {"en": 0.42, "ru": 0.42, "made_ru": 0.11, "made_en": 0.05}
    for seed in (random.seed, np.random.seed):
        seed(args.seed)
    batches = iter(data.TreeBatches(train, made, shares, pieces, tags, data.Swaps(train), args.tree_pieces))
    learners = [Learner(heads, [len(v) for v in tags.values], args.rate, args.decay) for heads in fewer.HEADS]
    state, first, spent = args.out + ".state", 0, 0.0
    if os.path.exists(state):
        kept = torch.load(state)
        first, spent = kept["step"], kept["spent"]
        for learner, (net, average, probes, optimizer) in zip(learners, kept["learners"]):
            learner.net.load_state_dict(net)
            learner.average.load_state_dict(average)
            learner.probes.load_state_dict(probes)
            learner.optimizer.load_state_dict(optimizer)
            learner.net.refresh()
        for seed in (random.seed, np.random.seed):
            seed(args.seed + first)
    begun, saved = time.process_time() - spent, time.time()

    def save(step):
        torch.save({"step": step, "spent": time.process_time() - begun,
                    "learners": [(l.net.state_dict(), l.average.state_dict(), l.probes.state_dict(),
                                  l.optimizer.state_dict()) for l in learners]}, state + ".new")
        os.replace(state + ".new", state)
        torch.save({"step": step, "seconds": time.process_time() - begun,
                    "tensors": {l.heads: l.average.tensors() for l in learners}}, args.out)

    print(len(train), "trees,", len(made), "made; from step", first, flush=True)
    for step in range(first, args.steps):
        share = min(1.0, (step + 1) / 150) * max(0.01, 1 - step / args.steps)
        batch = {k: torch.from_numpy(v) for k, v in next(batches).items()}
        ids, hidden, wanted = data.mask_pieces(batch["ids"].numpy(), 0.1, fewer.VOCABULARY)
        ids, hidden, wanted = (torch.from_numpy(x) for x in (ids, hidden, wanted))
        for learner in learners:
            learner.step(batch, ids, hidden, wanted, step, share)
        if (step + 1) % 25 == 0:
            print(f"{step + 1:6d}  {time.process_time() - begun:6.0f} s  " + "   ".join(
                f"{l.heads}: " + " ".join(f"{n} {v / 25:.3f}" for n, v in l.sums.items()) for l in learners), flush=True)
            for learner in learners:
                learner.sums = {}
        if time.time() - saved > 120:
            save(step + 1)
            saved = time.time()
    save(args.steps)


if __name__ == "__main__":
    main()
