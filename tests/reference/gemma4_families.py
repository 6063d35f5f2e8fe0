# SPDX-License-Identifier: Apache-2.0
"""Gemma 4 for make_reference.py, by plain PyTorch formulas in float64: two kinds of layers with widths of their own, keys that are
values, keys that later layers share, a row of its own for each token in each layer, experts beside the dense block.

Like the rest, this imports nothing of the program and does not look at how the program computes. Layers differ, so arrays are recorded
by layer: "2_q". What the tokens' rows add is recorded as a part of what the feed-forward writes.
"""
import math

import torch

from gated_families import attend
from make_reference import ACTIVATIONS, CONTEXT, Checkpoint, Recorder, allowed, heads_of, rms_norm, side_by_side
from mixture_families import VOCABULARY

gelu = ACTIVATIONS["gelu_new"]


def is_far(c, layer):
    return c["layer_types"][layer] == "full_attention"


def first_shared(c):
    """Of the whole model: the lens ends it earlier."""
    return len(c["layer_types"]) - c["num_kv_shared_layers"]


def source(c, layer):
    """The layer whose keys and values a layer reads."""
    if layer < first_shared(c):
        return layer
    return max(at for at in range(first_shared(c)) if c["layer_types"][at] == c["layer_types"][layer])


def width(c, layer):
    return c["global_head_dim"] if is_far(c, layer) else c["head_dim"]


def keys_are_values(c, layer):
    return is_far(c, layer) and c["attention_k_eq_v"]


def key_heads(c, layer):
    own = c.get("num_global_key_value_heads")
    return own if keys_are_values(c, layer) and own else c["num_key_value_heads"]


def inner(c, layer):
    return c["intermediate_size"] * (2 if c["use_double_wide_mlp"] and layer >= first_shared(c) else 1)


def add_layer(c, w, layer, name):
    hidden, d, heads = c["hidden_size"], width(c, layer), c["num_attention_heads"]

    def norm(part, count=hidden, mean=1.1):
        w.add(name + part + ".weight", (count,), 0.3 * mean / 1.1, mean)

    for part in ("input", "pre_feedforward"):
        norm(part + "_layernorm")
    # What blocks write is small beside the stream, lest rounding grows from layer to layer: every block makes its output anew of
    # length one, and float32 itself was 2e-3 away from float64 where all of it was let through.
    for part in ("post_attention", "post_feedforward"):
        norm(part + "_layernorm", mean=0.4)
    w.linear(name + "self_attn.q_proj", heads * d, hidden, c["attention_bias"])
    norm("self_attn.q_norm", d, 0.3)  # scores are not scaled: near those of other families, lest rounding grows in them
    w.linear(name + "self_attn.o_proj", hidden, heads * d, c["attention_bias"])
    # Files hold keys of layers that share some, too; nobody reads them.
    if layer < first_shared(c) or c.get("written_anyway"):
        w.linear(name + "self_attn.k_proj", key_heads(c, layer) * d, hidden, c["attention_bias"])
        norm("self_attn.k_norm", d)
        if not keys_are_values(c, layer):
            w.linear(name + "self_attn.v_proj", key_heads(c, layer) * d, hidden, c["attention_bias"])
    for part in ("gate_proj", "up_proj"):
        w.linear(name + "mlp." + part, inner(c, layer), hidden, False)
    w.linear(name + "mlp.down_proj", hidden, inner(c, layer), False)
    w.add(name + "layer_scalar", (1,), 0.2, 0.8)
    if c["enable_moe_block"]:
        experts, expert = c["num_experts"], c["moe_intermediate_size"]
        w.linear(name + "router.proj", experts, hidden, False)
        w.add(name + "router.scale", (hidden,), 2.0, 4.0)
        w.add(name + "router.per_expert_scale", (experts,), 0.3, 1.2)
        w.add(name + "experts.gate_up_proj", (experts, 2 * expert, hidden), 1.3 / math.sqrt(hidden))
        w.add(name + "experts.down_proj", (experts, hidden, expert), 1.3 / math.sqrt(expert))
        for part in ("pre_feedforward_layernorm_2", "post_feedforward_layernorm_1", "post_feedforward_layernorm_2"):
            norm(part)
    if c["hidden_size_per_layer_input"]:
        # Small, so that not all of a few numbers are at the far end of GELU: what they bring is divided by its own root mean square.
        w.add(name + "per_layer_input_gate.weight", (c["hidden_size_per_layer_input"], hidden), 0.25 / math.sqrt(hidden))
        w.linear(name + "per_layer_projection", hidden, c["hidden_size_per_layer_input"], False)
        norm("post_per_layer_input_norm", mean=0.4)


