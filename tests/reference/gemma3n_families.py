# SPDX-License-Identifier: Apache-2.0
"""Gemma 3n for make_reference.py, by plain PyTorch formulas in float64: several streams that each layer predicts and corrects, a
low-rank path beside attention, gates that let only their largest numbers through, rows that tokens bring into layers, keys that later
layers share.

Like the rest, this imports nothing of the program and does not look at how the program computes. Layers differ, so arrays are recorded
by layer: "2_q". The residual recorded is the first stream, at the end the one that all are joined to; the others stand in
"other_streams". "cut_logits" are those of runs in which one head of each layer puts out nothing.
"""
import math

import torch

from gated_families import attend
from make_reference import ACTIVATIONS, CONTEXT, Checkpoint, Recorder, allowed, heads_of, rms_norm, side_by_side
from mixture_families import VOCABULARY

gelu = ACTIVATIONS["gelu_new"]
NEAR, FAR = "sliding_attention", "full_attention"


def first_shared(c):
    """Of the whole model: the lens ends it earlier."""
    return len(c["layer_types"]) - c["num_kv_shared_layers"]


def source(c, layer):
    """The layer whose keys and values a layer reads."""
    if layer < first_shared(c):
        return layer
    return max(at for at in range(first_shared(c)) if c["layer_types"][at] == c["layer_types"][layer])


def inner(c, layer):
    widths = c["intermediate_size"]
    return widths[layer] if isinstance(widths, list) else widths


def add_layer(c, w, layer, name):
    hidden, d, heads, streams = c["hidden_size"], c["head_dim"], c["num_attention_heads"], c["altup_num_inputs"]

    def norm(part, count=hidden, mean=1.1):
        w.add(name + part + ".weight", (count,), 0.3 * mean / 1.1, mean)

    for part in ("input", "pre_feedforward"):
        norm(part + "_layernorm")
    # What blocks write is small beside the stream, as in gemma4_families.py, lest rounding grows from layer to layer.
    for part in ("post_attention", "post_feedforward"):
        norm(part + "_layernorm", mean=0.4)
    w.linear(name + "self_attn.q_proj", heads * d, hidden, c["attention_bias"])
    norm("self_attn.q_norm", d, 0.3)
    w.linear(name + "self_attn.o_proj", hidden, heads * d, c["attention_bias"])
    w.linear(name + "self_attn.k_proj", c["num_key_value_heads"] * d, hidden, c["attention_bias"])  # of all layers, read or not
    norm("self_attn.k_norm", d)
    w.linear(name + "self_attn.v_proj", c["num_key_value_heads"] * d, hidden, c["attention_bias"])
    for part in ("gate_proj", "up_proj"):
        w.linear(name + "mlp." + part, inner(c, layer), hidden, False)
    w.linear(name + "mlp.down_proj", hidden, inner(c, layer), False)
    row = c["hidden_size_per_layer_input"]
    w.add(name + "per_layer_input_gate.weight", (row, hidden), 0.25 / math.sqrt(hidden))
    w.linear(name + "per_layer_projection", hidden, row, False)
    norm("post_per_layer_input_norm", mean=0.4)
    w.linear(name + "laurel.linear_left", c["laurel_rank"], hidden, False)
    w.linear(name + "laurel.linear_right", hidden, c["laurel_rank"], False)
    norm("laurel.post_laurel_norm", mean=0.4)
    # The router reads the norm ÷ D: as large as this, its numbers reach where tanh bends.
    w.add(name + "altup.modality_router.weight", (streams, hidden), 0.7 * math.sqrt(hidden))
    norm("altup.router_norm")
    w.add(name + "altup.prediction_coefs.weight", (streams**2, streams), 0.12)
    w.add(name + "altup.correction_coefs.weight", (streams, streams), 0.3)
    w.add(name + "altup.correct_output_scale", (hidden,), 0.3, 0.9)


def make_weights(c, stored, root="model."):
    torch.manual_seed(31)
    w, hidden, row, layers = Checkpoint(stored), c["hidden_size"], c["hidden_size_per_layer_input"], c["num_hidden_layers"]
    w.add(root + "embed_tokens.weight", (c["vocab_size"], hidden), 0.3)
    for layer in range(layers):
        add_layer(c, w, layer, f"{root}layers.{layer}.")
    w.add(root + "norm.weight", (hidden,), 0.3, 1.1)
    w.add(root + "embed_tokens_per_layer.weight", (c["vocab_size_per_layer_input"], layers * row), 0.4)
    w.linear(root + "per_layer_model_projection", layers * row, hidden, False)
    w.add(root + "per_layer_projection_norm.weight", (row,), 0.3, 1.1)
    for part in ("altup_projections", "altup_unembed_projections"):
        for index in range(c["altup_num_inputs"] - 1):
            w.linear(f"{root}{part}.{index}", hidden, hidden, False)
    return w


