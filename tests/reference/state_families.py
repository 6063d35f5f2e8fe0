# SPDX-License-Identifier: Apache-2.0
"""Hybrids of softmax and Mamba-2 for make_reference.py, by plain PyTorch formulas in float64: Granite 4 and Nemotron-H.

Like the rest, this imports nothing of the program and does not look at how the program computes. A state space is run as the recurrence
it is, token by token, with its state; the attention hidden in it is read off that recurrence: what comes out for values that are unit
vectors, one token at a time. Layers differ, so arrays are recorded by layer: "2_q"; those without heads have none.
"""
import math

import torch

from delta_families import turned
from make_reference import ACTIVATIONS, Checkpoint, CONTEXT, Recorder, allowed, attention, heads_of, rms_norm, side_by_side
from mixture_families import VOCABULARY, block

silu = ACTIVATIONS["silu"]


class Sizes:
    """Of a Mamba-2 layer, which the two families call by different names."""

    def __init__(self, c):
        granite = c["model_type"] == "granitemoehybrid"
        self.heads = c["mamba_n_heads" if granite else "mamba_num_heads"]
        self.width = 2 * c["hidden_size"] // self.heads if granite else c["mamba_head_dim"]
        self.state = c["mamba_d_state" if granite else "ssm_state_size"]
        self.groups = c["mamba_n_groups" if granite else "n_groups"]
        self.tokens = c["mamba_d_conv" if granite else "conv_kernel"]
        self.bias = c["mamba_proj_bias" if granite else "use_bias"]
        self.convolution_bias = c["mamba_conv_bias" if granite else "use_conv_bias"]
        self.norms = 1 if granite else self.groups
        self.inner = self.heads * self.width
        self.channels = self.inner + 2 * self.groups * self.state


def mamba_weights(w, name, sizes, hidden):
    w.linear(name + "in_proj", sizes.inner + sizes.channels + sizes.heads, hidden, sizes.bias)
    w.add(name + "conv1d.weight", (sizes.channels, 1, sizes.tokens), 0.35)
    if sizes.convolution_bias:
        w.add(name + "conv1d.bias", (sizes.channels,), 0.2)
    w.add(name + "dt_bias", (sizes.heads,), 0.5, -1.5)
    w.add(name + "A_log", (sizes.heads,), 0.7, -0.5)
    w.add(name + "D", (sizes.heads,), 0.4, 0.5)
    w.add(name + "norm.weight", (sizes.inner,), 0.2, 1.0)
    w.linear(name + "out_proj", hidden, sizes.inner, sizes.bias)


def recurrence(x, b, c, delta, rate, skip):
    """One head: x [T, n], b, c [T, N], delta [T] -> [T, n], a state [n, N] from token to token."""
    state, outputs = torch.zeros(x.shape[1], b.shape[1], dtype=x.dtype), []
    for t in range(len(x)):
        state = torch.exp(-rate * delta[t]) * state + delta[t] * torch.outer(x[t], b[t])
        outputs.append(state @ c[t] + skip * x[t])
    return torch.stack(outputs)


def convolved(x, kernel, bias):
    """x [T, C], kernel [C, 1, width]; a token sees itself with the last number and those before it with the ones before."""
    width = kernel.shape[-1]
    padded = torch.cat([torch.zeros(width - 1, x.shape[1], dtype=x.dtype), x])
    return silu(torch.stack([(padded[t : t + width].T * kernel[:, 0]).sum(-1) for t in range(len(x))]) + bias)


