# SPDX-License-Identifier: Apache-2.0
"""Dense decoders for make_reference.py, by plain PyTorch formulas in float64: OLMo 2 and 3, Granite, StarCoder2, StableLM, Cohere
and Cohere 2, GPT-J, Falcon.

Like the rest, this imports nothing of the program and does not look at how the program computes. What a family does differently is
said once, in the functions named after the parts of a layer.
"""
import math

import torch

from families import add_norm, slopes_of
from make_reference import (ACTIVATIONS, CONTEXT, Checkpoint, Recorder, allowed, frequencies, heads_of, layer_norm, rms_norm,
                            side_by_side)

VOCABULARY = 173
ACTIVATIONS = {**ACTIVATIONS, "gelu_pytorch_tanh": ACTIVATIONS["gelu_new"]}
RMS_NORMED = ("olmo2", "olmo3", "granite")
SHIFTLESS = ("cohere", "cohere2")  # LayerNorm without a bias
ONE_NORM = ("cohere", "cohere2", "gptj")


# ----------------------------------------------------------------------------------------------------------------- sizes


def kind(c):
    return c["model_type"]


def hidden(c):
    return c["n_embd"] if kind(c) == "gptj" else c["hidden_size"]


def heads(c):
    return c["n_head"] if kind(c) == "gptj" else c["num_attention_heads"]


def layers(c):
    return c["n_layer"] if kind(c) == "gptj" else c["num_hidden_layers"]


def kv_heads(c):
    if kind(c) == "gptj":
        return heads(c)
    if kind(c) != "falcon":
        return c["num_key_value_heads"]
    if c["new_decoder_architecture"]:
        return c["num_kv_heads"]
    return 1 if c["multi_query"] else heads(c)


def head_dim(c):
    return hidden(c) // heads(c)


def inner(c):
    if kind(c) == "gptj":
        return c["n_inner"] or 4 * hidden(c)
    return c.get("intermediate_size") or c.get("ffn_hidden_size") or 4 * hidden(c)


def epsilon(c):
    return c[next(key for key in ("rms_norm_eps", "layer_norm_eps", "norm_epsilon", "layer_norm_epsilon") if key in c)]


def is_parallel(c):
    return kind(c) in ONE_NORM or c.get("use_parallel_residual", False) or (kind(c) == "falcon" and c["parallel_attn"])


def norms_of_parallel(c):
    if kind(c) == "falcon" and c["new_decoder_architecture"]:
        return c.get("num_ln_in_parallel_attn") or 2
    return 1


def slides(c, layer):
    if kind(c) not in ("olmo3", "cohere2"):
        return False
    if "layer_types" in c:
        return c["layer_types"][layer] == "sliding_attention"
    return (layer + 1) % c.get("sliding_window_pattern", 4) != 0


def window(c, layer):
    if kind(c) == "starcoder2":
        return c.get("sliding_window") or 0
    return c["sliding_window"] if slides(c, layer) else 0


# ----------------------------------------------------------------------------------------------------------------- names


def root_of(c):
    return "transformer.h." if kind(c) in ("gptj", "falcon") else "model.layers."


OUTSIDE = {"gptj": ("transformer.wte", "transformer.ln_f"), "falcon": ("transformer.word_embeddings", "transformer.ln_f")}
PROJECTIONS = {"gptj": "attn.{}_proj"}
OUTPUT = {"gptj": "attn.out_proj", "falcon": "self_attention.dense"}
INNER = {"starcoder2": ("mlp.c_fc", "mlp.c_proj"), "gptj": ("mlp.fc_in", "mlp.fc_out"),
         "falcon": ("mlp.dense_h_to_4h", "mlp.dense_4h_to_h")}


