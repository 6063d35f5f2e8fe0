# SPDX-License-Identifier: Apache-2.0
"""The small decoders that `regard train` trains, for make_reference.py: their forward pass, the gradients that PyTorch's autograd finds
for every kind that can be chosen, and three steps of torch.optim.AdamW; plain PyTorch formulas in float64.

Like the rest, this imports nothing of the program and does not look at how the program computes.
"""
import json
import math

import numpy as np
import torch

from families import slopes_of
from make_reference import (ACTIVATIONS, CONTEXT, RUNS, Checkpoint, Recorder, allowed, heads_of, layer_norm, rms_norm, rotate, side_by_side)

EPSILON = 1e-5


def is_rms(c):
    return c["model_type"] == "regard_rms_decoder"


def shapes(c):
    """name -> shape of every tensor."""
    hidden, inner, all_shapes = c["hidden_size"], c["intermediate_size"], {"model.embed_tokens.weight": (c["vocab_size"], c["hidden_size"])}

    def norm(name):
        all_shapes[name + ".weight"] = (hidden,)
        if not is_rms(c):
            all_shapes[name + ".bias"] = (hidden,)

    if c["positions"] == "learned":
        all_shapes["model.embed_positions.weight"] = (c["max_position_embeddings"], hidden)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        norm(name + "input_layernorm")
        for part in "qkvo":
            all_shapes[f"{name}self_attn.{part}_proj.weight"] = (hidden, hidden)
        if inner:
            norm(name + "post_attention_layernorm")
            all_shapes[name + "mlp.up_proj.weight"] = (inner, hidden)
            all_shapes[name + "mlp.down_proj.weight"] = (hidden, inner)
    norm("model.norm")
    all_shapes["lm_head.weight"] = (c["vocab_size"], hidden)
    return all_shapes


def make_weights(c, stored):
    w = Checkpoint(stored)
    for name, shape in shapes(c).items():
        if "norm" in name:
            w.add(name, shape, 0.2, 1.0 if name.endswith(".weight") else 0.0)
        else:
            w.add(name, shape, 0.8 if "embed" in name else 1.3 / math.sqrt(shape[1]))
    return w


def normed(c, w, name, x):
    return rms_norm(x, w[name + ".weight"], EPSILON) if is_rms(c) else layer_norm(w, name, x, EPSILON)


def attention(c, w, name, y, mask, temperature):
    q, k, v = (heads_of(y @ w[f"{name}self_attn.{part}_proj.weight"].T, c["num_attention_heads"]) for part in "qkv")
    tokens, d = q.shape[1], q.shape[2]
    if c["positions"] == "rotary":
        theta = 10000.0 ** -(torch.arange(0, d, 2, dtype=torch.float64) / d)
        q, k = rotate(q, theta, 1.0), rotate(k, theta, 1.0)
    if c.get("attention") == "linear":  # no softmax, so that there is no temperature
        product = torch.einsum("hqd,hkd->hqk", torch.nn.functional.elu(q) + 1, torch.nn.functional.elu(k) + 1)
        weights = product * mask / (product * mask).sum(-1, keepdim=True)
        return q, k, v, torch.log(product), weights, torch.einsum("hqk,hkd->hqd", weights, v)
    scores = torch.einsum("hqd,hkd->hqk", q, k) / math.sqrt(d)
    if c["positions"] == "alibi":
        place = torch.arange(tokens, dtype=torch.float64)
        slopes = torch.tensor(slopes_of(c["num_attention_heads"]), dtype=torch.float64)
        scores = scores + slopes[:, None, None] * (place[None, :] - place[:, None])
    weights = torch.softmax((scores / temperature).masked_fill(~mask, -math.inf), -1)
    return q, k, v, scores, weights, torch.einsum("hqk,hkd->hqd", weights, v)


def run(c, w, ids, mask_mode="as_trained", temperature=1.0):
    record = Recorder()
    mask = allowed(len(ids), mask_mode != "bidirectional", c.get("sliding_window") or 0)
    x = w["model.embed_tokens.weight"][ids]
    if c["positions"] == "learned":
        x = x + w["model.embed_positions.weight"][: len(ids)]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        q, k, v, scores, weights, out = attention(c, w, name, normed(c, w, name + "input_layernorm", x), mask, temperature)
        written = side_by_side(out) @ w[name + "self_attn.o_proj.weight"].T
        x = x + written
        inner = torch.zeros_like(x)
        if c["intermediate_size"]:
            y = normed(c, w, name + "post_attention_layernorm", x)
            inner = ACTIVATIONS["gelu_new"](y @ w[name + "mlp.up_proj.weight"].T) @ w[name + "mlp.down_proj.weight"].T
        x = x + inner
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    record["logits"] = normed(c, w, "model.norm", x) @ w["lm_head.weight"].T
    return record


