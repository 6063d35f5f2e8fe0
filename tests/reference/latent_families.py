# SPDX-License-Identifier: Apache-2.0
"""Latent attention for make_reference.py, by plain PyTorch formulas in float64: DeepSeek-V2, DeepSeek-V3 and who has its class.

Like the rest, this imports nothing of the program and does not look at how the program computes: the latent row is multiplied out
head by head, every token chooses its experts by itself. `latent` and `shared_key` are what a cache keeps of a token; `content` and
`rotary` are the two grids whose sum the scores are.
"""
import math

import torch

from make_reference import CONTEXT, Checkpoint, Recorder, allowed, frequencies, rms_norm
from mixture_families import add_block, block, glue_experts

VOCABULARY = 173
PARTS = ["gate_proj", "up_proj", "down_proj"]
NARROW_EPSILON = 1e-6  # of the norms of narrow rows, whatever the config says of the others


def is_v3(c):
    return c["architectures"] == ["DeepseekV3ForCausalLM"]


def is_mixture(c, layer):
    return layer >= c["first_k_dense_replace"] and layer % c.get("moe_layer_freq", 1) == 0


def add_layer(w, c, name, mixture, glued):
    hidden, heads, rank = c["hidden_size"], c["num_attention_heads"], c["kv_lora_rank"]
    content, turned, value = c["qk_nope_head_dim"], c["qk_rope_head_dim"], c["v_head_dim"]
    bias, attention = c.get("attention_bias", False), name + "self_attn."
    w.add(name + "input_layernorm.weight", (hidden,), 0.2, 1.0)
    if c["q_lora_rank"]:
        w.linear(attention + "q_a_proj", c["q_lora_rank"], hidden, bias)
        w.add(attention + "q_a_layernorm.weight", (c["q_lora_rank"],), 0.2, 1.0)
        w.linear(attention + "q_b_proj", heads * (content + turned), c["q_lora_rank"], False)
    else:
        w.linear(attention + "q_proj", heads * (content + turned), hidden, False)
    w.linear(attention + "kv_a_proj_with_mqa", rank + turned, hidden, bias)
    w.add(attention + "kv_a_layernorm.weight", (rank,), 0.2, 1.0)
    w.linear(attention + "kv_b_proj", heads * (content + value), rank, False)
    w.linear(attention + "o_proj", hidden, heads * value, bias)
    w.add(name + "post_attention_layernorm.weight", (hidden,), 0.2, 1.0)
    if not mixture:
        return add_block(w, name + "mlp.", PARTS, c["intermediate_size"], hidden)
    w.linear(name + "mlp.gate", c["n_routed_experts"], hidden, False)
    if is_v3(c):
        w.add(name + "mlp.gate.e_score_correction_bias", (c["n_routed_experts"],), 0.3)
    for number in range(c["n_routed_experts"]):
        add_block(w, f"{name}mlp.experts.{number}.", PARTS, c["moe_intermediate_size"], hidden)
    if glued:
        glue_experts(w, name + "mlp.experts.", PARTS, c["n_routed_experts"])
    add_block(w, name + "mlp.shared_experts.", PARTS, c["n_shared_experts"] * c["moe_intermediate_size"], hidden)


def make_weights(c, stored, glued=False):
    w, hidden = Checkpoint(stored), c["hidden_size"]
    w.add("model.embed_tokens.weight", (c["vocab_size"], hidden), 1.0)
    for layer in range(c["num_hidden_layers"]):
        add_layer(w, c, f"model.layers.{layer}.", is_mixture(c, layer), glued)
    for layer in range(c["num_hidden_layers"], c["num_hidden_layers"] + c.get("num_nextn_predict_layers", 0)):
        add_layer(w, c, f"model.layers.{layer}.", True, glued)  # nobody reads it
        w.linear(f"model.layers.{layer}.eh_proj", hidden, 2 * hidden, False)
    w.add("model.norm.weight", (hidden,), 0.2, 1.0)
    w.add("lm_head.weight", (c["vocab_size"], hidden), 0.4)
    return w


def glued_weights(c, stored):
    return make_weights(c, stored, glued=True)


def expert(w, name, number):
    if name + "mlp.experts.gate_up_proj" not in w.tensors:
        return [w[f"{name}mlp.experts.{number}.{part}.weight"] for part in PARTS]
    gate, up = w[name + "mlp.experts.gate_up_proj"][number].chunk(2)
    return gate, up, w[name + "mlp.experts.down_proj"][number]


def best_places(numbers, count):
    return sorted(range(len(numbers)), key=lambda place: (-numbers[place], place))[:count]


