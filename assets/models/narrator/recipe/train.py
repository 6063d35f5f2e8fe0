# SPDX-License-Identifier: Apache-2.0
"""Trains the narrator: python3 train.py WORK [--steps N] …   (see the file run)

WORK holds tokenizer.json and corpus.npz (vocabulary.py), state.pt (resumed from) and weights.pt (exported).
A file WORK/steps with two numbers "all decay" overrides --steps and --decay while the run goes on.
"""
import argparse
import os
import time

import numpy as np
import torch

import bytepair
import data
import model as decoder

MATRICES = ("qkv", "out", "gate_up", "down")


def orthogonal(update):
    """Newton–Schulz iteration (Muon, Jordan et al. 2024): the nearest half-orthogonal matrices [n,r,c], r ≤ c."""
    x = update / (update.norm(dim=(1, 2), keepdim=True) + 1e-7)
    x = x.to(torch.bfloat16)
    for _ in range(5):
        a = x.bmm(x.transpose(1, 2))
        b = torch.baddbmm(a, a, a, beta=-4.7750, alpha=2.0315)
        x = torch.baddbmm(x, b, x, beta=3.4445)
    return x.float()


class Muon:
    """Momentum, made orthogonal matrix by matrix."""

    def __init__(self, weights):
        self.momentum = {k: torch.zeros_like(weights[k]) for k in MATRICES}

    @staticmethod
    def parts(tensors):
        """Views [L,r,c] of the single matrices, the shorter side first."""
        q, k, v = tensors["qkv"].split([decoder.HEADS * decoder.HEAD] + 2 * [decoder.KV * decoder.HEAD], 1)
        gate, up = tensors["gate_up"].chunk(2, 1)
        return [[q, tensors["out"]], [k, v], [gate.transpose(1, 2), up.transpose(1, 2), tensors["down"]]]

    def step(self, weights, grad, rate, decay, keep=0.95):
        ahead = {}
        for name in MATRICES:
            self.momentum[name].lerp_(grad[name], 1 - keep)
            ahead[name] = torch.lerp(grad[name], self.momentum[name], keep)
            weights[name].mul_(1 - rate * decay)
        for into, group in zip(self.parts(weights), self.parts(ahead)):
            size = max(group[0].shape[1:]) / min(group[0].shape[1:])
            for target, update in zip(into, orthogonal(torch.cat(group)).split(decoder.LAYERS)):
                # the factor is for matrices with more rows than columns: gate and up, turned here
                tall = target.stride(1) < target.stride(2)
                target.sub_(update, alpha=rate * (size ** 0.5 if tall else 1.0))


class Adam:
    def __init__(self, weights, names, betas=(0.9, 0.95)):
        self.names, self.betas, self.count = names, betas, 0
        self.first = {k: torch.zeros_like(weights[k]) for k in names}
        self.second = {k: torch.zeros_like(weights[k]) for k in names}

    def step(self, weights, grad, rate):
        self.count += 1
        b1, b2 = self.betas
        for name in self.names:
            g, m, v = grad[name], self.first[name], self.second[name]
            m.lerp_(g, 1 - b1)
            v.mul_(b2).addcmul_(g, g, value=1 - b2)
            under = v.sqrt().mul_((1 - b2 ** self.count) ** -0.5).add_(1e-10)
            weights[name].addcdiv_(m, under, value=-rate / (1 - b1 ** self.count))


def save(path, value):
    torch.save(value, path + ".new")
    os.replace(path + ".new", path)


def planned(args):
    """(all steps, steps of the decay at the end)."""
    path = os.path.join(args.work, "steps")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            return tuple(map(int, f.read().split()))
    return args.steps, args.decay


def told(net, held):
    """Loss on held-out rows by source."""
    text = []
    for name, ids in held.items():
        ids = torch.from_numpy(ids)
        weight = torch.zeros(ids.shape[0], ids.shape[1] - 1)
        loss = net.losses(ids[:, :-1].contiguous(), ids[:, 1:].contiguous(), weight)
        text.append(f"{name} {float(loss.mean()):.3f}")
    return "  ".join(text)


