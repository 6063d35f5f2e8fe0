# SPDX-License-Identifier: Apache-2.0
"""Gemma, Gemma 2, Gemma 3 and Phi-3 for make_reference.py, by plain PyTorch formulas in float64.

Like the rest, this imports nothing of the program and does not look at how the program computes.
"""
import math

import torch

from make_reference import ACTIVATIONS, CONTEXT, Checkpoint, Recorder, allowed, heads_of, rms_norm, rotate, side_by_side

VOCABULARY = 173


def frequencies(base, width):
    return base ** -(torch.arange(0, width, 2, dtype=torch.float64) / width)


def attend(q, k, v, mask, temperature, scale, cap):
    group = q.shape[0] // k.shape[0]
    k, v = k.repeat_interleave(group, 0), v.repeat_interleave(group, 0)
    scores = torch.einsum("hqd,hkd->hqk", q, k) * scale
    if cap:
        scores = cap * torch.tanh(scores / cap)
    weights = torch.softmax((scores / temperature).masked_fill(~mask, -math.inf), -1)
    return scores, weights, torch.einsum("hqk,hkd->hqd", weights, v)


# --------------------------------------------------------------------------------------------------------------- Gemma
# Scales of norms are stored as what is added to 1.


def gemma_weights(c, stored):
    w, hidden, d = Checkpoint(stored), c["hidden_size"], c["head_dim"]
    kind = c["model_type"]

    def norm(name, width=hidden):
        w.add(name + ".weight", (width,), 0.3, 0.1)

    w.add("model.embed_tokens.weight", (c["vocab_size"], hidden), 0.3)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        norm(name + "input_layernorm")
        for part, heads in (("q", c["num_attention_heads"]), ("k", c["num_key_value_heads"]), ("v", c["num_key_value_heads"])):
            w.linear(name + f"self_attn.{part}_proj", heads * d, hidden, False)
        w.linear(name + "self_attn.o_proj", hidden, c["num_attention_heads"] * d, False)
        if kind == "gemma3_text":
            norm(name + "self_attn.q_norm", d)
            norm(name + "self_attn.k_norm", d)
        norm(name + "post_attention_layernorm")
        if kind != "gemma":
            norm(name + "pre_feedforward_layernorm")
            norm(name + "post_feedforward_layernorm")
        for part in ("gate_proj", "up_proj"):
            w.linear(name + "mlp." + part, c["intermediate_size"], hidden, False)
        w.linear(name + "mlp.down_proj", hidden, c["intermediate_size"], False)
    norm("model.norm")
    return w


def gemma_layer_slides(c, layer):
    if c["model_type"] == "gemma":
        return False
    if "layer_types" in c:
        return c["layer_types"][layer] == "sliding_attention"
    return layer % 2 == 0 if c["model_type"] == "gemma2" else (layer + 1) % c["sliding_window_pattern"] != 0


