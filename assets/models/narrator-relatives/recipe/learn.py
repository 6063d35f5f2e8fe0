# SPDX-License-Identifier: Apache-2.0
"""Trains the relatives one after another: python3 learn.py WORK_FOLDER [--steps N] [--only NAME …]

Every one sees the very same batches in the same order and begins with the same numbers. WORK/NAME.pt is written when one
is finished, and what is finished is not trained again. "base.2" is base with another seed (other first numbers, other
batches): how far two runs of one and the same model lie apart.
"""
import argparse
import os
import time

import numpy as np
import torch

import texts            # finds narrator's recipe
import data
from net import Relative, Unembedded
from relatives import CONTEXT, RELATIVES, VOCABULARY, WIDTH, made_of

REPEAT = 0.3            # of the rows are random pieces said again and again; 0.06 of narrator's
data.SHARES = {name: share * (1 - REPEAT) / (1 - data.SHARES["repeat"]) for name, share in data.SHARES.items()}
data.SHARES["repeat"] = REPEAT


def orthogonal(update):
    """Newton–Schulz iteration (Muon, Jordan et al. 2024): the nearest half-orthogonal matrices [n, r, c]."""
    x = update / (update.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x.transpose(1, 2) @ x
        x = x @ torch.baddbmm(a, a, a, beta=-4.7750, alpha=2.0315) + 3.4445 * x
    return x


class Muon:
    """Momentum, made orthogonal matrix by matrix."""

    def __init__(self, net):
        square = [(layer.qkv, part) for layer in net.layers for part in range(3)] + [(layer.out, 0) for layer in net.layers]
        self.groups = [square, [(tensor, 0) for layer in net.layers for tensor in (layer.up, layer.down)]]
        self.momentum = [0.0, 0.0]

    @staticmethod
    def matrix(tensor, part):
        """Queries', keys' or values' of the three; turned where it has more columns than rows."""
        found = tensor[part * WIDTH:(part + 1) * WIDTH] if len(tensor) == 3 * WIDTH else tensor
        return found if found.shape[0] >= found.shape[1] else found.t()

    @torch.no_grad()
    def step(self, rate, decay, keep=0.95):
        for number, parts in enumerate(self.groups):
            grad = torch.stack([self.matrix(tensor.grad, part) for tensor, part in parts])
            self.momentum[number] = keep * self.momentum[number] + (1 - keep) * grad
            ahead = keep * self.momentum[number] + (1 - keep) * grad
            for (tensor, part), update in zip(parts, orthogonal(ahead)):
                tall = (update.shape[0] / update.shape[1]) ** 0.5 if tensor.shape[0] > tensor.shape[1] else 1.0
                self.matrix(tensor, part).mul_(1 - rate * decay).sub_(update, alpha=rate * tall)


def learn(name, args):
    seed = args.seed + 1 if name.endswith(".2") else args.seed
    net = Relative(made_of(name.removesuffix(".2"))).begin(seed)
    batches = data.Batches(os.path.join(args.work, "corpus.npz"), VOCABULARY)
    rng = np.random.default_rng(seed)
    muon = Muon(net)
    adam = torch.optim.Adam([net.embed, *(p for p in net.parameters() if p.dim() == 1)], betas=(0.9, 0.95), eps=1e-10)
    begun, total = time.process_time(), 0.0
    for step in range(args.steps):
        rate = min(1.0, (step + 1) / args.warm) * min(1.0, 2.0 * (args.steps - step) / args.steps)
        adam.param_groups[0]["lr"] = args.adam * rate
        ids, wanted, weight = (torch.from_numpy(np.ascontiguousarray(a)) for a in batches.batch(args.rows, CONTEXT, rng))
        loss = Unembedded.apply(net.ends(ids).view(-1, WIDTH), net.embed, wanted.reshape(-1), (weight / weight.sum()).view(-1))
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
        muon.step(args.muon * rate, args.decay)
        total += loss.item()
        if (step + 1) % 50 == 0:
            print(f"{name:14s} {step + 1:5d} {time.process_time() - begun:6.0f} s  loss {total / 50:.3f}", flush=True)
            total = 0.0
    path = os.path.join(args.work, name + ".pt")
    torch.save({"weights": net.state_dict(), "steps": args.steps, "pieces": args.steps * args.rows * CONTEXT,
                "seconds": time.process_time() - begun, "seed": seed}, path + ".new")
    os.replace(path + ".new", path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work")
    parser.add_argument("--steps", type=int, default=800)
    parser.add_argument("--rows", type=int, default=16)
    parser.add_argument("--muon", type=float, default=0.02, help="rate of the matrices")
    parser.add_argument("--adam", type=float, default=0.01, help="rate of embeddings and norms")
    parser.add_argument("--decay", type=float, default=0.05, help="of the matrices' weights")
    parser.add_argument("--warm", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[*RELATIVES, "base.2"])
    args = parser.parse_args()
    torch.set_num_threads(1)
    for name in args.only:
        if not os.path.exists(os.path.join(args.work, name + ".pt")):
            learn(name, args)


if __name__ == "__main__":
    main()
