#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A step of training beside the same step of PyTorch, each on one thread.

    training_beside_torch.py build/release/regard

Two layers of four heads at width 64, attention only, LayerNorm, rotary positions, 64 sequences of 64 tokens, AdamW. Ours is timed from
outside: a long run less a short one, so that what a start costs is left out. PyTorch draws its batches in the same way, in NumPy.
The two take turns, because machines are not the same from minute to minute.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402

LAYERS, HEADS, WIDTH, TOKENS, VOCABULARY, BATCH = 2, 4, 64, 64, 64, 64
SHORT, LONG, ROUNDS = 20, 120, 5


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.query_key_value = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.output = nn.Linear(WIDTH, WIDTH, bias=False)

    def forward(self, x, cosine, sine, mask):
        q, k, v = self.query_key_value(self.norm(x)).view(BATCH, TOKENS, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        q, k = (t * cosine + torch.cat([-t[..., t.shape[-1] // 2:], t[..., :t.shape[-1] // 2]], -1) * sine for t in (q, k))
        weights = torch.softmax(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 + mask, -1)
        return x + self.output((weights @ v).transpose(1, 2).reshape(BATCH, TOKENS, WIDTH))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.layers = nn.ModuleList(Attention() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH)
        self.unembedding = nn.Linear(WIDTH, VOCABULARY, bias=False)
        d = WIDTH // HEADS
        angles = torch.arange(TOKENS)[:, None] * 10000.0 ** -(torch.arange(0, d, 2) / d)
        self.register_buffer("cosine", angles.cos().repeat(1, 2))
        self.register_buffer("sine", angles.sin().repeat(1, 2))
        self.register_buffer("mask", torch.full((TOKENS, TOKENS), -float("inf")).triu(1))

    def forward(self, ids):
        x = self.embedding(ids)
        for layer in self.layers:
            x = layer(x, self.cosine, self.sine, self.mask)
        return self.unembedding(self.norm(x))


def batch(random):
    text = np.empty((BATCH, TOKENS + 1), dtype=np.int64)
    for row in text:
        period = random.integers(8, 25)
        row[:] = np.resize(random.integers(VOCABULARY, size=period), TOKENS + 1)
    return torch.from_numpy(text)


def torch_steps(model, adam, random, count):
    """Seconds a step."""
    start = time.perf_counter()
    for _ in range(count):
        text = batch(random)
        loss = nn.functional.cross_entropy(model(text[:, :-1]).flatten(0, 1), text[:, 1:].flatten())
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
        loss.item()
    return (time.perf_counter() - start) / count


def our_seconds(program, steps):
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run([program, "train", "--out", folder, "--steps", str(steps), "--every", "1000000"], check=True,
                       stdout=subprocess.DEVNULL)
        return time.perf_counter() - start


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    model, random = Decoder(), np.random.default_rng(1)
    adam = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=0.01)
    torch_steps(model, adam, random, SHORT)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append((our_seconds(sys.argv[1], LONG) - our_seconds(sys.argv[1], SHORT)) / (LONG - SHORT))
        theirs.append(torch_steps(model, adam, random, LONG - SHORT))
    for name, seconds in (("ours", ours), ("PyTorch", theirs)):
        print(f"{name}: {1e3 * min(seconds):.1f} ms a step at best, {1e3 * statistics.median(seconds):.1f} in the median")
    ratio = statistics.median(theirs) / statistics.median(ours)
    print(f"steps per second, ours to PyTorch's: {min(theirs) / min(ours):.2f} at best, {ratio:.2f} in the median")


if __name__ == "__main__":
    main()