def gemma_run(c, w, ids, mask_mode, temperature):
    heads, kv_heads, epsilon, kind = c["num_attention_heads"], c["num_key_value_heads"], c["rms_norm_eps"], c["model_type"]
    scale = c.get("query_pre_attn_scalar", c["head_dim"]) ** -0.5
    record = Recorder()

    def norm(name, x):
        return rms_norm(x, 1 + w[name + ".weight"], epsilon)

    x = w["model.embed_tokens.weight"][ids] * math.sqrt(c["hidden_size"])
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        slides = gemma_layer_slides(c, layer)
        y = norm(name + "input_layernorm", x)
        q = heads_of(w.project(name + "self_attn.q_proj", y), heads)
        k = heads_of(w.project(name + "self_attn.k_proj", y), kv_heads)
        v = heads_of(w.project(name + "self_attn.v_proj", y), kv_heads)
        theta = frequencies(c["rope_theta"], c["head_dim"])
        if kind == "gemma3_text":
            q, k = norm(name + "self_attn.q_norm", q), norm(name + "self_attn.k_norm", k)
            if "rope_scaling" in c:
                theta = theta / c["rope_scaling"]["factor"]
            theta = frequencies(c["rope_local_base_freq"], c["head_dim"]) if slides else theta
        q, k = rotate(q, theta, 1.0), rotate(k, theta, 1.0)
        mask = allowed(len(ids), mask_mode != "bidirectional", c["sliding_window"] if slides else 0)
        scores, weights, out = attend(q, k, v, mask, temperature, scale, c.get("attn_logit_softcapping"))
        written = w.project(name + "self_attn.o_proj", side_by_side(out))
        if kind != "gemma":
            written = norm(name + "post_attention_layernorm", written)
        x = x + written
        y = norm(name + ("post_attention_layernorm" if kind == "gemma" else "pre_feedforward_layernorm"), x)
        gate = ACTIVATIONS["gelu_new"](w.project(name + "mlp.gate_proj", y))
        inner = w.project(name + "mlp.down_proj", gate * w.project(name + "mlp.up_proj", y))
        if kind != "gemma":
            inner = norm(name + "post_feedforward_layernorm", inner)
        x = x + inner
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    logits = norm("model.norm", x) @ w["model.embed_tokens.weight"].T
    cap = c.get("final_logit_softcapping")
    record["logits"] = cap * torch.tanh(logits / cap) if cap else logits
    return record.arrays()


def gemma(kind, hidden, heads, kv_heads, head_dim, **more):
    names = {"gemma": "Gemma", "gemma2": "Gemma2", "gemma3_text": "Gemma3"}
    return {"architectures": [names[kind] + "ForCausalLM"], "model_type": kind, "hidden_size": hidden,
            "num_attention_heads": heads, "num_key_value_heads": kv_heads, "head_dim": head_dim, "num_hidden_layers": 4,
            "intermediate_size": 45, "vocab_size": VOCABULARY, "max_position_embeddings": CONTEXT, "rms_norm_eps": 1e-6,
            "rope_theta": 10000.0, **more}


# --------------------------------------------------------------------------------------------------------------- Phi-3


def phi3_widths(c):
    d = c["hidden_size"] // c["num_attention_heads"]
    return d, c["num_attention_heads"] * d, c["num_key_value_heads"] * d


def phi3_weights(c, stored):
    w, hidden = Checkpoint(stored), c["hidden_size"]
    _, queries, keys = phi3_widths(c)
    w.add("model.embed_tokens.weight", (c["vocab_size"], hidden), 1.0)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        w.add(name + "input_layernorm.weight", (hidden,), 0.2, 1.0)
        w.linear(name + "self_attn.qkv_proj", queries + 2 * keys, hidden, False)
        w.linear(name + "self_attn.o_proj", hidden, queries, False)
        w.add(name + "post_attention_layernorm.weight", (hidden,), 0.2, 1.0)
        w.linear(name + "mlp.gate_up_proj", 2 * c["intermediate_size"], hidden, False)
        w.linear(name + "mlp.down_proj", hidden, c["intermediate_size"], False)
    w.add("model.norm.weight", (hidden,), 0.2, 1.0)
    w.add("lm_head.weight", (c["vocab_size"], hidden), 0.4)
    return w


def phi3_rotation(c, turned, tokens):
    """Radians per token, and what cos and sin are multiplied by."""
    theta = frequencies(c["rope_theta"], turned)
    if "rope_scaling" not in c:
        return theta, 1.0
    original = c["original_max_position_embeddings"]
    stretch = c["rope_scaling"]["long_factor" if tokens > original else "short_factor"]
    growth = c["max_position_embeddings"] / original
    return theta / torch.tensor(stretch, dtype=torch.float64), math.sqrt(1 + math.log(growth) / math.log(original))