def train(args):
    torch.set_num_threads(1)
    pieces = bytepair.load(os.path.join(args.work, "tokenizer.json"))
    corpus = os.path.join(args.work, "corpus.npz")
    batches, held = data.Batches(corpus, len(pieces.pieces)), data.held_out(corpus, 128)
    weights = decoder.fresh(len(pieces.pieces), args.seed)
    muon = Muon(weights)
    adam = Adam(weights, ["embed", "gain_q", "gain_k", "gain_end"])
    average = {k: v.clone() for k, v in weights.items()}
    step, spent, tokens, history = 0, 0.0, 0, []
    state_path = os.path.join(args.work, "state.pt")
    if os.path.exists(state_path):
        state = torch.load(state_path)
        weights, average = state["weights"], state["average"]
        muon.momentum, adam.first, adam.second, adam.count = state["muon"], *state["adam"]
        step, spent, tokens, history = state["step"], state["spent"], state["tokens"], state["history"]
    history.append({"from": step, "time": time.strftime("%H:%M", time.gmtime())})
    net = decoder.Decoder(weights, args.work)
    rng = np.random.default_rng([args.seed, step])   # a resumed run does not see the same batches again
    begun = saved = time.time()
    total, counted = 0.0, 0.0

    def keep():
        now = spent + time.time() - begun
        save(state_path, {"weights": weights, "average": average, "muon": muon.momentum,
                          "adam": (adam.first, adam.second, adam.count), "step": step, "spent": now,
                          "tokens": tokens, "history": history})
        save(os.path.join(args.work, "weights.pt"), {"weights": weights, "average": average, "step": step,
                                                     "tokens": tokens, "spent": now, "history": history})

    print("from step", step, flush=True)
    while True:
        steps, decay = planned(args)
        if step >= steps:
            break
        left = min(1.0, (steps - step) / decay)
        rate = min(1.0, (step + 1) / args.warm) * left
        # near the end every fourth batch is long, so that positions up to 512 are seen
        length = decoder.CONTEXT if step >= steps - args.long and step % 4 == 3 else 128
        ids, wanted, weight = (torch.from_numpy(np.ascontiguousarray(a))
                               for a in batches.batch(args.tokens // length, length, rng))
        weight /= weight.sum()
        loss = net.losses(ids, wanted, weight, learn=True)
        muon.step(weights, net.grad, args.muon * rate, args.shrink)
        adam.step(weights, net.grad, args.adam * rate)
        net.refresh()
        step += 1
        tokens += ids.numel()
        total += float((loss * weight.view(-1)).sum())
        counted += 1
        if step % 10 == 0:
            for name, value in average.items():
                value.lerp_(weights[name], max(0.04, 10 / (step + 10)))
        if step % 100 == 0:
            now = spent + time.time() - begun
            print(f"{step:6d} {now:6.0f} s  {tokens / 1e6:.2f} M  rate {rate:.3f}  loss {total / counted:.3f}"
                  + ("  held " + told(net, held) if step % 500 == 0 else ""), flush=True)
            total = counted = 0.0
        if time.time() - saved > args.save_every:
            keep()
            saved = time.time()
    keep()
    print("finished at step", step, told(net, held), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work")
    parser.add_argument("--steps", type=int, default=5230)
    parser.add_argument("--decay", type=int, default=2724, help="the last steps, in which the rate falls to 0")
    parser.add_argument("--long", type=int, default=1000, help="the last steps, of which some have long rows")
    parser.add_argument("--warm", type=int, default=100)
    parser.add_argument("--tokens", type=int, default=8192, help="per step")
    parser.add_argument("--muon", type=float, default=0.015, help="rate of the matrices")
    parser.add_argument("--adam", type=float, default=0.002, help="rate of embeddings and gains")
    parser.add_argument("--shrink", type=float, default=0.1, help="weight decay of the matrices")
    parser.add_argument("--save-every", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
