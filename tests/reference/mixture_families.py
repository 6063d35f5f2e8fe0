# SPDX-License-Identifier: Apache-2.0
"""Mixtures of experts for make_reference.py, by plain PyTorch formulas in float64: Qwen3-MoE, Mixtral, OLMoE, Qwen2-MoE.

Like the rest, this imports nothing of the program and does not look at how the program computes: every token goes through its
experts by itself. `router` and `gates` are of the layers with experts alone; a gate is 0 where the expert was not chosen.
"""
import torch

from make_reference import (ACTIVATIONS, CONTEXT, Checkpoint, Recorder, allowed, attention, frequencies, heads_of, rms_norm, rotate,
                            side_by_side)

VOCABULARY = 173
PARTS = {"mixtral": ("block_sparse_moe.gate", "block_sparse_moe.experts.", "w1", "w3", "w2")}
USUAL_PARTS = ("mlp.gate", "mlp.experts.", "gate_proj", "up_proj", "down_proj")


def parts_of(c):
    return PARTS.get(c["model_type"], USUAL_PARTS)


def is_mixture(c, layer):
    return layer not in c.get("mlp_only_layers", []) and (layer + 1) % c.get("decoder_sparse_step", 1) == 0


def expert_count(c):
    return c["num_local_experts"] if c["model_type"] == "mixtral" else c["num_experts"]


def expert_width(c):
    return c.get("moe_intermediate_size", c["intermediate_size"])


def head_dim(c):
    return c.get("head_dim") or c["hidden_size"] // c["num_attention_heads"]


def norm_width(c, heads):
    """OLMoE normalises all heads of a token together, Qwen3 each by itself, the others none."""
    return {"olmoe": heads * head_dim(c), "qwen3_moe": head_dim(c)}.get(c["model_type"], 0)


def add_block(w, name, parts, width, hidden):
    gate, up, down = parts
    w.linear(name + gate, width, hidden, False)
    w.linear(name + up, width, hidden, False)
    w.linear(name + down, hidden, width, False)


def glue_experts(w, prefix, parts, experts):
    """The layout of newer files: one tensor for all gates and ups, one for all downs."""
    taken = [[w.tensors.pop(f"{prefix}{expert}.{part}.weight") for part in parts] for expert in range(experts)]
    w.tensors[prefix + "gate_up_proj"] = torch.stack([torch.cat([gate, up]) for gate, up, _ in taken])
    w.tensors[prefix + "down_proj"] = torch.stack([down for _, _, down in taken])


def make_weights(c, stored, glued=False):
    w, hidden, d = Checkpoint(stored), c["hidden_size"], head_dim(c)
    bias = c["model_type"] == "qwen2_moe" or c.get("attention_bias", False)
    router, prefix, *parts = parts_of(c)
    w.add("model.embed_tokens.weight", (c["vocab_size"], hidden), 1.0)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        w.add(name + "input_layernorm.weight", (hidden,), 0.2, 1.0)
        for part, heads in (("q", c["num_attention_heads"]), ("k", c["num_key_value_heads"]), ("v", c["num_key_value_heads"])):
            w.linear(name + f"self_attn.{part}_proj", heads * d, hidden, bias)
            if part != "v" and norm_width(c, heads):
                w.add(name + f"self_attn.{part}_norm.weight", (norm_width(c, heads),), 0.3, 1.4)
        w.linear(name + "self_attn.o_proj", hidden, c["num_attention_heads"] * d, bias and c["model_type"] != "qwen2_moe")
        w.add(name + "post_attention_layernorm.weight", (hidden,), 0.2, 1.0)
        if not is_mixture(c, layer):
            add_block(w, name + "mlp.", USUAL_PARTS[2:], c["intermediate_size"], hidden)
            continue
        w.linear(name + router, expert_count(c), hidden, False)
        for expert in range(expert_count(c)):
            add_block(w, f"{name}{prefix}{expert}.", parts, expert_width(c), hidden)
        if glued:
            glue_experts(w, name + prefix, parts, expert_count(c))
        if c["model_type"] == "qwen2_moe":
            add_block(w, name + "mlp.shared_expert.", parts, c["shared_expert_intermediate_size"], hidden)
            w.linear(name + "mlp.shared_expert_gate", 1, hidden, False)
    w.add("model.norm.weight", (hidden,), 0.2, 1.0)
    if not c["tie_word_embeddings"]:
        w.add("lm_head.weight", (c["vocab_size"], hidden), 0.4)
    return w


def block(x, gate, up, down):
    return (ACTIVATIONS["silu"](x @ gate.T) * (x @ up.T)) @ down.T


def expert(c, w, name, number):
    _, prefix, *parts = parts_of(c)
    if name + prefix + "gate_up_proj" not in w.tensors:
        return [w[f"{name}{prefix}{number}.{part}.weight"] for part in parts]
    gate, up = w[name + prefix + "gate_up_proj"][number].chunk(2)
    return gate, up, w[name + prefix + "down_proj"][number]


def chosen_gates(c, probabilities):
    """[T, experts]"""
    gates = torch.zeros_like(probabilities)
    for token, row in enumerate(probabilities.tolist()):
        best = sorted(range(len(row)), key=lambda number: (-row[number], number))[: c["num_experts_per_tok"]]
        total = sum(row[number] for number in best) if c["model_type"] == "mixtral" or c.get("norm_topk_prob") else 1.0
        for number in best:
            gates[token, number] = row[number] / total
    return gates