def open_experts(c, votes):
    """The experts of the best groups."""
    groups = c.get("n_group") or 1
    if groups == 1 or c.get("topk_method") == "greedy":
        return list(range(len(votes)))
    size = len(votes) // groups
    inside = [list(range(group * size, (group + 1) * size)) for group in range(groups)]
    worth = [sum(sorted((votes[number] for number in group), reverse=True)[: 2 if is_v3(c) else 1]) for group in inside]
    return [number for group in best_places(worth, c["topk_group"]) for number in inside[group]]


def gates_of(c, probabilities, bias):
    """[T, experts]"""
    gates = torch.zeros_like(probabilities)
    for token, row in enumerate(probabilities.tolist()):
        votes = [p + b for p, b in zip(row, bias)]
        candidates = sorted(open_experts(c, votes))
        chosen = [candidates[place] for place in best_places([votes[number] for number in candidates], c["num_experts_per_tok"])]
        total = sum(row[number] for number in chosen) if c["norm_topk_prob"] else 1.0
        for number in chosen:
            gates[token, number] = row[number] / total * c["routed_scaling_factor"]
    return gates


def mixture(c, w, name, y, record):
    logits = w.project(name + "mlp.gate", y)
    probabilities = torch.sigmoid(logits) if is_v3(c) else torch.softmax(logits, -1)
    bias = w[name + "mlp.gate.e_score_correction_bias"].tolist() if is_v3(c) else [0.0] * c["n_routed_experts"]
    gates = gates_of(c, probabilities, bias)
    written = block(y, *(w[f"{name}mlp.shared_experts.{part}.weight"] for part in PARTS))
    for token in range(len(y)):
        for number in range(c["n_routed_experts"]):
            if gates[token, number]:
                written[token] += gates[token, number] * block(y[token], *expert(w, name, number))
    record.layer(router=probabilities, gates=gates)
    return written


def yarn_temperature(factor, multiplier):
    return 0.1 * multiplier * math.log(factor) + 1 if factor > 1 else 1.0


def turning(c, tokens):
    """Radians per token of each pair, what cos and sin are multiplied by, the scale of the scores."""
    scaling = c.get("rope_scaling")
    width = c["qk_rope_head_dim"]
    theta, _ = frequencies({**c, "head_dim": width, "rope_scaling": scaling and {**scaling, "rope_type": "yarn"}}, tokens)
    scale = 1 / math.sqrt(c["qk_nope_head_dim"] + width)
    if not scaling:
        return theta, 1.0, scale
    whole = yarn_temperature(scaling["factor"], scaling["mscale_all_dim"])
    return theta, yarn_temperature(scaling["factor"], scaling["mscale"]) / whole, scale * whole**2


def turn(c, x, theta, factor):
    """x [..., T, width]; neighbours are a pair, or halves apart where the file says so."""
    angle = torch.arange(x.shape[-2], dtype=torch.float64)[:, None] * theta
    spin = torch.polar(torch.full_like(angle, factor), angle)
    if not c.get("rope_interleave", True):
        half = x.shape[-1] // 2
        turned = torch.complex(x[..., :half], x[..., half:]) * spin
        return torch.cat([turned.real, turned.imag], -1)
    turned = torch.complex(x[..., 0::2], x[..., 1::2]) * spin
    return torch.stack([turned.real, turned.imag], -1).flatten(-2)


def latent_attention(c, w, name, y, mask, temperature, record):
    heads, content, value = c["num_attention_heads"], c["qk_nope_head_dim"], c["v_head_dim"]
    theta, factor, scale = turning(c, len(y))
    if c["q_lora_rank"]:
        narrow = rms_norm(w.project(name + "q_a_proj", y), w[name + "q_a_layernorm.weight"], NARROW_EPSILON)
        queries = w.project(name + "q_b_proj", narrow)
    else:
        queries = w.project(name + "q_proj", y)
    narrow = w.project(name + "kv_a_proj_with_mqa", y)
    latent = rms_norm(narrow[:, : c["kv_lora_rank"]], w[name + "kv_a_layernorm.weight"], NARROW_EPSILON)
    shared = turn(c, narrow[:, c["kv_lora_rank"]:], theta, factor)
    up = w[name + "kv_b_proj.weight"].view(heads, content + value, -1)
    own = torch.einsum("hnr,tr->htn", up[:, :content], latent)
    v = torch.einsum("hnr,tr->htn", up[:, content:], latent)
    q = queries.view(len(y), heads, -1).transpose(0, 1)
    q = torch.cat([q[..., :content], turn(c, q[..., content:], theta, factor)], -1)
    without = torch.einsum("hqn,hkn->hqk", q[..., :content], own) * scale
    rotary = torch.einsum("hqn,kn->hqk", q[..., content:], shared) * scale
    scores = without + rotary
    weights = torch.softmax((scores / temperature).masked_fill(~mask, -math.inf), -1)
    out = torch.einsum("hqk,hkn->hqn", weights, v)
    k = torch.cat([own, shared.expand(heads, -1, -1)], -1)
    record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, latent=latent, shared_key=shared, content=without,
                 rotary=rotary)
    return w.project(name + "o_proj", out.transpose(0, 1).reshape(len(y), -1))