def make_weights(c, stored, root="model."):
    torch.manual_seed(29)
    w, hidden, row = Checkpoint(stored), c["hidden_size"], c["hidden_size_per_layer_input"]
    w.add(root + "embed_tokens.weight", (c["vocab_size"], hidden), 0.3)
    for layer in range(c["num_hidden_layers"]):
        add_layer(c, w, layer, f"{root}layers.{layer}.")
    w.add(root + "norm.weight", (hidden,), 0.3, 1.1)
    if row:
        layers = c["num_hidden_layers"]
        w.add(root + "embed_tokens_per_layer.weight", (c["vocab_size_per_layer_input"], layers * row), 0.4)
        w.linear(root + "per_layer_model_projection", layers * row, hidden, False)
        w.add(root + "per_layer_projection_norm.weight", (row,), 0.3, 1.1)
    return w


def turned(c, x, layer):
    """Half-split pairs of the whole head; in layers that see everything the first ones alone turn, as fast as among all of them."""
    rope = c["rope_parameters"]["full_attention" if is_far(c, layer) else "sliding_attention"]
    d, pairs = x.shape[-1], x.shape[-1] // 2
    theta = rope["rope_theta"] ** (-torch.arange(pairs, dtype=torch.float64) * 2 / d)
    if rope["rope_type"] == "proportional":
        theta[int(rope["partial_rotary_factor"] * d // 2):] = 0
        theta = theta / rope.get("factor", 1.0)
    angle = torch.arange(x.shape[1], dtype=torch.float64)[:, None] * theta
    turn = torch.complex(x[..., :pairs], x[..., pairs:]) * torch.polar(torch.ones_like(angle), angle)
    return torch.cat([turn.real, turn.imag], -1)


def keys_and_values(c, w, layer, name, y):
    epsilon = c["rms_norm_eps"]
    k = heads_of(w.project(name + "k_proj", y), key_heads(c, layer))
    v = k if keys_are_values(c, layer) else heads_of(w.project(name + "v_proj", y), key_heads(c, layer))
    ones = torch.ones(v.shape[-1], dtype=torch.float64)
    return turned(c, rms_norm(k, w[name + "k_norm.weight"], epsilon), layer), rms_norm(v, ones, epsilon)


def gated(y, gate, up, down):
    return (gelu(y @ gate.T) * (y @ up.T)) @ down.T


def experts(c, w, name, x, record):
    """What is written beside the dense block, of the stream as attention leaves it."""
    epsilon = c["rms_norm_eps"]
    asked = rms_norm(x, w[name + "router.scale"], epsilon) / math.sqrt(c["hidden_size"])
    probabilities = torch.softmax(w.project(name + "router.proj", asked), -1)
    read = rms_norm(x, w[name + "pre_feedforward_layernorm_2.weight"], epsilon)
    written, gates = torch.zeros_like(x), torch.zeros_like(probabilities)
    factors = w[name + "router.per_expert_scale"]
    for token, row in enumerate(probabilities.tolist()):
        best = sorted(range(len(row)), key=lambda number: (-row[number], number))[: c["top_k_experts"]]
        for number in best:
            gate, up = w[name + "experts.gate_up_proj"][number].chunk(2)
            gates[token, number] = row[number] / sum(row[each] for each in best) * factors[number]
            written[token] += gates[token, number] * gated(read[token], gate, up, w[name + "experts.down_proj"][number])
    record.layer(router=probabilities, gates=gates)
    return rms_norm(written, w[name + "post_feedforward_layernorm_2.weight"], epsilon)


def feed_forward(c, w, name, x, record):
    epsilon = c["rms_norm_eps"]
    y = rms_norm(x, w[name + "pre_feedforward_layernorm.weight"], epsilon)
    written = gated(y, *(w[f"{name}mlp.{part}_proj.weight"] for part in ("gate", "up", "down")))
    if c["enable_moe_block"]:
        written = rms_norm(written, w[name + "post_feedforward_layernorm_1.weight"], epsilon) + experts(c, w, name, x, record)
    return rms_norm(written, w[name + "post_feedforward_layernorm.weight"], epsilon)


def rows_of(c, w, root, ids):
    """[layers, T, P] what each token brings into each layer."""
    row, layers = c["hidden_size_per_layer_input"], len(c["layer_types"])
    table = w[root + "embed_tokens_per_layer.weight"][ids].view(len(ids), layers, row) * math.sqrt(row)
    embedding = w[root + "embed_tokens.weight"][ids] * math.sqrt(c["hidden_size"])
    made = w.project(root + "per_layer_model_projection", embedding).view(len(ids), layers, row) / math.sqrt(c["hidden_size"])
    made = rms_norm(made, w[root + "per_layer_projection_norm.weight"], c["rms_norm_eps"])
    return ((made + table) / math.sqrt(2)).transpose(0, 1)


def run(c, w, ids, mask_mode, temperature, root="model."):
    epsilon, heads = c["rms_norm_eps"], c["num_attention_heads"]
    record, kept = Recorder(), {}
    x = w[root + "embed_tokens.weight"][ids] * math.sqrt(c["hidden_size"])
    rows = rows_of(c, w, root, ids) if c["hidden_size_per_layer_input"] else None
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"{root}layers.{layer}."
        y = rms_norm(x, w[name + "input_layernorm.weight"], epsilon)
        q = heads_of(w.project(name + "self_attn.q_proj", y), heads)
        q = turned(c, rms_norm(q, w[name + "self_attn.q_norm.weight"], epsilon), layer)
        if source(c, layer) == layer:
            kept[layer] = keys_and_values(c, w, layer, name + "self_attn.", y)
        k, v = kept[source(c, layer)]
        mask = allowed(len(ids), mask_mode != "bidirectional", 0 if is_far(c, layer) else c["sliding_window"])
        scores, weights, out = attend(q, k, v, mask, temperature, 1.0, None)
        written = w.project(name + "self_attn.o_proj", side_by_side(out))
        written = rms_norm(written, w[name + "post_attention_layernorm.weight"], epsilon)
        x = x + written
        added = feed_forward(c, w, name, x, record)
        if rows is not None:
            asked = gelu(w.project(name + "per_layer_input_gate", x + added)) * rows[layer]
            brought = w.project(name + "per_layer_projection", asked)
            added = added + rms_norm(brought, w[name + "post_per_layer_input_norm.weight"], epsilon)
        x = (x + added) * w[name + "layer_scalar"]
        for tensor, numbers in dict(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out).items():
            record[f"{layer}_{tensor}"] = numbers
        record.layer(residual=x, attention_output=written, feed_forward_output=added)
    logits = rms_norm(x, w[root + "norm.weight"], epsilon) @ w[root + "embed_tokens.weight"].T
    cap = c.get("final_logit_softcapping")
    record["logits"] = cap * torch.tanh(logits / cap) if cap else logits
    return record.arrays()


def of_text(c):
    return {**c["text_config"], "tie_word_embeddings": c["tie_word_embeddings"]}


def wrapped_weights(c, stored):
    return make_weights(of_text(c), stored, "model.language_model.")


def wrapped_run(c, w, *case):
    return run(of_text(c), w, *case, root="model.language_model.")


NEAR, FAR = "sliding_attention", "full_attention"
TURNS = {"full_attention": {"rope_type": "proportional", "rope_theta": 1000000.0, "partial_rotary_factor": 0.25},
         "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}


def config(hidden, types, **more):
    return {"architectures": ["Gemma4ForCausalLM"], "model_type": "gemma4_text", "hidden_size": hidden, "num_attention_heads": 6,
            "num_key_value_heads": 3, "head_dim": 10, "global_head_dim": 16, "num_hidden_layers": len(types), "layer_types": types,
            "intermediate_size": 27, "vocab_size": VOCABULARY, "vocab_size_per_layer_input": VOCABULARY,
            "max_position_embeddings": CONTEXT, "hidden_activation": "gelu_pytorch_tanh", "rms_norm_eps": 1e-6,
            "sliding_window": 7, "rope_parameters": TURNS, "final_logit_softcapping": 5.0, "attention_bias": False,
            "attention_k_eq_v": False, "num_kv_shared_layers": 0, "use_double_wide_mlp": False, "enable_moe_block": False,
            "hidden_size_per_layer_input": 0, "use_bidirectional_attention": None, "tie_word_embeddings": True, **more}


DENSE = config(35, [NEAR, NEAR, FAR, NEAR, FAR], attention_k_eq_v=True, num_global_key_value_heads=2)
SMALL = config(33, [NEAR, FAR, NEAR, NEAR, FAR, NEAR, FAR], num_key_value_heads=2, num_kv_shared_layers=3, use_double_wide_mlp=True,
               hidden_size_per_layer_input=9, written_anyway=True)
MIXED = config(36, [NEAR, FAR, NEAR, FAR], enable_moe_block=True, num_experts=5, top_k_experts=3, moe_intermediate_size=19,
               attention_k_eq_v=True, num_global_key_value_heads=1, final_logit_softcapping=None,
               use_bidirectional_attention="vision")
WRAPPED = {"architectures": ["Gemma4ForConditionalGeneration"], "model_type": "gemma4", "tie_word_embeddings": True,
           "vocab_size": VOCABULARY, "vision_config": None, "audio_config": None,
           "text_config": config(30, [NEAR, FAR, NEAR, FAR], num_kv_shared_layers=2, hidden_size_per_layer_input=6,
                                 attention_bias=True, rope_parameters={**TURNS, FAR: {**TURNS[FAR], "factor": 2.0}})}
MODELS = {
    "gemma4-dense-f32": (DENSE, "F32", make_weights, run),
    "gemma4-shared-f16": (SMALL, "F16", make_weights, run),
    "gemma4-mixture-f32": (MIXED, "F32", make_weights, run),
    "gemma4-wrapped-bf16": (WRAPPED, "BF16", wrapped_weights, wrapped_run),
}
GGUF = ["gemma4-dense-f32", "gemma4-shared-f16", "gemma4-mixture-f32"]