def norm_names(c):
    """Of what attention reads, of what the feed-forward block reads, of what either writes."""
    if kind(c) in ("olmo2", "olmo3"):
        return None, None, "post_attention_layernorm", "post_feedforward_layernorm"
    if kind(c) == "gptj":
        return "ln_1", "ln_1", None, None
    if is_parallel(c) and norms_of_parallel(c) == 2:
        return "ln_attn", "ln_mlp", None, None
    return "input_layernorm", "input_layernorm" if is_parallel(c) else "post_attention_layernorm", None, None


# --------------------------------------------------------------------------------------------------------------- weights


def add_norm_of(c, w, name, width):
    if kind(c) in RMS_NORMED or kind(c) in SHIFTLESS:
        w.add(name + ".weight", (width,), 0.3, 1.1)
    else:
        add_norm(w, name, width)


def biases(c):
    """Of the projections, of attention's output, of the feed-forward block."""
    if kind(c) == "starcoder2":
        return (c["use_bias"],) * 3
    if kind(c) == "stablelm":
        return c["use_qkv_bias"], False, False
    if kind(c) == "gptj":
        return False, False, True
    if kind(c) == "falcon":
        return (c["bias"],) * 3
    bias = c.get("attention_bias", False)
    return bias, bias, c.get("mlp_bias", False)


def add_query_key_norms(c, w, name):
    d = head_dim(c)
    for part, count in (("q", heads(c)), ("k", kv_heads(c))):
        if kind(c) in ("olmo2", "olmo3"):
            w.add(f"{name}self_attn.{part}_norm.weight", (count * d,), 0.3, 1.4)
        if c.get("use_qk_norm"):
            w.add(f"{name}self_attn.{part}_norm.weight", (count, d), 0.4, 1.2)
        if c.get("qk_layernorm"):
            for head in range(count):
                w.add(f"{name}self_attn.{part}_layernorm.norms.{head}.weight", (d,), 0.4, 1.2)


def make_weights(c, stored):
    w, width, d = Checkpoint(stored), hidden(c), head_dim(c)
    projected_bias, output_bias, inner_bias = biases(c)
    table, last = OUTSIDE.get(kind(c), ("model.embed_tokens", "model.norm"))
    w.add(table + ".weight", (c["vocab_size"], width), 1.0)
    for layer in range(layers(c)):
        name = f"{root_of(c)}{layer}."
        for norm in dict.fromkeys(norm_names(c)):
            if norm:
                add_norm_of(c, w, name + norm, width)
        if kind(c) == "falcon":
            w.linear(name + "self_attention.query_key_value", (heads(c) + 2 * kv_heads(c)) * d, width, projected_bias)
        else:
            for part, count in (("q", heads(c)), ("k", kv_heads(c)), ("v", kv_heads(c))):
                w.linear(name + PROJECTIONS.get(kind(c), "self_attn.{}_proj").format(part), count * d, width, projected_bias)
        add_query_key_norms(c, w, name)
        w.linear(name + OUTPUT.get(kind(c), "self_attn.o_proj"), width, heads(c) * d, output_bias)
        if kind(c) in INNER:
            up, down = INNER[kind(c)]
        else:
            up, down = "mlp.up_proj", "mlp.down_proj"
            w.linear(name + "mlp.gate_proj", inner(c), width, inner_bias)
        w.linear(name + up, inner(c), width, inner_bias)
        w.linear(name + down, width, inner(c), inner_bias)
    add_norm_of(c, w, last, width)
    if not c["tie_word_embeddings"]:
        w.add("lm_head.weight", (c["vocab_size"], width), 0.4)
    if kind(c) == "gptj":
        w.add("lm_head.bias", (c["vocab_size"],), 0.5)
    return w


# ------------------------------------------------------------------------------------------------------------------- run


def centred(x, scale, eps):
    x = x - x.mean(-1, keepdim=True)
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + eps) * scale


def norm(c, w, name, x):
    if kind(c) in RMS_NORMED:
        return rms_norm(x, w[name + ".weight"], epsilon(c))
    if kind(c) in SHIFTLESS:
        return centred(x, w[name + ".weight"], epsilon(c))
    return layer_norm(w, name, x, epsilon(c))