def run(c, w, ids, mask_mode, temperature):
    epsilon = c["rms_norm_eps"]
    mask = allowed(len(ids), mask_mode != "bidirectional", 0)
    record = Recorder()
    x = w["model.embed_tokens.weight"][ids]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        y = rms_norm(x, w[name + "input_layernorm.weight"], epsilon)
        written = latent_attention(c, w, name + "self_attn.", y, mask, temperature, record)
        x = x + written
        y = rms_norm(x, w[name + "post_attention_layernorm.weight"], epsilon)
        if is_mixture(c, layer):
            inner = mixture(c, w, name, y, record)
        else:
            inner = block(y, *(w[f"{name}mlp.{part}.weight"] for part in PARTS))
        x = x + inner
        record.layer(residual=x, attention_output=written, feed_forward_output=inner)
    y = rms_norm(x, w["model.norm.weight"], epsilon)
    record["logits"] = y @ w["lm_head.weight"].T
    return record.arrays()


def config(version, hidden, heads, **more):
    return {"architectures": [f"DeepseekV{version}ForCausalLM"], "model_type": f"deepseek_v{version}", "hidden_size": hidden,
            "num_attention_heads": heads, "num_key_value_heads": heads, "num_hidden_layers": 3, "intermediate_size": 45,
            "vocab_size": VOCABULARY, "max_position_embeddings": CONTEXT, "hidden_act": "silu", "rms_norm_eps": 1e-5,
            "rope_theta": 10000.0, "tie_word_embeddings": False, "first_k_dense_replace": 1, "moe_layer_freq": 1, **more}


def yarn(mscale, all_dims):
    return {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 20, "beta_fast": 3.0, "beta_slow": 0.5,
            "mscale": mscale, "mscale_all_dim": all_dims}


V2 = {"scoring_func": "softmax", "norm_topk_prob": False}
V3 = {"scoring_func": "sigmoid", "topk_method": "noaux_tc", "norm_topk_prob": True}
MODELS = {
    "deepseek-v2-lite-f32": (config(2, 37, 3, **V2, q_lora_rank=None, kv_lora_rank=11, qk_nope_head_dim=10, qk_rope_head_dim=6,
                                    v_head_dim=14, n_routed_experts=5, num_experts_per_tok=3, n_shared_experts=1,
                                    moe_intermediate_size=17, routed_scaling_factor=1.0, topk_method="greedy", n_group=1,
                                    topk_group=1, rope_scaling=yarn(0.707, 0.707)), "F32", make_weights, run),
    "deepseek-v2-groups-f16": (config(2, 36, 4, **V2, q_lora_rank=13, kv_lora_rank=12, qk_nope_head_dim=7, qk_rope_head_dim=8,
                                      v_head_dim=9, n_routed_experts=6, num_experts_per_tok=2, n_shared_experts=2,
                                      moe_intermediate_size=11, routed_scaling_factor=2.5, topk_method="group_limited_greedy",
                                      n_group=3, topk_group=2, attention_bias=True, moe_layer_freq=2), "F16", make_weights, run),
    "deepseek-v3-f32": (config(3, 38, 3, **V3, q_lora_rank=15, kv_lora_rank=13, qk_nope_head_dim=9, qk_rope_head_dim=10,
                               v_head_dim=7, n_routed_experts=8, num_experts_per_tok=3, n_shared_experts=1,
                               moe_intermediate_size=12, routed_scaling_factor=2.5, n_group=4, topk_group=2,
                               num_nextn_predict_layers=1, rope_scaling=yarn(1.0, 1.0)), "F32", make_weights, run),
    "deepseek-v3-glued-bf16": ({**config(3, 34, 2, **V3, q_lora_rank=None, kv_lora_rank=9, qk_nope_head_dim=6, qk_rope_head_dim=4,
                                         v_head_dim=16, n_routed_experts=5, num_experts_per_tok=2, n_shared_experts=1,
                                         moe_intermediate_size=13, routed_scaling_factor=2.827, n_group=1, topk_group=1,
                                         rope_interleave=False, rope_scaling=yarn(1.3, 0.8)),
                                "model_type": "kimi_k2"}, "BF16", glued_weights, run),
}
GGUF = ["deepseek-v2-lite-f32", "deepseek-v3-f32"]
