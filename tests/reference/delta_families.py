# SPDX-License-Identifier: Apache-2.0
"""Hybrids of softmax and the gated delta rule for make_reference.py, by plain PyTorch formulas in float64: Qwen3-Next and the text models
of Qwen3.5.

Like the rest, this imports nothing of the program and does not look at how the program computes. A delta layer is run as the recurrence
it is, token by token, with its state; the attention hidden in it is read off that recurrence: what comes out for values that are unit
vectors, one token at a time. Layers differ, so arrays are recorded by layer: "2_q".
"""
import math

import torch

from make_reference import Recorder, Checkpoint, CONTEXT, allowed, attention, heads_of, rms_norm, side_by_side
from mixture_families import USUAL_PARTS, VOCABULARY, add_block, block, glue_experts


def silu(x):
    return x * torch.sigmoid(x)


def is_full(c, layer):
    kinds = c.get("layer_types")
    return kinds[layer] == "full_attention" if kinds else (layer + 1) % c.get("full_attention_interval", 4) == 0


def mixes_experts(c):
    return "num_experts" in c


def delta_weights(c, w, name):
    hidden, d = c["hidden_size"], c["linear_key_head_dim"]
    key_heads, heads, width = c["linear_num_key_heads"], c["linear_num_value_heads"], c["linear_conv_kernel_dim"]
    channels = (2 * key_heads + heads) * d
    if c["model_type"] == "qwen3_next":
        w.linear(name + "in_proj_qkvz", channels + heads * d, hidden, False)
        w.linear(name + "in_proj_ba", 2 * heads, hidden, False)
    else:
        for part, rows in (("qkv", channels), ("z", heads * d), ("b", heads), ("a", heads)):
            w.linear(f"{name}in_proj_{part}", rows, hidden, False)
    w.add(name + "conv1d.weight", (channels, 1, width), 0.9)
    w.add(name + "dt_bias", (heads,), 0.5, -1.0)
    w.add(name + "A_log", (heads,), 0.5, -1.5)
    w.add(name + "norm.weight", (d,), 0.2, 1.0)
    w.linear(name + "out_proj", hidden, heads * d, False)


def softmax_weights(c, w, name):
    hidden, d, bias = c["hidden_size"], c["head_dim"], c.get("attention_bias", False)
    w.linear(name + "q_proj", 2 * c["num_attention_heads"] * d, hidden, bias)
    w.linear(name + "k_proj", c["num_key_value_heads"] * d, hidden, bias)
    w.linear(name + "v_proj", c["num_key_value_heads"] * d, hidden, bias)
    w.linear(name + "o_proj", hidden, c["num_attention_heads"] * d, bias)
    for part in "qk":
        w.add(f"{name}{part}_norm.weight", (d,), 0.3, 0.4)


def make_weights(c, stored, root="model."):
    torch.manual_seed(17)  # a norm of small numbers makes rounding large: not every draw holds the limits that the other families hold
    w, hidden = Checkpoint(stored), c["hidden_size"]
    w.add(root + "embed_tokens.weight", (c["vocab_size"], hidden), 0.5 if c["tie_word_embeddings"] else 1.0)
    for layer in range(c["num_hidden_layers"]):
        name = f"{root}layers.{layer}."
        w.add(name + "input_layernorm.weight", (hidden,), 0.2)
        (softmax_weights if is_full(c, layer) else delta_weights)(c, w, name + ("self_attn." if is_full(c, layer) else "linear_attn."))
        w.add(name + "post_attention_layernorm.weight", (hidden,), 0.2)
        if not mixes_experts(c):
            add_block(w, name + "mlp.", USUAL_PARTS[2:], c["intermediate_size"], hidden)
            continue
        w.linear(name + "mlp.gate", c["num_experts"], hidden, False)
        for expert in range(c["num_experts"]):
            add_block(w, f"{name}mlp.experts.{expert}.", USUAL_PARTS[2:], c["moe_intermediate_size"], hidden)
        if c["model_type"] != "qwen3_next":
            glue_experts(w, name + "mlp.experts.", USUAL_PARTS[2:], c["num_experts"])
        add_block(w, name + "mlp.shared_expert.", USUAL_PARTS[2:], c["shared_expert_intermediate_size"], hidden)
        w.linear(name + "mlp.shared_expert_gate", 1, hidden, False)
    w.add(root + "norm.weight", (hidden,), 0.2)
    if not c["tie_word_embeddings"]:
        w.add("lm_head.weight", (c["vocab_size"], hidden), 0.4)
    return w


def delta_inputs(c, w, name, y):
    """Rows of q, k [key heads, d], v, z [heads, d], b, a [heads] for every token."""
    d, key_heads, heads = c["linear_key_head_dim"], c["linear_num_key_heads"], c["linear_num_value_heads"]
    tokens, each = len(y), heads // key_heads
    if c["model_type"] != "qwen3_next":
        q, k, v = w.project(name + "in_proj_qkv", y).split([key_heads * d, key_heads * d, heads * d], -1)
        return (q, k, v, *(w.project(f"{name}in_proj_{part}", y) for part in "zba"))
    mixed = w.project(name + "in_proj_qkvz", y).view(tokens, key_heads, -1)
    q, k, v, z = mixed.split([d, d, each * d, each * d], -1)
    b, a = w.project(name + "in_proj_ba", y).view(tokens, key_heads, -1).split([each, each], -1)
    return tuple(part.reshape(tokens, -1) for part in (q, k, v, z, b, a))