def turned(c, x, layer):
    """Half-split pairs of the whole head, with a base for each kind of layer."""
    base = c["rope_theta"] if c["layer_types"][layer] == FAR else c["rope_local_base_freq"]
    d, pairs = x.shape[-1], x.shape[-1] // 2
    theta = base ** (-torch.arange(pairs, dtype=torch.float64) * 2 / d)
    angle = torch.arange(x.shape[1], dtype=torch.float64)[:, None] * theta
    turn = torch.complex(x[..., :pairs], x[..., pairs:]) * torch.polar(torch.ones_like(angle), angle)
    return torch.cat([turn.real, turn.imag], -1)


def rows_of(c, w, root, ids):
    """[layers, T, P] what each token brings into each layer."""
    row, layers = c["hidden_size_per_layer_input"], len(c["layer_types"])
    table = w[root + "embed_tokens_per_layer.weight"][ids].view(len(ids), layers, row) * math.sqrt(row)
    embedding = w[root + "embed_tokens.weight"][ids] * math.sqrt(c["hidden_size"])
    made = w.project(root + "per_layer_model_projection", embedding).view(len(ids), layers, row) / math.sqrt(c["hidden_size"])
    made = rms_norm(made, w[root + "per_layer_projection_norm.weight"], c["rms_norm_eps"])
    return ((made + table) / math.sqrt(2)).transpose(0, 1)


def as_long_as(x, like):
    """Rows of x, made as long as those of `like`."""
    least = torch.full_like(x[..., :1], 1e-5)
    return x * (like * like).mean(-1, keepdim=True).sqrt() / torch.maximum((x * x).mean(-1, keepdim=True), least).sqrt()


def routed(c, w, name, x):
    """[T, S]"""
    asked = rms_norm(x, w[name + "altup.router_norm.weight"], c["rms_norm_eps"]) / c["hidden_size"]
    return torch.tanh(w.project(name + "altup.modality_router", asked))


def predicted(c, w, name, x):
    """x [S, T, D]"""
    count = c["altup_num_inputs"]
    mixes = w.project(name + "altup.prediction_coefs", routed(c, w, name, x[0])).view(-1, count, count)
    return x + torch.einsum("tij,jtd->itd", mixes, x)


def corrected(c, w, name, p, y):
    matrix, clip = w[name + "altup.correction_coefs.weight"], c.get("altup_coef_clip")
    matrix = matrix if clip is None else matrix.clamp(-clip, clip)
    return p + (1 + routed(c, w, name, y) @ matrix.T).T[:, :, None] * (y - p[0])


def feed_forward(c, w, name, layer, x):
    y = rms_norm(x, w[name + "pre_feedforward_layernorm.weight"], c["rms_norm_eps"])
    gate, share = w.project(name + "mlp.gate_proj", y), c["activation_sparsity_pattern"][layer]
    if share > 0:
        standard = math.sqrt(2) * torch.erfinv(torch.tensor(2 * share - 1, dtype=torch.float64))
        gate = torch.relu(gate - gate.mean(-1, keepdim=True) - standard * gate.std(-1, unbiased=False, keepdim=True))
    written = w.project(name + "mlp.down_proj", gelu(gate) * w.project(name + "mlp.up_proj", y))
    return rms_norm(written, w[name + "post_feedforward_layernorm.weight"], c["rms_norm_eps"])


def beside_attention(c, w, name, y):
    written = w.project(name + "laurel.linear_right", w.project(name + "laurel.linear_left", y))
    return y + rms_norm(written, w[name + "laurel.post_laurel_norm.weight"], c["rms_norm_eps"])


def joined(c, w, root, x):
    back = [as_long_as(w.project(f"{root}altup_unembed_projections.{index - 1}", x[index]), x[0]) for index in range(1, len(x))]
    return torch.stack([x[0], *back]).mean(0)


