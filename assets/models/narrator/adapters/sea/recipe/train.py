# SPDX-License-Identifier: Apache-2.0
"""Trains the adapter: python3 train.py NARRATOR OUT [--steps N] [--rank R] [--parts qkvo|all]

The model is the narrator recipe's own, in float32; the narrator's weights stay as they are, B·A is added to matrices of every layer.
Written are the numbers of the step at which sentences of patterns that are never trained on were read best.
"""
import argparse
import json
import os
import random
import sys
import time

import torch
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "../../../recipe"))
import bytepair                     # noqa: E402  pylint: disable=wrong-import-position
import folder                       # noqa: E402  pylint: disable=wrong-import-position
import model as decoder             # noqa: E402  pylint: disable=wrong-import-position
import data                         # noqa: E402  pylint: disable=wrong-import-position

Q, KV = decoder.HEADS * decoder.HEAD, decoder.KV * decoder.HEAD
# {matrix: (stacked tensor of the recipe, first row, rows, columns)}
MATRICES = {
    "self_attn.q_proj": ("qkv", 0, Q, decoder.WIDTH), "self_attn.k_proj": ("qkv", Q, KV, decoder.WIDTH),
    "self_attn.v_proj": ("qkv", Q + KV, KV, decoder.WIDTH), "self_attn.o_proj": ("out", 0, decoder.WIDTH, Q),
    "mlp.gate_proj": ("gate_up", 0, decoder.INNER, decoder.WIDTH),
    "mlp.up_proj": ("gate_up", decoder.INNER, decoder.INNER, decoder.WIDTH),
    "mlp.down_proj": ("down", 0, decoder.WIDTH, decoder.INNER)}
PARTS = {"qkvo": [m for m in MATRICES if m.startswith("self_attn")], "all": list(MATRICES)}
BATCH, LONGEST = 40, 64
RATE, WARM, SEED = 1e-3, 20, 11
LOOK, LOOKED_AT = 20, 30    # every so many steps, at so many held-out paragraphs of each language


def fresh(parts, rank):
    """{matrix: (A [layers, rank, columns], B [layers, rows, rank])}; B is 0: the beginning is the base."""
    torch.manual_seed(SEED)
    made = {}
    for name in parts:
        _, _, rows, columns = MATRICES[name]
        a = torch.randn(decoder.LAYERS, rank, columns) * columns ** -0.5
        made[name] = (a.requires_grad_(), torch.zeros(decoder.LAYERS, rows, rank).requires_grad_())
    return made


def adapted(base, adapter, scale):
    """The narrator's weights with scale · B·A added."""
    weights = dict(base)
    for name, (a, b) in adapter.items():
        stack, first, rows, _ = MATRICES[name]
        change = scale * torch.bmm(b, a)
        total = base[stack].shape[1]
        weights[stack] = weights[stack] + F.pad(change, (0, 0, first, total - first - rows))
    return weights


def rows_of(texts, pieces):
    return [([bytepair.BOS] + pieces.encode(text))[:LONGEST + 1] for text in texts]


def batch_of(rows):
    """ids [B,T], wanted [B,T] with −100 where nothing is asked."""
    longest = max(map(len, rows))
    ids = torch.zeros(len(rows), longest - 1, dtype=torch.long)
    wanted = torch.full((len(rows), longest - 1), -100)
    for at, row in enumerate(rows):
        ids[at, :len(row) - 1] = torch.tensor(row[:-1])
        wanted[at, :len(row) - 1] = torch.tensor(row[1:])
    return ids, wanted


def loss_of(weights, ids, wanted):
    logits, _ = decoder.Plain(weights)(ids)
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), wanted.reshape(-1), ignore_index=-100)


def held_out_rows(pieces):
    return [row for lang in data.LANGUAGES for row in rows_of(data.paragraphs(lang, LOOKED_AT, 3, held=True), pieces)]


def held_out_loss(weights, rows):
    with torch.no_grad():
        return float(loss_of(weights, *batch_of(rows)))


def write(out, adapter, rank, alpha):
    """The folder as PEFT writes it; the numbers in F16."""
    tensors = {}
    for name, (a, b) in adapter.items():
        for layer in range(decoder.LAYERS):
            base = f"base_model.model.model.layers.{layer}.{name}."
            tensors[base + "lora_A.weight"], tensors[base + "lora_B.weight"] = a[layer].detach(), b[layer].detach()
    os.makedirs(out, exist_ok=True)
    folder.write_safetensors(os.path.join(out, "adapter_model.safetensors"), tensors)
    folder.write_json(os.path.join(out, "adapter_config.json"), {
        "peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": "narrator", "r": rank, "lora_alpha": alpha,
        "lora_dropout": 0.0, "bias": "none", "fan_in_fan_out": False, "use_rslora": False, "use_dora": False,
        "inference_mode": True, "target_modules": [name.split(".")[1] for name in adapter]})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("narrator")
    parser.add_argument("out")
    parser.add_argument("--steps", type=int, default=240)
    parser.add_argument("--rank", type=int, default=4)
    parser.add_argument("--parts", choices=PARTS, default="qkvo")
    parser.add_argument("--rate", type=float, default=RATE)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    base, pieces = folder.read(chosen.narrator)
    adapter, alpha = fresh(PARTS[chosen.parts], chosen.rank), 2 * chosen.rank
    numbers = [tensor for pair in adapter.values() for tensor in pair]
    rows = [row for lang in data.LANGUAGES for row in rows_of(data.paragraphs(lang, 20000, SEED), pieces)]
    rows.sort(key=len)
    held, best, kept = held_out_rows(pieces), float("inf"), adapter
    source, optimizer, began = random.Random(SEED), torch.optim.Adam(numbers, lr=chosen.rate, betas=(0.9, 0.99)), time.time()
    for step in range(chosen.steps + 1):
        if step % LOOK == 0:
            now = held_out_loss(adapted(base, adapter, alpha / chosen.rank), held)
            if now < best:
                best, kept = now, {name: (a.detach().clone(), b.detach().clone()) for name, (a, b) in adapter.items()}
            print(f"step {step} held out {now:.3f} {time.time() - began:.0f} s", flush=True)
        rate = chosen.rate * min(1.0, (step + 1) / WARM, 1.2 * (1 - step / (chosen.steps + 1)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        # rows of nearly the same length, from both languages
        first = source.randrange(len(rows) - 8 * BATCH)
        loss = loss_of(adapted(base, adapter, alpha / chosen.rank), *batch_of(source.sample(rows[first:first + 8 * BATCH], BATCH)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    write(chosen.out, kept, chosen.rank, alpha)


if __name__ == "__main__":
    main()