def convolved(x, kernel):
    """x [T, C], kernel [C, 1, width]; a token sees itself with the last number and those before it with the ones before."""
    width = kernel.shape[-1]
    padded = torch.cat([torch.zeros(width - 1, x.shape[1], dtype=x.dtype), x])
    return silu(torch.stack([(padded[t : t + width].T * kernel[:, 0]).sum(-1) for t in range(len(x))]))


def recurrence(q, k, v, beta, log_g):
    """One head: q, k [T, d], v [T, n] -> [T, n], S_t [n, d] from token to token."""
    state, outputs = torch.zeros(v.shape[1], q.shape[1], dtype=q.dtype), []
    for t in range(len(q)):
        state = state * torch.exp(log_g[t])
        state = state + beta[t] * torch.outer(v[t] - state @ k[t], k[t])
        outputs.append(state @ q[t])
    return torch.stack(outputs)


def delta_attention(c, w, name, y):
    d, key_heads, heads = c["linear_key_head_dim"], c["linear_num_key_heads"], c["linear_num_value_heads"]
    q, k, v, z, b, a = delta_inputs(c, w, name, y)
    q, k, v = convolved(torch.cat([q, k, v], -1), w[name + "conv1d.weight"]).split([key_heads * d, key_heads * d, heads * d], -1)
    q, k, v, z = heads_of(q, key_heads), heads_of(k, key_heads), heads_of(v, heads), heads_of(z, heads)
    q, k = (part / torch.sqrt((part * part).sum(-1, keepdim=True) + 1e-6) for part in (q, k))
    q, k = (part.repeat_interleave(heads // key_heads, 0) for part in (q, k))
    beta = torch.sigmoid(b).T
    log_g = (-torch.exp(w[name + "A_log"]) * torch.log(1 + torch.exp(a + w[name + "dt_bias"]))).T
    scale = 1 / math.sqrt(d)
    out = torch.stack([recurrence(q[h], k[h], v[h], beta[h], log_g[h]) * scale for h in range(heads)])
    ones = torch.eye(len(y), dtype=torch.float64)
    weights = torch.stack([recurrence(q[h], k[h], ones, beta[h], log_g[h]) * scale for h in range(heads)])
    normed = rms_norm(out, w[name + "norm.weight"], c["rms_norm_eps"]) * silu(z)
    return dict(q=q, k=k, v=v, weights=weights, head_out=out), w.project(name + "out_proj", side_by_side(normed))


def turned(x, theta):
    """Leading 2·len(theta) dimensions of every head, half-split pairs."""
    half = len(theta)
    angle = torch.arange(x.shape[1], dtype=torch.float64)[:, None] * theta
    pair = torch.complex(x[..., :half], x[..., half : 2 * half]) * torch.polar(torch.ones_like(angle), angle)
    return torch.cat([pair.real, pair.imag, x[..., 2 * half :]], -1)


def softmax_attention(c, w, name, y, temperature):
    heads, d = c["num_attention_heads"], c["head_dim"]
    mixed = w.project(name + "q_proj", y).view(len(y), heads, 2, d)
    q, gate = mixed[:, :, 0].transpose(0, 1), mixed[:, :, 1].transpose(0, 1)
    k, v = (heads_of(w.project(f"{name}{part}_proj", y), c["num_key_value_heads"]) for part in "kv")
    q, k = (rms_norm(part, 1 + w[f"{name}{which}_norm.weight"], c["rms_norm_eps"]) for part, which in ((q, "q"), (k, "k")))
    rope = c.get("rope_parameters") or c
    width = int(d * rope.get("partial_rotary_factor", 0.25))
    theta = rope["rope_theta"] ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    q, k = turned(q, theta), turned(k, theta)
    scores, weights, out = attention(q, k, v, allowed(len(y), True, 0), temperature)
    gated = out * torch.sigmoid(gate)
    return dict(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out), w.project(name + "o_proj", side_by_side(gated))


def mixture(c, w, name, y):
    probabilities = torch.softmax(w.project(name + "gate", y), -1)
    shared = block(y, *(w[f"{name}shared_expert.{part}.weight"] for part in USUAL_PARTS[2:]))
    written = shared * torch.sigmoid(w.project(name + "shared_expert_gate", y))
    for token, row in enumerate(probabilities.tolist()):
        best = sorted(range(len(row)), key=lambda number: (-row[number], number))[: c["num_experts_per_tok"]]
        for number in best:
            if name + "experts.gate_up_proj" in w.tensors:
                gate, up = w[name + "experts.gate_up_proj"][number].chunk(2)
                parts = gate, up, w[name + "experts.down_proj"][number]
            else:
                parts = [w[f"{name}experts.{number}.{part}.weight"] for part in USUAL_PARTS[2:]]
            written[token] = written[token] + row[number] / sum(row[each] for each in best) * block(y[token], *parts)
    return written


def run(c, w, ids, mask_mode, temperature, root="model."):
    assert mask_mode != "bidirectional"
    record, epsilon = Recorder(), c["rms_norm_eps"]
    x = w[root + "embed_tokens.weight"][ids]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"{root}layers.{layer}."
        y = rms_norm(x, 1 + w[name + "input_layernorm.weight"], epsilon)
        if is_full(c, layer):
            arrays, written = softmax_attention(c, w, name + "self_attn.", y, temperature)
        else:
            arrays, written = delta_attention(c, w, name + "linear_attn.", y)
        x = x + written
        y = rms_norm(x, 1 + w[name + "post_attention_layernorm.weight"], epsilon)
        if mixes_experts(c):
            inner = mixture(c, w, name + "mlp.", y)
        else:
            inner = block(y, *(w[f"{name}mlp.{part}.weight"] for part in USUAL_PARTS[2:]))
        x = x + inner
        for tensor, numbers in arrays.items():
            record[f"{layer}_{tensor}"] = numbers
        record.layer(residual=x, attention_output=written, feed_forward_output=inner)
    y = rms_norm(x, 1 + w[root + "norm.weight"], epsilon)
    record["logits"] = y @ w[root + "embed_tokens.weight" if c["tie_word_embeddings"] else "lm_head.weight"].T
    return record.arrays()


def of_text(c):
    """What the wrapper of a model that reads pictures, too, says of its text."""
    return {**c["text_config"], "tie_word_embeddings": c["tie_word_embeddings"]}


def wrapped_weights(c, stored):
    return make_weights(of_text(c), stored, "model.language_model.")


def wrapped_run(c, w, *case):
    return run(of_text(c), w, *case, root="model.language_model.")


def config(kind, architecture, hidden, **more):
    return {"architectures": [architecture], "model_type": kind, "hidden_size": hidden, "num_attention_heads": 4,
            "num_key_value_heads": 2, "head_dim": 16, "num_hidden_layers": 4, "intermediate_size": 45, "vocab_size": VOCABULARY,
            "max_position_embeddings": CONTEXT, "hidden_act": "silu", "rms_norm_eps": 1e-6, "tie_word_embeddings": False,
            "linear_conv_kernel_dim": 4, "linear_key_head_dim": 7, "linear_value_head_dim": 7, "linear_num_key_heads": 3,
            "linear_num_value_heads": 6, **more}


MIXTURE = {"num_experts": 5, "num_experts_per_tok": 3, "moe_intermediate_size": 19, "shared_expert_intermediate_size": 23}
MROPE = {"rope_type": "default", "rope_theta": 10000000.0, "partial_rotary_factor": 0.25, "mrope_interleaved": True,
         "mrope_section": [1, 1, 0]}
WRAPPED = config("qwen3_5_text", "Qwen3_5ForCausalLM", 30, num_attention_heads=3, num_key_value_heads=1, head_dim=24,
                 linear_num_key_heads=2, linear_num_value_heads=4, linear_key_head_dim=9, linear_value_head_dim=9,
                 num_hidden_layers=3, layer_types=["linear_attention", "full_attention", "linear_attention"],
                 rope_parameters={**MROPE, "mrope_section": [1, 1, 1]}, attn_output_gate=True)
WAYS = [("as_trained", 1.0), ("causal", 1.0), ("as_trained", 0.6)]  # nothing that has a state looks both ways
MODELS = {
    "qwen3-next-f32": (config("qwen3_next", "Qwen3NextForCausalLM", 37, **MIXTURE, norm_topk_prob=True, decoder_sparse_step=1,
                              mlp_only_layers=[], rope_theta=10000000, partial_rotary_factor=0.25), "F32", make_weights, run),
    "qwen3-5-dense-bf16": ({**{key: value for key, value in WRAPPED.items() if key not in ("architectures", "model_type")},
                            "architectures": ["Qwen3_5ForCausalLM"], "model_type": "qwen3_5_text"}, "BF16", make_weights, run),
    "qwen3-5-moe-f16": (config("qwen3_5_moe_text", "Qwen3_5MoeForCausalLM", 33, **MIXTURE, linear_conv_kernel_dim=3,
                               linear_num_key_heads=6, num_hidden_layers=3,
                               layer_types=["full_attention", "linear_attention", "full_attention"],
                               rope_parameters=MROPE, tie_word_embeddings=True), "F16", make_weights, run),
    "qwen3-5-wrapped-f32": ({"architectures": ["Qwen3_5ForConditionalGeneration"], "model_type": "qwen3_5", "vocab_size": VOCABULARY,
                             "tie_word_embeddings": True, "text_config": WRAPPED, "vision_config": {"depth": 1}}, "F32",
                            wrapped_weights, wrapped_run),
}
GGUF = ["qwen3-next-f32", "qwen3-5-dense-bf16", "qwen3-5-moe-f16"]