def projected(c, w, name, y):
    """Queries [H, T, d], keys and values [G, T, d]."""
    if kind(c) != "falcon":
        names = [name + PROJECTIONS.get(kind(c), "self_attn.{}_proj").format(part) for part in "qkv"]
        counts = (heads(c), kv_heads(c), kv_heads(c))
        return [heads_of(w.project(each, y), count) for each, count in zip(names, counts)]
    joined = w.project(name + "self_attention.query_key_value", y)
    groups, group = kv_heads(c), heads(c) // kv_heads(c)
    joined = joined.view(len(y), groups, group + 2, head_dim(c))
    q = joined[:, :, :group].reshape(len(y), heads(c), head_dim(c))
    return [part.transpose(0, 1) for part in (q, joined[:, :, group], joined[:, :, group + 1])]


def normed_heads(c, w, name, x, part):
    """x [heads, T, d] of queries or keys."""
    if kind(c) in ("olmo2", "olmo3"):
        together = rms_norm(side_by_side(x), w[f"{name}self_attn.{part}_norm.weight"], epsilon(c))
        return heads_of(together, len(x))
    if c.get("use_qk_norm"):
        return centred(x, w[f"{name}self_attn.{part}_norm.weight"][:, None], epsilon(c))
    if c.get("qk_layernorm"):
        return torch.stack([centred(head, w[f"{name}self_attn.{part}_layernorm.norms.{number}.weight"], epsilon(c))
                            for number, head in enumerate(x)])
    return x


def turned_width(c):
    if kind(c) == "gptj":
        return c["rotary_dim"] or head_dim(c)
    return int(head_dim(c) * c.get("partial_rotary_factor", 1.0))


