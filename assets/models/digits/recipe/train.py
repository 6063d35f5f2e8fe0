# SPDX-License-Identifier: Apache-2.0
"""Trains the vision transformer: python3 train.py WORK [--steps N]  → WORK/weights.pt

One thread; products in bfloat16. Seeded: the same processor and the same fonts give the same weights.
"""
import argparse
import math
import os
import time

import torch
from torch.nn import functional as F

import data
import model

BATCH, RATE, WARMING = 128, 2e-3, 100


def rate(step, steps):
    return RATE * min(1, (step + 1) / WARMING) * 0.5 * (1 + math.cos(math.pi * step / steps))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("work")
    options.add_argument("--steps", type=int, default=2000)
    options = options.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    begun, source, net = time.process_time(), data.Source(False, 1), model.Vision()
    print(f"pictures ready after {time.process_time() - begun:.0f} s", flush=True)
    matrices = [p for p in net.parameters() if p.dim() > 1]
    others = [p for p in net.parameters() if p.dim() <= 1]
    adam = torch.optim.AdamW([{"params": matrices, "weight_decay": .05}, {"params": others, "weight_decay": 0}], RATE,
                             (.9, .98))
    losses, right = [], []
    for step in range(options.steps):
        pictures, digits = source.batch(BATCH)
        for group in adam.param_groups:
            group["lr"] = rate(step, options.steps)
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(pictures)[0]
        loss = F.cross_entropy(logits.float(), digits)
        adam.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        losses.append(float(loss))
        right.append(float((logits.argmax(-1) == digits).float().mean()))
        if (step + 1) % 100 == 0:
            print(f"step {step + 1}  loss {sum(losses[-100:]) / 100:.3f}  right {sum(right[-100:]) / 100:.4f}  "
                  f"{time.process_time() - begun:.0f} s", flush=True)
    torch.save({"weights": net.state_dict(), "steps": options.steps, "seconds": time.process_time() - begun},
               os.path.join(options.work, "weights.pt"))


if __name__ == "__main__":
    main()
