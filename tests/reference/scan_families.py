# SPDX-License-Identifier: Apache-2.0
"""State spaces of more kinds for make_reference.py, by plain PyTorch formulas in float64: Falcon-H1 (Mamba-2 beside softmax in every
layer), Jamba (Mamba-1 in most layers), Mamba and Mamba-2 alone.

Like the rest, this imports nothing of the program and does not look at how the program computes: states are carried along token by token,
and the attention hidden in them is what comes out for values that are unit vectors. In Mamba-1 every channel is a head. Each half of a
layer of Falcon-H1 is recorded as a layer: Mamba-2, then softmax and the block.
"""
import math

import torch

from delta_families import turned
from make_reference import ACTIVATIONS, CONTEXT, Checkpoint, Recorder, allowed, attention, heads_of, rms_norm, side_by_side
from mixture_families import VOCABULARY
from state_families import best_of, convolved, record_layer, recurrence, softmax_attention, softmax_weights

silu = ACTIVATIONS["silu"]


def softplus(x):
    return torch.log(1 + torch.exp(x))


def gated_block(w, name, y, gate_factor=1.0):
    gate = w.project(name + "gate_proj", y) * gate_factor
    return w.project(name + "down_proj", silu(gate) * w.project(name + "up_proj", y))


def block_weights(w, name, width, hidden, bias):
    w.linear(name + "gate_proj", width, hidden, bias)
    w.linear(name + "up_proj", width, hidden, bias)
    w.linear(name + "down_proj", hidden, width, bias)


# ------------------------------------------------------------------------------------------------------------------ Falcon-H1


def inner_of(c):
    return c["mamba_expand"] * c["hidden_size"] if c["mamba_d_ssm"] is None else c["mamba_d_ssm"]


def parts_of(c):
    """z, x, B, C, Δ"""
    narrow = c["mamba_n_groups"] * c["mamba_d_state"]
    return [inner_of(c), inner_of(c), narrow, narrow, c["mamba_n_heads"]]


def falcon_weights(c, stored):
    w, hidden = Checkpoint(stored), c["hidden_size"]
    w.add("model.embed_tokens.weight", (c["vocab_size"], hidden), 0.6)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        w.add(name + "input_layernorm.weight", (hidden,), 0.2, 1.0)
        softmax_weights(w, name + "self_attn.", hidden, c["num_attention_heads"], c["num_key_value_heads"], c["head_dim"],
                        c["attention_bias"])
        mixer, (inner, _, narrow, _, heads) = name + "mamba.", parts_of(c)
        channels = inner + 2 * narrow
        w.linear(mixer + "in_proj", sum(parts_of(c)), hidden, c["mamba_proj_bias"])
        w.add(mixer + "conv1d.weight", (channels, 1, c["mamba_d_conv"]), 0.35)
        if c["mamba_conv_bias"]:
            w.add(mixer + "conv1d.bias", (channels,), 0.2)
        w.add(mixer + "dt_bias", (heads,), 0.5, -1.5)
        w.add(mixer + "A_log", (heads,), 0.7, -0.5)
        w.add(mixer + "D", (heads,), 0.4, 0.5)
        if c["mamba_rms_norm"]:
            w.add(mixer + "norm.weight", (inner,), 0.2, 1.0)
        w.linear(mixer + "out_proj", hidden, inner, c["projectors_bias"])
        w.add(name + "pre_ff_layernorm.weight", (hidden,), 0.2, 1.0)
        block_weights(w, name + "feed_forward.", c["intermediate_size"], hidden, c["mlp_bias"])
    w.add("model.final_layernorm.weight", (hidden,), 0.2, 1.0)
    if not c["tie_word_embeddings"]:
        w.linear("lm_head", c["vocab_size"], hidden, False)
    return w


