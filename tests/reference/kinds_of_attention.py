# SPDX-License-Identifier: Apache-2.0
"""One head through other kinds of attention for make_reference.py, by plain PyTorch formulas in float64.

`write_all` writes FOLDER/kinds/reference.npz: q [T, d], k [T, d], v [T, v], omega [m, d] and, for a causal and a bidirectional head,
weights [T, T] of every kind under the name the command line gives it, and what flash puts out [T, v]. T, d, v and m are all different
and no multiples of each other. Like the rest, this imports nothing of the program: which keys are open is written as the papers do.
"""
import math

import numpy as np
import torch

TOKENS, WIDTH, VALUES, FEATURES = 23, 7, 5, 11


def places(causal):
    i, j = torch.meshgrid(torch.arange(TOKENS), torch.arange(TOKENS), indexing="ij")
    return i, j, (j <= i) if causal else torch.ones(TOKENS, TOKENS, dtype=torch.bool)


def softmax(scores, open_keys):
    return torch.softmax(scores.masked_fill(~open_keys, -math.inf), -1)


def by_features(features_q, features_k, open_keys):
    products = (features_q @ features_k.T) * open_keys
    return products / products.sum(-1, keepdim=True)


def favor(x, omega):
    x = x * x.shape[-1] ** -0.25
    return torch.exp(x @ omega.T - (x * x).sum(-1, keepdim=True) / 2) / math.sqrt(omega.shape[0])


def largest(scores, open_keys, count):
    kept = torch.zeros_like(open_keys)
    for query in range(TOKENS):
        keys = [key for key in range(TOKENS) if open_keys[query, key]]
        for key in sorted(keys, key=lambda key: -float(scores[query, key]))[:count]:
            kept[query, key] = True
    return kept


def kinds(q, k, omega, causal):
    i, j, seen = places(causal)
    near = (i - j).abs()
    scores = q @ k.T / math.sqrt(WIDTH)
    cosines = torch.nn.functional.cosine_similarity(q[:, None, :], k[None, :, :], dim=-1)
    last_of_block = torch.tensor([[key % 4 == 3 for key in range(TOKENS)]])
    hard = torch.nn.functional.one_hot(scores.masked_fill(~seen, -math.inf).argmax(-1), TOKENS).to(torch.float64)
    elu = torch.nn.functional.elu
    exact = softmax(scores, seen)
    return {
        "softmax": exact,
        "window:5": softmax(scores, seen & (near < 5)),
        "global:2:3": softmax(scores, seen & ((i < 2) | (j < 2) | (near < 3))),
        "first_last:3:4": softmax(scores, seen & ((j < 3) | (near < 4))),
        "strided:5": softmax(scores, seen & ((near <= 5) | ((i - j) % 5 == 0))),
        "blocks:4": softmax(scores, seen & ((i // 4 == j // 4) | last_of_block)),
        "topk:3": softmax(scores, largest(scores, seen, 3)),
        "hard": hard,
        "sigmoid": torch.sigmoid(scores - torch.log(seen.sum(-1, keepdim=True).to(torch.float64))) * seen,
        "cosine:10": softmax(10 * cosines, seen),
        "linear": by_features(elu(q) + 1, elu(k) + 1, seen),
        "performer": by_features(favor(q, omega), favor(k, omega), seen),
        "flash:6": exact,
    }


def cut_heads(draw):
    """The same rows of 12 numbers cut into 1 … 12 heads: q and k [T, 12], and weights [heads, T, T] of each number of heads."""
    q, k = (torch.randn(TOKENS, 12, generator=draw) * size for size in (1.7, 1.3))
    arrays = {"cut_q": q, "cut_k": k}
    for mode, causal in (("causal", True), ("bidirectional", False)):
        seen = places(causal)[2]
        for heads in (1, 2, 3, 4, 6, 12):
            parts_q, parts_k = (x.to(torch.float64).reshape(TOKENS, heads, -1).transpose(0, 1) for x in (q, k))
            scores = parts_q @ parts_k.transpose(1, 2) / math.sqrt(12 // heads)
            arrays[f"cut_{mode}_{heads}"] = softmax(scores, seen)
    return arrays


def write_all(folder):
    draw = torch.Generator().manual_seed(20240614)
    arrays = {"q": torch.randn(TOKENS, WIDTH, generator=draw) * 1.7, "k": torch.randn(TOKENS, WIDTH, generator=draw) * 1.3,
              "v": torch.randn(TOKENS, VALUES, generator=draw), "omega": torch.randn(FEATURES, WIDTH, generator=draw)}
    exact = {name: array.to(torch.float64) for name, array in arrays.items()}
    for mode, causal in (("causal", True), ("bidirectional", False)):
        for name, weights in kinds(exact["q"], exact["k"], exact["omega"], causal).items():
            arrays[f"{mode}_{name}"] = weights
            arrays[f"{mode}_{name}_out"] = weights @ exact["v"]
    arrays.update(cut_heads(draw))
    (folder / "kinds").mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "kinds" / "reference.npz",
                        **{name: array.to(torch.float32).numpy() for name, array in arrays.items()})