def mamba(w, name, sizes, y, epsilon):
    z, mixed, steps = w.project(name + "in_proj", y).split([sizes.inner, sizes.channels, sizes.heads], -1)
    bias = w[name + "conv1d.bias"] if sizes.convolution_bias else 0.0
    parts = [sizes.inner, sizes.groups * sizes.state, sizes.groups * sizes.state]
    x, b, c = convolved(mixed, w[name + "conv1d.weight"], bias).split(parts, -1)
    x, b, c = heads_of(x, sizes.heads), heads_of(b, sizes.groups), heads_of(c, sizes.groups)
    delta, rate, skip = torch.log(1 + torch.exp(steps + w[name + "dt_bias"])).T, torch.exp(w[name + "A_log"]), w[name + "D"]
    group = [head * sizes.groups // sizes.heads for head in range(sizes.heads)]

    def outputs(values):
        return torch.stack([recurrence(values[h], b[group[h]], c[group[h]], delta[h], rate[h], skip[h]) for h in range(sizes.heads)])

    out = outputs(x)
    units = torch.eye(len(y), dtype=torch.float64).expand(sizes.heads, -1, -1)
    gated = (side_by_side(out) * silu(z)).view(len(y), sizes.norms, -1)
    normed = rms_norm(gated, torch.ones(gated.shape[-1], dtype=torch.float64), epsilon).reshape(len(y), -1) * w[name + "norm.weight"]
    return dict(q=c, k=b, v=x, weights=outputs(units), head_out=out), w.project(name + "out_proj", normed)


def softmax_weights(w, name, hidden, heads, kv_heads, d, bias):
    for part, count in (("q", heads), ("k", kv_heads), ("v", kv_heads)):
        w.linear(f"{name}{part}_proj", count * d, hidden, bias)
    w.linear(name + "o_proj", hidden, heads * d, bias)


def softmax_attention(w, name, y, heads, kv_heads, scale, theta, temperature):
    q, k, v = (heads_of(w.project(f"{name}{part}_proj", y), count) for part, count in (("q", heads), ("k", kv_heads), ("v", kv_heads)))
    if theta is not None:
        q, k = turned(q, theta), turned(k, theta)
    scores, weights, out = attention(q * scale * math.sqrt(q.shape[-1]), k, v, allowed(len(y), True, 0), temperature)
    arrays = dict(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out)
    return arrays, w.project(name + "o_proj", side_by_side(out))


def best_of(row, count):
    return sorted(range(len(row)), key=lambda number: (-row[number], number))[:count]


def record_layer(record, layer, x, arrays, written, inner):
    for tensor, numbers in arrays.items():
        record[f"{layer}_{tensor}"] = numbers
    record.layer(residual=x, attention_output=written, feed_forward_output=inner)


# ------------------------------------------------------------------------------------------------------------------ Granite 4


def granite_weights(c, stored):
    w, hidden, experts = Checkpoint(stored), c["hidden_size"], c["num_local_experts"]
    w.add("model.embed_tokens.weight", (c["vocab_size"], hidden), 0.4)
    for layer, kind in enumerate(c["layer_types"]):
        name = f"model.layers.{layer}."
        w.add(name + "input_layernorm.weight", (hidden,), 0.2, 1.0)
        if kind == "mamba":
            mamba_weights(w, name + "mamba.", Sizes(c), hidden)
        else:
            heads = c["num_attention_heads"]
            softmax_weights(w, name + "self_attn.", hidden, heads, c["num_key_value_heads"], hidden // heads, c["attention_bias"])
        w.add(name + "post_attention_layernorm.weight", (hidden,), 0.2, 1.0)
        if experts:
            w.linear(name + "block_sparse_moe.router.layer", experts, hidden, False)
            w.add(name + "block_sparse_moe.input_linear.weight", (experts, 2 * c["intermediate_size"], hidden), 0.2)
            w.add(name + "block_sparse_moe.output_linear.weight", (experts, hidden, c["intermediate_size"]), 0.3)
        w.linear(name + "shared_mlp.input_linear", 2 * c["shared_intermediate_size"], hidden, False)
        w.linear(name + "shared_mlp.output_linear", hidden, c["shared_intermediate_size"], False)
    w.add("model.norm.weight", (hidden,), 0.2, 1.0)
    if not c["tie_word_embeddings"]:
        w.linear("lm_head", c["vocab_size"], hidden, False)
    return w


def halves(y, inner, down):
    gate, up = inner.chunk(2)
    return block(y, gate, up, down)


def granite_block(c, w, name, y):
    written = halves(y, w[name + "shared_mlp.input_linear.weight"], w[name + "shared_mlp.output_linear.weight"])
    if not c["num_local_experts"]:
        return written
    for token, row in enumerate(w.project(name + "block_sparse_moe.router.layer", y)):
        best = best_of(row.tolist(), c["num_experts_per_tok"])
        for number, gate in zip(best, torch.softmax(row[best], -1)):
            inner, down = (w[f"{name}block_sparse_moe.{part}_linear.weight"][number] for part in ("input", "output"))
            written[token] = written[token] + gate * halves(y[token], inner, down)
    return written


def granite_run(c, w, ids, mask_mode, temperature):
    assert mask_mode != "bidirectional"
    record, epsilon, part = Recorder(), c["rms_norm_eps"], c["residual_multiplier"]
    heads, d = c["num_attention_heads"], c["hidden_size"] // c["num_attention_heads"]
    turns = c["position_embedding_type"] == "rope"
    theta = c["rope_theta"] ** (-torch.arange(0, d, 2, dtype=torch.float64) / d) if turns else None
    x = w["model.embed_tokens.weight"][ids] * c["embedding_multiplier"]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        y = rms_norm(x, w[name + "input_layernorm.weight"], epsilon)
        if c["layer_types"][layer] == "mamba":
            arrays, written = mamba(w, name + "mamba.", Sizes(c), y, epsilon)
        else:
            arrays, written = softmax_attention(w, name + "self_attn.", y, heads, c["num_key_value_heads"], c["attention_multiplier"],
                                                theta, temperature)
        written = written * part
        x = x + written
        inner = granite_block(c, w, name, rms_norm(x, w[name + "post_attention_layernorm.weight"], epsilon)) * part
        x = x + inner
        record_layer(record, layer, x, arrays, written, inner)
    y = rms_norm(x, w["model.norm.weight"], epsilon)
    record["logits"] = y @ w["model.embed_tokens.weight" if c["tie_word_embeddings"] else "lm_head.weight"].T / c["logits_scaling"]
    return record.arrays()


# ----------------------------------------------------------------------------------------------------------------- Nemotron-H


def nemotron_weights(c, stored):
    w, hidden = Checkpoint(stored), c["hidden_size"]
    w.add("backbone.embeddings.weight", (c["vocab_size"], hidden), 1.0)
    for layer, letter in enumerate(c["hybrid_override_pattern"]):
        name = f"backbone.layers.{layer}."
        mixer = name + "mixer."
        w.add(name + "norm.weight", (hidden,), 0.2, 1.0)
        if letter == "M":
            mamba_weights(w, mixer, Sizes(c), hidden)
        if letter == "*":
            softmax_weights(w, mixer, hidden, c["num_attention_heads"], c["num_key_value_heads"], c["head_dim"], False)
        widths = {"-": {"": c["intermediate_size"]}, "E": {"shared_experts.": c["moe_shared_expert_intermediate_size"]}}.get(letter, {})
        if letter == "E":
            widths |= {f"experts.{number}.": c["moe_intermediate_size"] for number in range(c["n_routed_experts"])}
            w.linear(mixer + "gate", c["n_routed_experts"], hidden, False)
            w.add(mixer + "gate.e_score_correction_bias", (c["n_routed_experts"],), 0.3)
        for part, width in widths.items():
            w.linear(mixer + part + "up_proj", width, hidden, False)
            w.add(mixer + part + "down_proj.weight", (hidden, width), 0.3 / math.sqrt(width))  # squares are large
    w.add("backbone.norm_f.weight", (hidden,), 0.2, 1.0)
    w.linear("lm_head", c["vocab_size"], hidden, False)
    return w


def squared(w, name, y):
    return w.project(name + "down_proj", torch.relu(w.project(name + "up_proj", y)) ** 2)


def nemotron_mixture(c, w, name, y):
    written = squared(w, name + "shared_experts.", y)
    size = c["n_routed_experts"] // c["n_group"]
    for token, row in enumerate(torch.sigmoid(w.project(name + "gate", y)).tolist()):
        votes = [p + bias for p, bias in zip(row, w[name + "gate.e_score_correction_bias"].tolist())]
        worth = [sum(sorted(votes[g * size : (g + 1) * size])[-2:]) for g in range(c["n_group"])]
        open_groups = best_of(worth, c["topk_group"])
        best = best_of([vote if at // size in open_groups else -math.inf for at, vote in enumerate(votes)], c["num_experts_per_tok"])
        for number in best:
            gate = c["routed_scaling_factor"] * row[number] / sum(row[each] for each in best)
            written[token] = written[token] + gate * squared(w, f"{name}experts.{number}.", y[token])
    return written


def nemotron_run(c, w, ids, mask_mode, temperature):
    assert mask_mode != "bidirectional"
    record, epsilon = Recorder(), c["layer_norm_epsilon"]
    x = w["backbone.embeddings.weight"][ids]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name, letter = f"backbone.layers.{layer}.", c["hybrid_override_pattern"][layer]
        y = rms_norm(x, w[name + "norm.weight"], epsilon)
        arrays, nothing = {}, torch.zeros_like(x)
        written, inner = nothing, nothing
        if letter == "M":
            arrays, written = mamba(w, name + "mixer.", Sizes(c), y, epsilon)
        elif letter == "*":
            arrays, written = softmax_attention(w, name + "mixer.", y, c["num_attention_heads"], c["num_key_value_heads"],
                                                1 / math.sqrt(c["head_dim"]), None, temperature)
        else:
            inner = nemotron_mixture(c, w, name + "mixer.", y) if letter == "E" else squared(w, name + "mixer.", y)
        x = x + written + inner
        record_layer(record, layer, x, arrays, written, inner)
    record["logits"] = w.project("lm_head", rms_norm(x, w["backbone.norm_f.weight"], epsilon))
    return record.arrays()


def granite(hidden, kinds, **more):
    return {"architectures": ["GraniteMoeHybridForCausalLM"], "model_type": "granitemoehybrid", "hidden_size": hidden,
            "num_attention_heads": 5, "num_key_value_heads": 1, "num_hidden_layers": len(kinds), "intermediate_size": 19,
            "layer_types": kinds, "shared_intermediate_size": 23, "num_local_experts": 5, "num_experts_per_tok": 3,
            "vocab_size": VOCABULARY, "max_position_embeddings": CONTEXT, "hidden_act": "silu", "rms_norm_eps": 1e-5,
            "attention_bias": False, "tie_word_embeddings": False, "position_embedding_type": "nope", "rope_theta": 10000,
            "embedding_multiplier": 3.0, "attention_multiplier": 0.3, "residual_multiplier": 0.7, "logits_scaling": 2.0,
            "mamba_n_heads": 10, "mamba_n_groups": 5, "mamba_d_state": 9, "mamba_d_head": "auto", "mamba_d_conv": 4, "mamba_expand": 2,
            "mamba_conv_bias": True, "mamba_proj_bias": False, "mamba_chunk_size": 256, **more}


def nemotron(hidden, pattern, **more):
    return {"architectures": ["NemotronHForCausalLM"], "model_type": "nemotron_h", "hidden_size": hidden, "num_attention_heads": 4,
            "num_key_value_heads": 2, "head_dim": 10, "num_hidden_layers": len(pattern), "hybrid_override_pattern": pattern,
            "intermediate_size": 45, "vocab_size": VOCABULARY, "max_position_embeddings": CONTEXT, "mlp_hidden_act": "relu2",
            "layer_norm_epsilon": 1e-5, "tie_word_embeddings": False, "rope_theta": 10000, "partial_rotary_factor": 1.0,
            "mamba_num_heads": 6, "mamba_head_dim": 7, "ssm_state_size": 11, "n_groups": 3, "conv_kernel": 4, "mamba_hidden_act": "silu",
            "use_bias": False, "mamba_proj_bias": False, "use_conv_bias": True, "chunk_size": 128, "n_routed_experts": 5,
            "n_shared_experts": 1, "num_experts_per_tok": 3, "moe_intermediate_size": 19, "moe_shared_expert_intermediate_size": 23,
            "norm_topk_prob": True, "routed_scaling_factor": 2.5, "n_group": 1, "topk_group": 1, **more}


ROPE = granite(36, ["mamba", "mamba", "attention"], num_attention_heads=6, num_key_value_heads=2, num_local_experts=0,
               num_experts_per_tok=0, mamba_n_heads=8, mamba_n_groups=1, mamba_d_head=9, mamba_d_conv=3, mamba_conv_bias=False,
               mamba_proj_bias=True, attention_bias=True, position_embedding_type="rope", tie_word_embeddings=True)
PLAIN = dict(num_attention_heads=6, num_key_value_heads=2, mamba_n_heads=8, mamba_n_groups=1, mamba_d_head=9)
GROUPS = nemotron(30, "M-*EM", mamba_proj_bias=True, use_bias=True, use_conv_bias=False, n_groups=2, n_routed_experts=6, n_group=2,
                  num_experts_per_tok=2)
MODELS = {
    "granite-hybrid-f32": (granite(35, ["mamba", "attention", "mamba"]), "F32", granite_weights, granite_run),
    "granite-hybrid-rope-bf16": (ROPE, "BF16", granite_weights, granite_run),
    "nemotron-h-f32": (nemotron(33, "ME*-M"), "F32", nemotron_weights, nemotron_run),
    "nemotron-h-groups-f16": (GROUPS, "F16", nemotron_weights, nemotron_run),
    "granite-hybrid-plain-f32": (granite(36, ["mamba", "attention", "mamba"], **PLAIN), "F32", granite_weights, granite_run),
    "granite-hybrid-dense-f32": (granite(36, ["attention", "mamba"], num_local_experts=0, num_experts_per_tok=0,
                                         position_embedding_type="rope", tie_word_embeddings=True, **PLAIN),
                                 "F32", granite_weights, granite_run),
    "nemotron-h-plain-f16": (nemotron(32, "M*-M-", use_conv_bias=False), "F16", nemotron_weights, nemotron_run),
}
GGUF = ("granite-hybrid-plain-f32", "granite-hybrid-dense-f32", "nemotron-h-f32", "nemotron-h-plain-f16")