def falcon_mamba(c, w, name, y):
    heads, groups = c["mamba_n_heads"], c["mamba_n_groups"]
    parts = w.project(name + "in_proj", y * c["ssm_in_multiplier"]).split(parts_of(c), -1)
    z, x, b, c_, steps = (part * factor for part, factor in zip(parts, c["ssm_multipliers"]))
    bias = w[name + "conv1d.bias"] if c["mamba_conv_bias"] else 0.0
    x, b, c_ = convolved(torch.cat([x, b, c_], -1), w[name + "conv1d.weight"], bias).split([x.shape[-1], b.shape[-1], b.shape[-1]], -1)
    x, b, c_ = heads_of(x, heads), heads_of(b, groups), heads_of(c_, groups)
    delta, rate, skip = softplus(steps + w[name + "dt_bias"]).T, torch.exp(w[name + "A_log"]), w[name + "D"]
    group = [head * groups // heads for head in range(heads)]

    def outputs(values):
        return torch.stack([recurrence(values[h], b[group[h]], c_[group[h]], delta[h], rate[h], skip[h]) for h in range(heads)])

    out = outputs(x)
    result = side_by_side(out)
    if not (c["mamba_rms_norm"] and c["mamba_norm_before_gate"]):
        result = result * silu(z)
    if c["mamba_rms_norm"]:
        grouped = result.view(len(y), groups, -1)
        grouped = grouped / torch.sqrt((grouped ** 2).mean(-1, keepdim=True) + c["rms_norm_eps"])
        result = grouped.reshape(len(y), -1) * w[name + "norm.weight"]
        if c["mamba_norm_before_gate"]:
            result = result * silu(z)
    units = torch.eye(len(y), dtype=torch.float64).expand(heads, -1, -1)
    written = w.project(name + "out_proj", result) * c["ssm_out_multiplier"]
    return dict(q=c_, k=b, v=x, weights=outputs(units), head_out=out), written


def falcon_attention(c, w, name, y, temperature):
    """The keys are recorded without their multiplier: the scores have it."""
    y = y * c["attention_in_multiplier"]
    theta = c["rope_theta"] ** (-torch.arange(0, c["head_dim"], 2, dtype=torch.float64) / c["head_dim"])
    counts = (("q", c["num_attention_heads"]), ("k", c["num_key_value_heads"]), ("v", c["num_key_value_heads"]))
    q, k, v = (heads_of(w.project(f"{name}{part}_proj", y), count) for part, count in counts)
    q, k = turned(q, theta), turned(k * c["key_multiplier"], theta)
    scores, weights, out = attention(q, k, v, allowed(len(y), True, 0), temperature)
    written = w.project(name + "o_proj", side_by_side(out)) * c["attention_out_multiplier"]
    return dict(q=q, k=k / c["key_multiplier"], v=v, scores=scores, weights=weights, head_out=out), written


def falcon_run(c, w, ids, mask_mode, temperature):
    assert mask_mode != "bidirectional"
    record, epsilon = Recorder(), c["rms_norm_eps"]
    x = w["model.embed_tokens.weight"][ids] * c["embedding_multiplier"]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        y = rms_norm(x, w[name + "input_layernorm.weight"], epsilon)
        of_space, from_space = falcon_mamba(c, w, name + "mamba.", y)
        of_heads, from_heads = falcon_attention(c, w, name + "self_attn.", y, temperature)
        mixed = x + from_space
        record_layer(record, 2 * layer, mixed, of_space, from_space, torch.zeros_like(x))
        x = mixed + from_heads
        read = rms_norm(x, w[name + "pre_ff_layernorm.weight"], epsilon)
        inner = gated_block(w, name + "feed_forward.", read, c["mlp_multipliers"][0]) * c["mlp_multipliers"][1]
        x = x + inner
        record_layer(record, 2 * layer + 1, x, of_heads, from_heads, inner)
    y = rms_norm(x, w["model.final_layernorm.weight"], epsilon)
    head = w["model.embed_tokens.weight" if c["tie_word_embeddings"] else "lm_head.weight"]
    record["logits"] = y @ head.T * c["lm_head_multiplier"]
    return record.arrays()


# -------------------------------------------------------------------------------------------------------------------- Mamba-1


def scan_weights(w, name, hidden, channels, numbers, rank, tokens, bias, convolution_bias, inner_norms):
    w.linear(name + "in_proj", 2 * channels, hidden, bias)
    w.add(name + "conv1d.weight", (channels, 1, tokens), 0.5)
    if convolution_bias:
        w.add(name + "conv1d.bias", (channels,), 0.2)
    w.linear(name + "x_proj", rank + 2 * numbers, channels, False)
    w.add(name + "dt_proj.weight", (channels, rank), 0.5)
    w.add(name + "dt_proj.bias", (channels,), 0.5, -1.5)
    w.add(name + "A_log", (channels, numbers), 0.7, -0.3)
    w.add(name + "D", (channels,), 0.4, 0.5)
    w.linear(name + "out_proj", hidden, channels, bias)
    if inner_norms:
        for part, size in (("dt", rank), ("b", numbers), ("c", numbers)):
            w.add(f"{name}{part}_layernorm.weight", (size,), 0.3, 1.0)


def scan(values, delta, b, c, rate, skip):
    """values [T, C, M]: M texts at once that share Δ [T, C], B and C [T, N] -> [T, C, M]; a state [C, M, N] from token to token."""
    state, outputs = torch.zeros(*values.shape[1:], b.shape[-1], dtype=torch.float64), []
    for t in range(len(values)):
        kept = torch.exp(-rate * delta[t][:, None])[:, None, :]
        state = kept * state + (delta[t][:, None] * values[t])[..., None] * b[t]
        outputs.append(state @ c[t] + skip[:, None] * values[t])
    return torch.stack(outputs)


def mamba1(w, name, y, rank, epsilon):
    x, z = w.project(name + "in_proj", y).chunk(2, -1)
    bias = w[name + "conv1d.bias"] if name + "conv1d.bias" in w.tensors else 0.0
    x = convolved(x, w[name + "conv1d.weight"], bias)
    rate, skip = torch.exp(w[name + "A_log"]), w[name + "D"]
    narrow, b, c = w.project(name + "x_proj", x).split([rank, rate.shape[-1], rate.shape[-1]], -1)
    if name + "dt_layernorm.weight" in w.tensors:
        parts = ((narrow, "dt"), (b, "b"), (c, "c"))
        narrow, b, c = (rms_norm(part, w[f"{name}{which}_layernorm.weight"], epsilon) for part, which in parts)
    delta = softplus(w.project(name + "dt_proj", narrow))
    out = scan(x[..., None], delta, b, c, rate, skip)[..., 0]
    units = torch.eye(len(y), dtype=torch.float64)[:, None, :].expand(-1, x.shape[-1], -1)  # [token, channel, which is 1]
    weights = scan(units, delta, b, c, rate, skip).transpose(0, 1).contiguous()

    def channels(rows):
        return rows.T[..., None].contiguous()

    return (dict(q=c[None], k=b[None], v=channels(x), weights=weights, head_out=channels(out)),
            w.project(name + "out_proj", out * silu(z)))


# ---------------------------------------------------------------------------------------------------------------------- Jamba


def attends(c, layer):
    return layer % c["attn_layer_period"] == c["attn_layer_offset"]


def mixes(c, layer):
    return c["num_experts"] > 1 and layer % c["expert_layer_period"] == c["expert_layer_offset"]


def step_rank(c, key):
    return math.ceil(c["hidden_size"] / 16) if c[key] == "auto" else c[key]


def jamba_weights(c, stored):
    w, hidden = Checkpoint(stored), c["hidden_size"]
    w.add("model.embed_tokens.weight", (c["vocab_size"], hidden), 0.7)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        w.add(name + "input_layernorm.weight", (hidden,), 0.2, 1.0)
        if attends(c, layer):
            heads = c["num_attention_heads"]
            softmax_weights(w, name + "self_attn.", hidden, heads, c["num_key_value_heads"], hidden // heads, False)
        else:
            scan_weights(w, name + "mamba.", hidden, c["mamba_expand"] * hidden, c["mamba_d_state"], step_rank(c, "mamba_dt_rank"),
                         c["mamba_d_conv"], c["mamba_proj_bias"], c["mamba_conv_bias"], True)
        w.add(name + "pre_ff_layernorm.weight", (hidden,), 0.2, 1.0)
        if mixes(c, layer):
            w.linear(name + "feed_forward.router", c["num_experts"], hidden, False)
            for number in range(c["num_experts"]):
                block_weights(w, f"{name}feed_forward.experts.{number}.", c["intermediate_size"], hidden, False)
        else:
            block_weights(w, name + "feed_forward.", c["intermediate_size"], hidden, False)
    w.add("model.final_layernorm.weight", (hidden,), 0.2, 1.0)
    if not c["tie_word_embeddings"]:
        w.linear("lm_head", c["vocab_size"], hidden, False)
    return w


def jamba_block(c, w, name, y, layer):
    if not mixes(c, layer):
        return gated_block(w, name, y)
    written = torch.zeros_like(y)
    for token, row in enumerate(w.project(name + "router", y)):
        shares = torch.softmax(row, -1)
        for number in best_of(row.tolist(), c["num_experts_per_tok"]):  # their shares stay as they are
            written[token] = written[token] + shares[number] * gated_block(w, f"{name}experts.{number}.", y[token])
    return written


def jamba_run(c, w, ids, mask_mode, temperature):
    assert mask_mode != "bidirectional"
    record, epsilon = Recorder(), c["rms_norm_eps"]
    heads, kv_heads, d = c["num_attention_heads"], c["num_key_value_heads"], c["hidden_size"] // c["num_attention_heads"]
    x = w["model.embed_tokens.weight"][ids]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        y = rms_norm(x, w[name + "input_layernorm.weight"], epsilon)
        if attends(c, layer):
            arrays, written = softmax_attention(w, name + "self_attn.", y, heads, kv_heads, 1 / math.sqrt(d), None, temperature)
        else:
            arrays, written = mamba1(w, name + "mamba.", y, step_rank(c, "mamba_dt_rank"), epsilon)
        x = x + written
        inner = jamba_block(c, w, name + "feed_forward.", rms_norm(x, w[name + "pre_ff_layernorm.weight"], epsilon), layer)
        x = x + inner
        record_layer(record, layer, x, arrays, written, inner)
    y = rms_norm(x, w["model.final_layernorm.weight"], epsilon)
    record["logits"] = y @ w["model.embed_tokens.weight" if c["tie_word_embeddings"] else "lm_head.weight"].T
    return record.arrays()


# ------------------------------------------------------------------------------------------------------- Mamba, Mamba-2 alone


def alone_weights(c, stored):
    w, hidden = Checkpoint(stored), c["hidden_size"]
    w.add("backbone.embeddings.weight", (c["vocab_size"], hidden), 0.7)
    for layer in range(c["num_hidden_layers"]):
        name = f"backbone.layers.{layer}."
        mixer = name + "mixer."
        w.add(name + "norm.weight", (hidden,), 0.2, 1.0)
        if c["model_type"] == "mamba":
            scan_weights(w, mixer, hidden, c["expand"] * hidden, c["state_size"], step_rank(c, "time_step_rank"), c["conv_kernel"],
                         c["use_bias"], c["use_conv_bias"], False)
            continue
        heads, inner, numbers = c["num_heads"], c["num_heads"] * c["head_dim"], c["state_size"]
        w.linear(mixer + "in_proj", 2 * inner + 2 * numbers + heads, hidden, c["use_bias"])
        w.add(mixer + "conv1d.weight", (inner + 2 * numbers, 1, c["conv_kernel"]), 0.35)
        w.add(mixer + "conv1d.bias", (inner + 2 * numbers,), 0.2)
        w.add(mixer + "dt_bias", (heads,), 0.5, -1.5)
        w.add(mixer + "A_log", (heads,), 0.7, -0.5)
        w.add(mixer + "D", (heads,), 0.4, 0.5)
        w.add(mixer + "norm.weight", (inner,), 0.2, 1.0)
        w.linear(mixer + "out_proj", hidden, inner, c["use_bias"])
    w.add("backbone.norm_f.weight", (hidden,), 0.2, 1.0)
    if not c["tie_word_embeddings"]:
        w.linear("lm_head", c["vocab_size"], hidden, False)
    return w


def mamba2(c, w, name, y):
    heads, inner, numbers = c["num_heads"], c["num_heads"] * c["head_dim"], c["state_size"]
    z, mixed, steps = w.project(name + "in_proj", y).split([inner, inner + 2 * numbers, heads], -1)
    x, b, c_ = convolved(mixed, w[name + "conv1d.weight"], w[name + "conv1d.bias"]).split([inner, numbers, numbers], -1)
    x, delta, rate, skip = heads_of(x, heads), softplus(steps + w[name + "dt_bias"]).T, torch.exp(w[name + "A_log"]), w[name + "D"]

    def outputs(values):
        return torch.stack([recurrence(values[h], b, c_, delta[h], rate[h], skip[h]) for h in range(heads)])

    out = outputs(x)
    normed = rms_norm(side_by_side(out) * silu(z), w[name + "norm.weight"], c["layer_norm_epsilon"])
    units = torch.eye(len(y), dtype=torch.float64).expand(heads, -1, -1)
    return dict(q=c_[None], k=b[None], v=x, weights=outputs(units), head_out=out), w.project(name + "out_proj", normed)


def alone_run(c, w, ids, mask_mode, temperature):
    assert mask_mode != "bidirectional"
    record, epsilon = Recorder(), c["layer_norm_epsilon"]
    table = w["backbone.embeddings.weight"]
    x = table[ids]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"backbone.layers.{layer}."
        y = rms_norm(x, w[name + "norm.weight"], epsilon)
        if c["model_type"] == "mamba":
            arrays, written = mamba1(w, name + "mixer.", y, step_rank(c, "time_step_rank"), epsilon)
        else:
            arrays, written = mamba2(c, w, name + "mixer.", y)
        x = x + written
        record_layer(record, layer, x, arrays, written, torch.zeros_like(x))
    y = rms_norm(x, w["backbone.norm_f.weight"], epsilon)
    record["logits"] = y @ (table if c["tie_word_embeddings"] else w["lm_head.weight"]).T
    return record.arrays()


def falcon(**more):
    return {"architectures": ["FalconH1ForCausalLM"], "model_type": "falcon_h1", "hidden_size": 35, "num_attention_heads": 5,
            "num_key_value_heads": 1, "head_dim": 8, "num_hidden_layers": 2, "intermediate_size": 23, "vocab_size": VOCABULARY,
            "max_position_embeddings": CONTEXT, "hidden_act": "silu", "rms_norm_eps": 1e-5, "attention_bias": False, "mlp_bias": False,
            "tie_word_embeddings": False, "rope_theta": 100000000000.0, "rope_scaling": None, "mamba_d_ssm": 42, "mamba_n_heads": 6,
            "mamba_d_head": 7, "mamba_n_groups": 3, "mamba_d_state": 9, "mamba_d_conv": 4, "mamba_expand": 2, "mamba_chunk_size": 128,
            "mamba_conv_bias": True, "mamba_proj_bias": False, "mamba_rms_norm": False, "mamba_norm_before_gate": False,
            "mamba_use_mlp": True, "projectors_bias": False, "embedding_multiplier": 2.5, "lm_head_multiplier": 0.7,
            "key_multiplier": 0.4, "attention_in_multiplier": 1.3, "attention_out_multiplier": 0.9, "ssm_in_multiplier": 1.25,
            "ssm_out_multiplier": 0.6, "ssm_multipliers": [0.7, 0.8, 1.7, 1.4, 0.35], "mlp_multipliers": [0.88, 0.58], **more}


def jamba(**more):
    return {"architectures": ["JambaForCausalLM"], "model_type": "jamba", "hidden_size": 20, "num_attention_heads": 4,
            "num_key_value_heads": 2, "num_hidden_layers": 4, "intermediate_size": 19, "vocab_size": VOCABULARY,
            "max_position_embeddings": CONTEXT, "hidden_act": "silu", "rms_norm_eps": 1e-6, "tie_word_embeddings": False,
            "attn_layer_period": 3, "attn_layer_offset": 1, "expert_layer_period": 2, "expert_layer_offset": 1, "num_experts": 5,
            "num_experts_per_tok": 3, "sliding_window": None, "use_mamba_kernels": True, "mamba_d_state": 7, "mamba_d_conv": 4,
            "mamba_expand": 2, "mamba_dt_rank": "auto", "mamba_conv_bias": True, "mamba_proj_bias": False, **more}


def mamba(**more):
    return {"architectures": ["MambaForCausalLM"], "model_type": "mamba", "hidden_size": 18, "num_hidden_layers": 3,
            "vocab_size": VOCABULARY, "hidden_act": "silu", "layer_norm_epsilon": 1e-5, "expand": 2, "intermediate_size": 36, "state_size": 5, "conv_kernel": 4,
            "time_step_rank": "auto", "use_bias": False, "use_conv_bias": True, "residual_in_fp32": True,
            "tie_word_embeddings": True, **more}


MAMBA2 = {"architectures": ["Mamba2ForCausalLM"], "model_type": "mamba2", "hidden_size": 27, "num_hidden_layers": 2,
          "vocab_size": VOCABULARY, "hidden_act": "silu", "layer_norm_epsilon": 1e-5, "expand": 2, "num_heads": 6, "head_dim": 9, "state_size": 10, "n_groups": 1,
          "conv_kernel": 4, "use_bias": False, "use_conv_bias": True, "rms_norm": True, "tie_word_embeddings": False, "chunk_size": 256}
NORMED = falcon(hidden_size=36, num_attention_heads=4, num_key_value_heads=2, head_dim=10, mamba_d_ssm=None, mamba_n_heads=8,
                mamba_d_head="auto", mamba_n_groups=2, mamba_d_conv=3, mamba_conv_bias=False, mamba_proj_bias=True, projectors_bias=True,
                attention_bias=True, mlp_bias=True, mamba_rms_norm=True, mamba_norm_before_gate=True, tie_word_embeddings=True)
BAKED = falcon(num_hidden_layers=3, mamba_rms_norm=True, embedding_multiplier=2.0, lm_head_multiplier=0.5, key_multiplier=0.5,
               attention_in_multiplier=2.0, attention_out_multiplier=0.5, ssm_in_multiplier=0.5, ssm_out_multiplier=2.0,
               ssm_multipliers=[0.5, 2.0, 0.5, 4.0, 0.5], mlp_multipliers=[2.0, 0.5])
MODELS = {
    "falcon-h1-f32": (falcon(), "F32", falcon_weights, falcon_run),
    "falcon-h1-normed-bf16": (NORMED, "BF16", falcon_weights, falcon_run),
    "falcon-h1-baked-f32": (BAKED, "F32", falcon_weights, falcon_run),
    "jamba-f32": (jamba(), "F32", jamba_weights, jamba_run),
    "jamba-dense-bf16": (jamba(hidden_size=24, num_experts=1, mamba_dt_rank=3, mamba_conv_bias=False, mamba_proj_bias=True,
                               tie_word_embeddings=True, attn_layer_period=2, num_hidden_layers=3), "BF16", jamba_weights, jamba_run),
    "mamba-f32": (mamba(), "F32", alone_weights, alone_run),
    "mamba-untied-f16": (mamba(hidden_size=14, expand=3, intermediate_size=42, time_step_rank=4, use_bias=True, use_conv_bias=False,
                               conv_kernel=3, tie_word_embeddings=False), "F16", alone_weights, alone_run),
    "mamba2-f32": (MAMBA2, "F32", alone_weights, alone_run),
}
GGUF = ("falcon-h1-baked-f32", "jamba-f32", "mamba-f32", "mamba2-f32")
