# SPDX-License-Identifier: Apache-2.0
"""Trains the decoder: python3 train.py WORK  → WORK/weights.pt

One thread; products in bfloat16. Seeded: the same processor gives the same weights. Interrupted, it goes on after the last whole
stage.
"""
import math
import os
import random
import sys
import time

import torch
from torch.nn import functional as F

import data
import model

ROWS, RATE, WARMING = 32, 4e-3, 100
# steps, share of rows of random notes, their length
STAGES = ((1700, .1, model.CONTEXT), (700, .5, 80))


def rate(step, steps):
    return RATE * min(1, (step + 1) / WARMING) * 0.5 * (1 + math.cos(math.pi * step / steps))


def optimiser(net):
    matrices = [p for p in net.parameters() if p.dim() > 1]
    others = [p for p in net.parameters() if p.dim() <= 1]
    return torch.optim.AdamW([{"params": matrices, "weight_decay": .1}, {"params": others, "weight_decay": 0}], RATE,
                             (.9, .98))


def learn(net, number, state):
    steps, share, length = STAGES[number]
    begun, before, losses = time.process_time(), state["seconds"], []
    rows, adam = data.batches(random.Random(number + 1), ROWS, 16, share, length), optimiser(net)
    for step in range(steps):
        ids, asked = next(rows)
        for group in adam.param_groups:
            group["lr"] = rate(step, steps)
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(ids)[0]
        loss = F.cross_entropy(logits.float().flatten(0, 1), asked.flatten(), ignore_index=-1)
        adam.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        losses.append(float(loss))
        state["tokens"] += int((asked >= 0).sum())
        state["steps"] += 1
        state["seconds"] = before + time.process_time() - begun
        if (step + 1) % 100 == 0:
            print(f"stage {number + 1}  step {step + 1}  loss {sum(losses[-100:]) / 100:.3f}  "
                  f"{state['tokens'] / 1e6:.2f} million tokens  {state['seconds']:.0f} s", flush=True)


def main(work):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    net, file = model.Melody(), os.path.join(work, "weights.pt")
    state = {"stages": 0, "steps": 0, "tokens": 0, "seconds": 0.0}
    if os.path.exists(file):
        state = torch.load(file)
        net.load_state_dict(state["weights"])
    for number in range(state["stages"], len(STAGES)):
        learn(net, number, state)
        state["stages"], state["weights"] = number + 1, net.state_dict()
        torch.save(state, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