def turned(c, x, layer):
    """The pair at position t turns by t·θ_k, as a complex number does."""
    if c.get("alibi") or (kind(c) == "cohere2" and not slides(c, layer)):
        return x
    width = turned_width(c)
    scaling = None if slides(c, layer) else c.get("rope_scaling")
    theta, factor = frequencies({"rope_theta": 10000.0, **c, "head_dim": width, "rope_scaling": scaling}, x.shape[1])
    angle = torch.arange(x.shape[1], dtype=torch.float64)[:, None] * theta
    turn = torch.polar(torch.full_like(angle, factor), angle)
    part, rest = x[..., :width], x[..., width:]
    if kind(c) in ONE_NORM:  # neighbours
        pairs = torch.complex(part[..., 0::2].contiguous(), part[..., 1::2].contiguous()) * turn
        part = torch.stack([pairs.real, pairs.imag], -1).flatten(-2)
    else:
        pairs = torch.complex(part[..., : width // 2].contiguous(), part[..., width // 2 :].contiguous()) * turn
        part = torch.cat([pairs.real, pairs.imag], -1)
    return torch.cat([part, rest], -1)


def attend(c, q, k, v, mask, temperature):
    group = len(q) // len(k)
    k, v = k.repeat_interleave(group, 0), v.repeat_interleave(group, 0)
    scores = torch.einsum("hqd,hkd->hqk", q, k)
    if c.get("alibi"):  # the library adds slope·j to the products; a row's constant −slope·i changes no weight
        slopes = torch.tensor(slopes_of(heads(c))).to(torch.bfloat16).to(torch.float64)
        places = torch.arange(q.shape[1], dtype=torch.float64)
        scores = scores - slopes[:, None, None] * (places[:, None] - places[None, :])
    scores = scores * c.get("attention_multiplier", head_dim(c) ** -0.5)
    weights = torch.softmax((scores / temperature).masked_fill(~mask, -math.inf), -1)
    return scores, weights, torch.einsum("hqk,hkd->hqd", weights, v)


def feed_forward(c, w, name, y):
    if kind(c) in INNER:
        up, down = INNER[kind(c)]
        activation = ACTIVATIONS[c.get("hidden_act") or c.get("activation_function") or c["activation"]]
        return w.project(name + down, activation(w.project(name + up, y)))
    gate = ACTIVATIONS[c["hidden_act"]](w.project(name + "mlp.gate_proj", y))
    return w.project(name + "mlp.down_proj", gate * w.project(name + "mlp.up_proj", y))


def run(c, w, ids, mask_mode, temperature):
    table, last = OUTSIDE.get(kind(c), ("model.embed_tokens", "model.norm"))
    attention_norm, inner_norm, written_norm, inner_written_norm = norm_names(c)
    record = Recorder()
    x = w[table + ".weight"][ids] * c.get("embedding_multiplier", 1.0)
    record.layer(residual=x)
    for layer in range(layers(c)):
        name = f"{root_of(c)}{layer}."
        y = norm(c, w, name + attention_norm, x) if attention_norm else x
        q, k, v = projected(c, w, name, y)
        q, k = normed_heads(c, w, name, q, "q"), normed_heads(c, w, name, k, "k")
        q, k = turned(c, q, layer), turned(c, k, layer)
        mask = allowed(len(ids), mask_mode != "bidirectional", window(c, layer))
        scores, weights, out = attend(c, q, k, v, mask, temperature)
        written = w.project(name + OUTPUT.get(kind(c), "self_attn.o_proj"), side_by_side(out))
        written = norm(c, w, name + written_norm, written) if written_norm else written
        written = written * c.get("residual_multiplier", 1.0)
        read = x if is_parallel(c) else x + written
        y = norm(c, w, name + inner_norm, read) if inner_norm else read
        added = feed_forward(c, w, name, y)
        added = norm(c, w, name + inner_written_norm, added) if inner_written_norm else added
        added = added * c.get("residual_multiplier", 1.0)
        x = x + written + added
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=added)
    logits = norm(c, w, last, x) @ w[table + ".weight" if c["tie_word_embeddings"] else "lm_head.weight"].T
    if kind(c) == "gptj":
        logits = logits + w["lm_head.bias"]
    record["logits"] = logits * c.get("logit_scale", 1.0) / c.get("logits_scaling", 1.0)
    return record.arrays()


# ---------------------------------------------------------------------------------------------------------------- models

NAMES = {"olmo2": "Olmo2", "olmo3": "Olmo3", "granite": "Granite", "starcoder2": "Starcoder2", "stablelm": "StableLm",
         "cohere": "Cohere", "cohere2": "Cohere2", "gptj": "GPTJ", "falcon": "Falcon"}


def llama_like(family, width, head_count, kv_count, epsilon_key, **more):
    return {"architectures": [NAMES[family] + "ForCausalLM"], "model_type": family, "hidden_size": width,
            "num_attention_heads": head_count, "num_key_value_heads": kv_count, "num_hidden_layers": 3, "intermediate_size": 45,
            "vocab_size": VOCABULARY, "max_position_embeddings": CONTEXT, "hidden_act": "silu", epsilon_key: 1e-5,
            "rope_theta": 10000.0, "tie_word_embeddings": False, **more}


def gptj(width, head_count, **more):
    return {"architectures": ["GPTJForCausalLM"], "model_type": "gptj", "n_embd": width, "n_head": head_count, "n_layer": 3,
            "n_inner": None, "n_positions": CONTEXT, "vocab_size": VOCABULARY, "activation_function": "gelu_new",
            "layer_norm_epsilon": 1e-5, "rotary_dim": 6, "tie_word_embeddings": False, **more}


def falcon(width, head_count, **more):
    return {"architectures": ["FalconForCausalLM"], "model_type": "falcon", "hidden_size": width, "num_attention_heads": head_count,
            "num_hidden_layers": 3, "vocab_size": VOCABULARY, "max_position_embeddings": CONTEXT, "layer_norm_epsilon": 1e-5,
            "activation": "gelu", "alibi": False, "bias": False, "multi_query": True, "new_decoder_architecture": False,
            "parallel_attn": True, "tie_word_embeddings": True, **more}


BOTH = (make_weights, run)
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 20, "beta_fast": 3.0, "beta_slow": 0.5,
        "attention_factor": 0.1 * math.log(4.0) + 1}