def run_with(c, w, ids, mask_mode, temperature, root, cut=None):
    """`cut`: (layer, head) of a head that puts out nothing."""
    epsilon, heads, count = c["rms_norm_eps"], c["num_attention_heads"], c["altup_num_inputs"]
    record, kept = Recorder(), {}
    first = w[root + "embed_tokens.weight"][ids] * math.sqrt(c["hidden_size"])
    rows = rows_of(c, w, root, ids)
    x = torch.stack([first] + [as_long_as(w.project(f"{root}altup_projections.{index}", first), first)
                               for index in range(count - 1)])
    for layer in range(c["num_hidden_layers"]):
        record.layer(residual=x[0], other_streams=x[1:])
        name = f"{root}layers.{layer}."
        p = predicted(c, w, name, x)
        y = rms_norm(p[0], w[name + "input_layernorm.weight"], epsilon)
        q = heads_of(w.project(name + "self_attn.q_proj", y), heads)
        q = turned(c, rms_norm(q, w[name + "self_attn.q_norm.weight"], epsilon), layer)
        if source(c, layer) == layer:
            k = heads_of(w.project(name + "self_attn.k_proj", y), c["num_key_value_heads"])
            k = turned(c, rms_norm(k, w[name + "self_attn.k_norm.weight"], epsilon), layer)
            v = heads_of(w.project(name + "self_attn.v_proj", y), c["num_key_value_heads"])
            kept[layer] = k, rms_norm(v, torch.ones(v.shape[-1], dtype=torch.float64), epsilon)
        k, v = kept[source(c, layer)]
        window = c["sliding_window"] if c["layer_types"][layer] == NEAR else 0
        mask = allowed(len(ids), mask_mode != "bidirectional", window)
        scores, weights, out = attend(q, k, v, mask, temperature, 1.0, None)
        if cut and cut[0] == layer:
            out = out.clone()
            out[cut[1]] = 0
        written = w.project(name + "self_attn.o_proj", side_by_side(out))
        written = rms_norm(written, w[name + "post_attention_layernorm.weight"], epsilon)
        made = (p[0] + written + beside_attention(c, w, name, y)) / math.sqrt(2)
        added = feed_forward(c, w, name, layer, made)
        x = corrected(c, w, name, p, made + added)
        asking = x[0] * w[name + "altup.correct_output_scale"] if c["altup_correct_scale"] else x[0]
        asked = gelu(w.project(name + "per_layer_input_gate", asking)) * rows[layer]
        brought = w.project(name + "per_layer_projection", asked)
        brought = rms_norm(brought, w[name + "post_per_layer_input_norm.weight"], epsilon)
        x = torch.cat([x[:1], x[1:] + brought])
        for tensor, numbers in dict(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out).items():
            record[f"{layer}_{tensor}"] = numbers
        record.layer(attention_output=written, feed_forward_output=added)
    last = joined(c, w, root, x)
    record.layer(residual=last)
    logits = rms_norm(last, w[root + "norm.weight"], epsilon) @ w[root + "embed_tokens.weight"].T
    cap = c.get("final_logit_softcapping")
    record["logits"] = cap * torch.tanh(logits / cap) if cap else logits
    return record


def run(c, w, ids, mask_mode, temperature, root="model."):
    record = run_with(c, w, ids, mask_mode, temperature, root)
    heads = c["num_attention_heads"]
    cuts = [run_with(c, w, ids, mask_mode, temperature, root, (layer, layer % heads))["logits"]
            for layer in range(c["num_hidden_layers"])]
    if cuts:
        record["cut_logits"] = torch.stack(cuts)
    return record.arrays()


def wrapped_weights(c, stored):
    w = make_weights(c["text_config"], stored, "model.language_model.")
    for other in ("vision_tower.patches", "audio_tower.frames", "embed_vision.embedding", "embed_audio.embedding"):
        w.add(f"model.{other}.weight", (3, 5), 1.0)
    return w


def wrapped_run(c, w, *case):
    return run(c["text_config"], w, *case, root="model.language_model.")


def config(hidden, types, **more):
    return {"architectures": ["Gemma3nForCausalLM"], "model_type": "gemma3n_text", "hidden_size": hidden, "num_attention_heads": 6,
            "num_key_value_heads": 3, "head_dim": 10, "num_hidden_layers": len(types), "layer_types": types,
            "intermediate_size": 27, "vocab_size": VOCABULARY, "vocab_size_per_layer_input": VOCABULARY,
            "max_position_embeddings": CONTEXT, "hidden_activation": "gelu_pytorch_tanh", "rms_norm_eps": 1e-6,
            "sliding_window": 7, "rope_theta": 1000000.0, "rope_local_base_freq": 10000.0, "rope_scaling": None,
            "final_logit_softcapping": 5.0, "attention_bias": False, "query_pre_attn_scalar": 256, "num_kv_shared_layers": 0,
            "hidden_size_per_layer_input": 7, "altup_num_inputs": 3, "altup_active_idx": 0, "altup_coef_clip": 120.0,
            "altup_correct_scale": True, "altup_lr_multiplier": 1.0, "laurel_rank": 5, "tie_word_embeddings": True,
            "activation_sparsity_pattern": [0.0] * len(types), **more}


THREE = config(33, [NEAR, FAR, NEAR, NEAR, FAR], num_kv_shared_layers=2, intermediate_size=[27, 31, 27, 29, 27],
               activation_sparsity_pattern=[0.7, 0.8, 0.0, 0.0, 0.0])
FOUR = config(36, [NEAR, NEAR, FAR], num_key_value_heads=1, altup_num_inputs=4, laurel_rank=3,
              activation_sparsity_pattern=[0.5, 0.0, 0.2])
WRAPPED = {"architectures": ["Gemma3nForConditionalGeneration"], "model_type": "gemma3n", "tie_word_embeddings": True,
           "vocab_size": VOCABULARY, "vision_config": None, "audio_config": None,
           "text_config": config(30, [NEAR, FAR, NEAR, FAR], num_kv_shared_layers=2, altup_num_inputs=2, altup_coef_clip=0.25,
                                 altup_correct_scale=False, attention_bias=True, final_logit_softcapping=None,
                                 vocab_size_per_layer_input=VOCABULARY - 4)}
MODELS = {
    "gemma3n-three-streams-f32": (THREE, "F32", make_weights, run),
    "gemma3n-four-streams-f16": (FOUR, "F16", make_weights, run),
    "gemma3n-wrapped-bf16": (WRAPPED, "BF16", wrapped_weights, wrapped_run),
}
GGUF = ["gemma3n-three-streams-f32", "gemma3n-four-streams-f16"]