def phi3_run(c, w, ids, mask_mode, temperature):
    heads, kv_heads, epsilon = c["num_attention_heads"], c["num_key_value_heads"], c["rms_norm_eps"]
    d, queries, keys = phi3_widths(c)
    turned = int(d * c.get("partial_rotary_factor", 1.0))
    theta, factor = phi3_rotation(c, turned, len(ids))
    mask = allowed(len(ids), mask_mode != "bidirectional", c.get("sliding_window") or 0)
    record = Recorder()
    x = w["model.embed_tokens.weight"][ids]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        y = rms_norm(x, w[name + "input_layernorm.weight"], epsilon)
        q, k, v = w.project(name + "self_attn.qkv_proj", y).split([queries, keys, keys], -1)
        q, k, v = heads_of(q.contiguous(), heads), heads_of(k.contiguous(), kv_heads), heads_of(v.contiguous(), kv_heads)
        q, k = (torch.cat([rotate(part[..., :turned], theta, factor), part[..., turned:]], -1) for part in (q, k))
        scores, weights, out = attend(q, k, v, mask, temperature, d**-0.5, None)
        written = w.project(name + "self_attn.o_proj", side_by_side(out))
        x = x + written
        y = rms_norm(x, w[name + "post_attention_layernorm.weight"], epsilon)
        gate, up = w.project(name + "mlp.gate_up_proj", y).chunk(2, -1)
        inner = w.project(name + "mlp.down_proj", ACTIVATIONS["silu"](gate) * up)
        x = x + inner
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    record["logits"] = rms_norm(x, w["model.norm.weight"], epsilon) @ w["lm_head.weight"].T
    return record.arrays()


def phi3(hidden, heads, kv_heads, **more):
    return {"architectures": ["Phi3ForCausalLM"], "model_type": "phi3", "hidden_size": hidden, "num_attention_heads": heads,
            "num_key_value_heads": kv_heads, "num_hidden_layers": 2, "intermediate_size": 45, "vocab_size": VOCABULARY,
            "max_position_embeddings": CONTEXT, "hidden_act": "silu", "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
            "tie_word_embeddings": False, **more}


LONGROPE = {"type": "longrope", "short_factor": [1.0, 1.1, 1.3, 1.7], "long_factor": [1.2, 2.5, 5.0, 9.0]}
GEMMA = (gemma_weights, gemma_run)
PHI3 = (phi3_weights, phi3_run)
MODELS = {
    "gemma-f32": (gemma("gemma", 35, 3, 1, 12), "F32", *GEMMA),
    "gemma2-capped-f32": (gemma("gemma2", 33, 3, 3, 10, query_pre_attn_scalar=7, sliding_window=6, attn_logit_softcapping=3.0,
                                final_logit_softcapping=5.0), "F32", *GEMMA),
    "gemma2-types-bf16": (gemma("gemma2", 30, 6, 3, 8, query_pre_attn_scalar=11, sliding_window=9, attn_logit_softcapping=50.0,
                                final_logit_softcapping=None, layer_types=["full_attention", "full_attention", "sliding_attention", "full_attention"]), "BF16", *GEMMA),
    "gemma3-two-ropes-f32": (gemma("gemma3_text", 34, 3, 1, 14, query_pre_attn_scalar=9, sliding_window=7, sliding_window_pattern=3,
                                   rope_theta=500.0, rope_local_base_freq=50.0,
                                   rope_scaling={"rope_type": "linear", "factor": 4.0}), "F32", *GEMMA),
    "gemma2-plain-f16": (gemma("gemma2", 36, 3, 1, 12, query_pre_attn_scalar=12, sliding_window=6, attn_logit_softcapping=50.0,
                               final_logit_softcapping=30.0), "F16", *GEMMA),
    "gemma3-plain-f32": (gemma("gemma3_text", 30, 3, 3, 10, num_hidden_layers=7, query_pre_attn_scalar=10, sliding_window=5,
                               sliding_window_pattern=6, rope_theta=1000000.0, rope_local_base_freq=10000.0,
                               rope_scaling={"rope_type": "linear", "factor": 8.0}), "F32", *GEMMA),
    "phi3-window-f16": (phi3(36, 3, 3, sliding_window=11), "F16", *PHI3),
    "phi3-longrope-partial-f32": (phi3(42, 3, 1, partial_rotary_factor=0.6, original_max_position_embeddings=30,
                                       rope_scaling=LONGROPE), "F32", *PHI3),
}