MULTIPLIED = {"embedding_multiplier": 3.0, "attention_multiplier": 0.3, "residual_multiplier": 0.4, "logits_scaling": 2.5}
TYPES = ["full_attention", "sliding_attention", "full_attention"]
MODELS = {
    "olmo2-f32": (llama_like("olmo2", 42, 3, 1, "rms_norm_eps"), "F32", *BOTH),
    "olmo3-yarn-f32": (llama_like("olmo3", 48, 6, 2, "rms_norm_eps", num_hidden_layers=4, sliding_window=7, rope_theta=500.0,
                                  rope_scaling=YARN), "F32", *BOTH),
    "olmo3-types-bf16": (llama_like("olmo3", 40, 4, 4, "rms_norm_eps", sliding_window=5, layer_types=TYPES,
                                    attention_bias=True), "BF16", *BOTH),
    "granite-f32": (llama_like("granite", 36, 6, 2, "rms_norm_eps", mlp_bias=True, tie_word_embeddings=True, **MULTIPLIED), "F32",
                    *BOTH),
    "starcoder2-window-f16": (llama_like("starcoder2", 36, 6, 2, "norm_epsilon", hidden_act="gelu_pytorch_tanh", use_bias=True,
                                         sliding_window=9), "F16", *BOTH),
    "starcoder2-f32": (llama_like("starcoder2", 30, 3, 1, "norm_epsilon", hidden_act="gelu_pytorch_tanh", use_bias=True,
                                  tie_word_embeddings=True), "F32", *BOTH),
    "stablelm-f32": (llama_like("stablelm", 48, 3, 1, "layer_norm_eps", partial_rotary_factor=0.25, use_qkv_bias=True,
                                qk_layernorm=False, use_parallel_residual=False), "F32", *BOTH),
    "stablelm-parallel-bf16": (llama_like("stablelm", 48, 6, 3, "layer_norm_eps", partial_rotary_factor=0.5, use_qkv_bias=False,
                                          qk_layernorm=True, use_parallel_residual=True), "BF16", *BOTH),
    "cohere-f32": (llama_like("cohere", 36, 6, 2, "layer_norm_eps", logit_scale=0.3, use_qk_norm=False,
                              tie_word_embeddings=True), "F32", *BOTH),
    "cohere-normed-f16": (llama_like("cohere", 40, 4, 2, "layer_norm_eps", logit_scale=0.25, use_qk_norm=True,
                                     attention_bias=True), "F16", *BOTH),
    "cohere2-f32": (llama_like("cohere2", 42, 3, 3, "layer_norm_eps", logit_scale=0.2, num_hidden_layers=5, sliding_window=6,
                               sliding_window_pattern=3, tie_word_embeddings=True), "F32", *BOTH),
    "gptj-f32": (gptj(48, 3), "F32", *BOTH),
    "gptj-whole-bf16": (gptj(36, 6, rotary_dim=None, n_inner=50), "BF16", *BOTH),
    "falcon-one-kv-head-f32": (falcon(40, 5, num_kv_heads=5), "F32", *BOTH),
    "falcon-groups-bf16": (falcon(48, 6, num_kv_heads=2, new_decoder_architecture=True), "BF16", *BOTH),
    "falcon-groups-one-norm-f16": (falcon(36, 6, num_kv_heads=3, new_decoder_architecture=True, num_ln_in_parallel_attn=1,
                                          ffn_hidden_size=50), "F16", *BOTH),
    "falcon-alibi-f32": (falcon(48, 6, multi_query=False, parallel_attn=False, alibi=True, bias=True), "F32", *BOTH),
}