def mixture(c, w, name, y, record):
    probabilities = torch.softmax(w.project(name + parts_of(c)[0], y), -1)
    gates = chosen_gates(c, probabilities)
    written = torch.zeros_like(y)
    for token in range(len(y)):
        for number in range(expert_count(c)):
            if gates[token, number]:
                written[token] += gates[token, number] * block(y[token], *expert(c, w, name, number))
    if c["model_type"] == "qwen2_moe":
        shared = block(y, *(w[f"{name}mlp.shared_expert.{part}.weight"] for part in USUAL_PARTS[2:]))
        written = written + shared * torch.sigmoid(w.project(name + "mlp.shared_expert_gate", y))
    record.layer(router=probabilities, gates=gates)
    return written


def run(c, w, ids, mask_mode, temperature):
    heads, kv_heads, epsilon = c["num_attention_heads"], c["num_key_value_heads"], c["rms_norm_eps"]
    theta, factor = frequencies({"head_dim": head_dim(c), **c}, len(ids))
    mask = allowed(len(ids), mask_mode != "bidirectional", c.get("sliding_window") or 0)
    record = Recorder()
    x = w["model.embed_tokens.weight"][ids]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        y = rms_norm(x, w[name + "input_layernorm.weight"], epsilon)
        q, k, v = (w.project(name + f"self_attn.{part}_proj", y) for part in "qkv")
        if c["model_type"] == "olmoe":
            q, k = (rms_norm(part, w[name + f"self_attn.{which}_norm.weight"], epsilon) for part, which in ((q, "q"), (k, "k")))
        q, k, v = heads_of(q, heads), heads_of(k, kv_heads), heads_of(v, kv_heads)
        if c["model_type"] == "qwen3_moe":
            q, k = (rms_norm(part, w[name + f"self_attn.{which}_norm.weight"], epsilon) for part, which in ((q, "q"), (k, "k")))
        q, k = rotate(q, theta, factor), rotate(k, theta, factor)
        scores, weights, out = attention(q, k, v, mask, temperature)
        written = w.project(name + "self_attn.o_proj", side_by_side(out))
        x = x + written
        y = rms_norm(x, w[name + "post_attention_layernorm.weight"], epsilon)
        if is_mixture(c, layer):
            inner = mixture(c, w, name, y, record)
        else:
            inner = block(y, *(w[f"{name}mlp.{part}.weight"] for part in USUAL_PARTS[2:]))
        x = x + inner
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    y = rms_norm(x, w["model.norm.weight"], epsilon)
    record["logits"] = y @ w["model.embed_tokens.weight" if c["tie_word_embeddings"] else "lm_head.weight"].T
    return record.arrays()


NAMES = {"qwen3_moe": "Qwen3Moe", "mixtral": "Mixtral", "olmoe": "Olmoe", "qwen2_moe": "Qwen2Moe"}


def config(kind, hidden, heads, kv_heads, **more):
    return {"architectures": [NAMES[kind] + "ForCausalLM"], "model_type": kind, "hidden_size": hidden, "num_attention_heads": heads,
            "num_key_value_heads": kv_heads, "num_hidden_layers": 3, "intermediate_size": 45, "vocab_size": VOCABULARY,
            "max_position_embeddings": CONTEXT, "hidden_act": "silu", "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
            "tie_word_embeddings": False, "num_experts_per_tok": 2, **more}


def glued_weights(c, stored):
    return make_weights(c, stored, glued=True)


QWEN3 = {"num_experts": 5, "moe_intermediate_size": 19, "norm_topk_prob": True, "mlp_only_layers": [1], "decoder_sparse_step": 1,
         "head_dim": 14}
MODELS = {
    "qwen3-moe-f32": (config("qwen3_moe", 37, 6, 3, **QWEN3), "F32", make_weights, run),
    "qwen3-moe-glued-bf16": (config("qwen3_moe", 34, 4, 1, **{**QWEN3, "num_experts_per_tok": 3, "norm_topk_prob": False,
                                                              "mlp_only_layers": [], "decoder_sparse_step": 2}),
                             "BF16", glued_weights, run),
    "mixtral-window-f16": (config("mixtral", 36, 6, 2, num_local_experts=5, num_experts_per_tok=3, sliding_window=9), "F16",
                           make_weights, run),
    "olmoe-f32": (config("olmoe", 40, 4, 2, num_experts=5, norm_topk_prob=False, clip_qkv=None), "F32", make_weights, run),
    "qwen2-moe-f32": (config("qwen2_moe", 36, 6, 3, num_experts=5, num_experts_per_tok=3, moe_intermediate_size=17,
                             shared_expert_intermediate_size=29, norm_topk_prob=False, mlp_only_layers=[1],
                             decoder_sparse_step=1), "F32", make_weights, run),
    "qwen2-moe-plain-f16": (config("qwen2_moe", 36, 6, 3, num_experts=5, moe_intermediate_size=17,
                                   shared_expert_intermediate_size=29, norm_topk_prob=False), "F16", make_weights, run),
    "qwen3-moe-plain-f32": (config("qwen3_moe", 36, 6, 3, num_experts=5, moe_intermediate_size=18, norm_topk_prob=True,
                                   head_dim=12), "F32", make_weights, run),
    "mixtral-plain-bf16": (config("mixtral", 36, 6, 2, num_local_experts=5), "BF16", make_weights, run),
}