def config(norm, positions, inner, window, **more):
    class_name, kind = {"layer": ("RegardDecoder", "regard_decoder"), "rms": ("RegardRmsDecoder", "regard_rms_decoder")}[norm]
    c = {"architectures": [class_name + "ForCausalLM"], "model_type": kind,
         "vocab_size": 173, "hidden_size": 30, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": inner,
         "max_position_embeddings": CONTEXT, "norm_epsilon": EPSILON, "positions": positions, "tie_word_embeddings": False, **more}
    return c | {"sliding_window": window} if window else c


def recorded(c, w, *arguments):
    return run(c, w, *arguments).arrays()


def ways(c):
    """Linear attention has no temperature."""
    return [way for way in RUNS if way[1] == 1.0 or c.get("attention") != "linear"]


MODELS = {name: (c, "F32", make_weights, recorded, ways(c)) for name, c in {
    "learner-rotary-f32": config("layer", "rotary", 0, 0),
    "learner-alibi-rms-f32": config("rms", "alibi", 45, 0),
    "learner-learned-window-f32": config("layer", "learned", 41, 9),
    "learner-none-rms-f32": config("rms", "none", 0, 0),
    "learner-linear-f32": config("layer", "rotary", 41, 0, attention="linear"),
    "learner-linear-window-rms-f32": config("rms", "learned", 0, 9, attention="linear")}.items()}

# ---------------------------------------------------------------------------------------------------------------- learning

SMALL = {"vocab_size": 17, "hidden_size": 24, "max_position_embeddings": 11}
GRADIENTS = {f"learning-{norm}-{positions}-{inner}-{window}": config(norm, positions, inner, window, **SMALL)
             for norm, positions, inner, window in [("layer", "rotary", 0, 0), ("layer", "learned", 20, 4), ("layer", "none", 0, 3),
                                                    ("layer", "alibi", 20, 5), ("rms", "none", 20, 0), ("rms", "alibi", 0, 0),
                                                    ("rms", "rotary", 20, 4), ("rms", "learned", 0, 0)]}
GRADIENTS |= {f"learning-linear-{norm}-{positions}-{inner}-{window}": config(norm, positions, inner, window, **SMALL, attention="linear")
              for norm, positions, inner, window in [("layer", "rotary", 0, 0), ("layer", "none", 20, 4), ("rms", "learned", 0, 0)]}
SEQUENCES, STEPS = 3, 3
NOT_ASKED = -1


def loss_of(c, w, ids, targets):
    logits = torch.stack([run(c, w, sequence)["logits"] for sequence in ids])
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=NOT_ASKED)


def write_learning(folder, c):
    """The first gradient, and the parameters after some steps on one batch."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = make_weights(c, "F32")
    w = {name: stored[name].clone().requires_grad_() for name in stored.tensors}
    ids = torch.randint(c["vocab_size"], (SEQUENCES, c["max_position_embeddings"]))
    targets = torch.randint(NOT_ASKED, c["vocab_size"], ids.shape)
    arrays = {f"value.{name}": value.detach().to(torch.float32).numpy().copy() for name, value in w.items()}
    adam = torch.optim.AdamW(w.values(), lr=1e-2, betas=(0.9, 0.98), eps=1e-6, weight_decay=0.1)
    for step in range(STEPS):
        adam.zero_grad()
        loss = loss_of(c, w, ids, targets)
        loss.backward()
        if step == 0:
            arrays |= {f"gradient.{name}": value.grad.to(torch.float32).numpy().copy() for name, value in w.items()}
            arrays["loss"] = np.array([loss.item()])
        adam.step()
    arrays |= {f"after.{name}": value.detach().to(torch.float32).numpy() for name, value in w.items()}
    np.savez_compressed(folder / "reference.npz", ids=ids.numpy(), targets=targets.numpy(), **arrays)
    (folder / "config.json").write_text(json.dumps(c, indent=1) + "\n")
