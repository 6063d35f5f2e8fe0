# SPDX-License-Identifier: Apache-2.0
"""More families for make_reference.py: BERT's relatives, GPT-2, GPT-NeoX, OPT and BLOOM, by plain PyTorch formulas in float64.

Each family is two functions: one makes random weights under the names of its files, one runs them. Like the rest, this
imports nothing of the program and does not look at how the program computes.
"""
import math

import torch

from make_reference import (ACTIVATIONS, CONTEXT, Checkpoint, Recorder, allowed, attention, heads_of,
                            layer_norm, rotate, side_by_side)

VOCABULARY = 173


def add_norm(w, name, width):
    w.add(name + ".weight", (width,), 0.2, 1.0)
    w.add(name + ".bias", (width,), 0.2)


def add_linear(w, name, outputs, inputs, bias=True):
    w.linear(name, outputs, inputs, bias)


# ------------------------------------------------------------------------------------------------------ BERT's relatives
# Their blocks are the same; `names` says what the tensors are called.

BERT_NAMES = {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
              "out": "attention.output.dense", "norm1": "attention.output.LayerNorm", "up": "intermediate.dense",
              "down": "output.dense", "norm2": "output.LayerNorm"}
DISTIL_NAMES = {"query": "attention.q_lin", "key": "attention.k_lin", "value": "attention.v_lin", "out": "attention.out_lin",
                "norm1": "sa_layer_norm", "up": "ffn.lin1", "down": "ffn.lin2", "norm2": "output_layer_norm"}
PREFIXES = {"roberta": "roberta.", "xlm-roberta": "roberta.", "electra": "electra.", "distilbert": "distilbert."}
HEADS = {"roberta": ("lm_head.dense", "lm_head.layer_norm", "lm_head.bias", "lm_head.decoder.weight"),
         "electra": ("generator_predictions.dense", "generator_predictions.LayerNorm", "generator_lm_head.bias",
                     "generator_lm_head.weight"),
         "distilbert": ("vocab_transform", "vocab_layer_norm", "vocab_projector.bias", "vocab_projector.weight")}
HEADS["xlm-roberta"] = HEADS["roberta"]


def has_head(c):
    return c["architectures"][0].endswith("ForMaskedLM")


def sizes(c):
    if c["model_type"] == "distilbert":
        return c["dim"], c["n_heads"], c["n_layers"], c["hidden_dim"]
    return c["hidden_size"], c["num_attention_heads"], c["num_hidden_layers"], c["intermediate_size"]


def encoder_weights(c, stored):
    w, kind = Checkpoint(stored), c["model_type"]
    hidden, _, layers, inner = sizes(c)
    width = c.get("embedding_size", hidden)
    root = PREFIXES[kind] if has_head(c) else ""
    names = DISTIL_NAMES if kind == "distilbert" else BERT_NAMES
    w.add(root + "embeddings.word_embeddings.weight", (c["vocab_size"], width), 1.0)
    w.add(root + "embeddings.position_embeddings.weight", (c["max_position_embeddings"], width), 0.7)
    if kind != "distilbert":
        w.add(root + "embeddings.token_type_embeddings.weight", (c["type_vocab_size"], width), 0.5)
    add_norm(w, root + "embeddings.LayerNorm", width)
    if width != hidden:
        add_linear(w, root + "embeddings_project", hidden, width)
    for layer in range(layers):
        name = root + ("transformer.layer" if kind == "distilbert" else "encoder.layer") + f".{layer}."
        for part in ("query", "key", "value", "out"):
            add_linear(w, name + names[part], hidden, hidden)
        add_norm(w, name + names["norm1"], hidden)
        add_linear(w, name + names["up"], inner, hidden)
        add_linear(w, name + names["down"], hidden, inner)
        add_norm(w, name + names["norm2"], hidden)
    if has_head(c):
        dense, norm, bias, decoder = HEADS[kind]
        add_linear(w, dense, width, hidden)
        add_norm(w, norm, width)
        w.add(bias, (c["vocab_size"],), 0.5)
        if not c["tie_word_embeddings"]:
            w.add(decoder, (c["vocab_size"], width), 0.3)
    return w


def position_rows(c, ids):
    """RoBERTa counts the tokens that are no padding, from the row behind the padding's own."""
    if "roberta" not in c["model_type"]:
        return list(range(len(ids)))
    padding, rows, count = c["pad_token_id"], [], 0
    for token in ids:
        count += token != padding
        rows.append(padding if token == padding else padding + count)
    return rows


def encoder_run(c, w, ids, mask_mode, temperature):
    kind = c["model_type"]
    _, heads, layers, _ = sizes(c)
    epsilon = 1e-12 if kind == "distilbert" else c["layer_norm_eps"]
    activation = ACTIVATIONS[c["activation" if kind == "distilbert" else "hidden_act"]]
    root = PREFIXES[kind] if has_head(c) else ""
    names = DISTIL_NAMES if kind == "distilbert" else BERT_NAMES
    mask = allowed(len(ids), mask_mode == "causal", 0)
    record = Recorder()
    x = w[root + "embeddings.word_embeddings.weight"][ids]
    x = x + w[root + "embeddings.position_embeddings.weight"][position_rows(c, ids)]
    if kind != "distilbert":
        x = x + w[root + "embeddings.token_type_embeddings.weight"][0]
    x = layer_norm(w, root + "embeddings.LayerNorm", x, epsilon)
    if root + "embeddings_project.weight" in w.tensors:
        x = w.project(root + "embeddings_project", x)
    record.layer(residual=x)
    for layer in range(layers):
        name = root + ("transformer.layer" if kind == "distilbert" else "encoder.layer") + f".{layer}."
        q, k, v = (heads_of(w.project(name + names[part], x), heads) for part in ("query", "key", "value"))
        scores, weights, out = attention(q, k, v, mask, temperature)
        written = w.project(name + names["out"], side_by_side(out))
        x = layer_norm(w, name + names["norm1"], x + written, epsilon)
        inner = w.project(name + names["down"], activation(w.project(name + names["up"], x)))
        x = layer_norm(w, name + names["norm2"], x + inner, epsilon)
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    if has_head(c):
        dense, norm, bias, decoder = HEADS[kind]
        curve = activation if kind == "distilbert" else ACTIVATIONS["gelu"]  # the others' heads do not follow the config
        y = layer_norm(w, norm, curve(w.project(dense, x)), epsilon)
        table = root + "embeddings.word_embeddings.weight" if c["tie_word_embeddings"] else decoder
        record["logits"] = y @ w[table].T + w[bias]
    return record.arrays()


def encoder(kind, architecture, hidden, **more):
    return {"architectures": [architecture], "model_type": kind, "hidden_size": hidden, "num_attention_heads": 3,
            "num_hidden_layers": 2, "intermediate_size": 50, "vocab_size": VOCABULARY, "max_position_embeddings": CONTEXT,
            "type_vocab_size": 1, "hidden_act": "gelu", "layer_norm_eps": 1e-5, "tie_word_embeddings": True, **more}


def distilbert(hidden, architecture, **more):
    return {"architectures": [architecture], "model_type": "distilbert", "dim": hidden, "n_heads": 3, "n_layers": 2,
            "hidden_dim": 46, "vocab_size": VOCABULARY, "max_position_embeddings": CONTEXT, "activation": "gelu",
            "tie_word_embeddings": True, **more}


# ----------------------------------------------------------------------------------------------------------------- GPT


def scores_and_outputs(q, k, v, mask, temperature, scale, slopes=None):
    """q, k, v [H,T,d]; slopes [H] of ALiBi, whose −m·(i − j) is part of the score."""
    scores = torch.einsum("hqd,hkd->hqk", q, k) * scale
    if slopes is not None:
        positions = torch.arange(q.shape[1], dtype=torch.float64)
        scores = scores - slopes[:, None, None] * (positions[:, None] - positions[None, :])
    weights = torch.softmax((scores / temperature).masked_fill(~mask, -math.inf), -1)
    return scores, weights, torch.einsum("hqk,hkd->hqd", weights, v)


def causal_mask(ids, mask_mode):
    return allowed(len(ids), mask_mode != "bidirectional", 0)


def conv1d(w, name, x):
    return x @ w[name + ".weight"] + w[name + ".bias"]


def gpt2_weights(c, stored):
    w, hidden = Checkpoint(stored), c["n_embd"]
    inner = c["n_inner"] or 4 * hidden
    root = c.pop("prefix_of_names")

    def turned(name, inputs, outputs):
        w.add(name + ".weight", (inputs, outputs), 1.3 / math.sqrt(inputs))
        w.add(name + ".bias", (outputs,), 0.3)

    w.add(root + "wte.weight", (c["vocab_size"], hidden), 1.0)
    w.add(root + "wpe.weight", (c["n_positions"], hidden), 0.7)
    for layer in range(c["n_layer"]):
        name = f"{root}h.{layer}."
        add_norm(w, name + "ln_1", hidden)
        turned(name + "attn.c_attn", hidden, 3 * hidden)
        turned(name + "attn.c_proj", hidden, hidden)
        add_norm(w, name + "ln_2", hidden)
        turned(name + "mlp.c_fc", hidden, inner)
        turned(name + "mlp.c_proj", inner, hidden)
    add_norm(w, root + "ln_f", hidden)
    if not c["tie_word_embeddings"]:
        w.add("lm_head.weight", (c["vocab_size"], hidden), 0.4)
    return w


def gpt2_run(c, w, ids, mask_mode, temperature):
    root = "transformer." if "transformer.wte.weight" in w.tensors else ""
    hidden, heads, epsilon = c["n_embd"], c["n_head"], c["layer_norm_epsilon"]
    activation, record = ACTIVATIONS[c["activation_function"]], Recorder()
    x = w[root + "wte.weight"][ids] + w[root + "wpe.weight"][: len(ids)]
    record.layer(residual=x)
    for layer in range(c["n_layer"]):
        name = f"{root}h.{layer}."
        scale = (hidden // heads) ** -0.5 if c["scale_attn_weights"] else 1.0
        if c["scale_attn_by_inverse_layer_idx"]:
            scale /= layer + 1
        joined = conv1d(w, name + "attn.c_attn", layer_norm(w, name + "ln_1", x, epsilon))
        q, k, v = (heads_of(part.contiguous(), heads) for part in joined.split(hidden, -1))
        scores, weights, out = scores_and_outputs(q, k, v, causal_mask(ids, mask_mode), temperature, scale)
        written = conv1d(w, name + "attn.c_proj", side_by_side(out))
        x = x + written
        inner = conv1d(w, name + "mlp.c_proj", activation(conv1d(w, name + "mlp.c_fc", layer_norm(w, name + "ln_2", x, epsilon))))
        x = x + inner
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    y = layer_norm(w, root + "ln_f", x, epsilon)
    record["logits"] = y @ w[root + "wte.weight" if c["tie_word_embeddings"] else "lm_head.weight"].T
    return record.arrays()


def gpt2(hidden, tied, prefix, **more):
    return {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "n_embd": hidden, "n_head": 3, "n_layer": 3,
            "n_inner": None, "n_positions": CONTEXT, "vocab_size": VOCABULARY, "activation_function": "gelu_new",
            "layer_norm_epsilon": 1e-5, "scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False,
            "tie_word_embeddings": tied, "prefix_of_names": prefix, **more}


# ------------------------------------------------------------------------------------------------- GPT-NeoX and BLOOM
# Query, key and value of a head lie side by side in the rows of one matrix: [heads, 3, d].


def joined_heads(w, name, x, heads):
    parts = w.project(name, x).view(x.shape[0], heads, 3, -1)
    return (parts[:, :, part].transpose(0, 1) for part in range(3))


def joined_layer_weights(w, name, attention_name, hidden, inner):
    add_norm(w, name + "input_layernorm", hidden)
    add_linear(w, name + attention_name + ".query_key_value", 3 * hidden, hidden)
    add_linear(w, name + attention_name + ".dense", hidden, hidden)
    add_norm(w, name + "post_attention_layernorm", hidden)
    add_linear(w, name + "mlp.dense_h_to_4h", inner, hidden)
    add_linear(w, name + "mlp.dense_4h_to_h", hidden, inner)


def neox_weights(c, stored):
    w, hidden = Checkpoint(stored), c["hidden_size"]
    w.add("gpt_neox.embed_in.weight", (c["vocab_size"], hidden), 1.0)
    for layer in range(c["num_hidden_layers"]):
        joined_layer_weights(w, f"gpt_neox.layers.{layer}.", "attention", hidden, c["intermediate_size"])
    add_norm(w, "gpt_neox.final_layer_norm", hidden)
    if not c["tie_word_embeddings"]:
        w.add("embed_out.weight", (c["vocab_size"], hidden), 0.4)
    return w


def neox_run(c, w, ids, mask_mode, temperature):
    heads, epsilon, activation = c["num_attention_heads"], c["layer_norm_eps"], ACTIVATIONS[c["hidden_act"]]
    d = c["hidden_size"] // heads
    turned = int(d * c["rotary_pct"])
    theta = float(c["rotary_emb_base"]) ** -(torch.arange(0, turned, 2, dtype=torch.float64) / turned)
    record = Recorder()
    x = w["gpt_neox.embed_in.weight"][ids]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"gpt_neox.layers.{layer}."
        q, k, v = joined_heads(w, name + "attention.query_key_value", layer_norm(w, name + "input_layernorm", x, epsilon), heads)
        q, k = (torch.cat([rotate(part[..., :turned], theta, 1.0), part[..., turned:]], -1) for part in (q, k))
        scores, weights, out = scores_and_outputs(q, k, v, causal_mask(ids, mask_mode), temperature, d**-0.5)
        written = w.project(name + "attention.dense", side_by_side(out))
        read = x if c["use_parallel_residual"] else x + written
        y = layer_norm(w, name + "post_attention_layernorm", read, epsilon)
        inner = w.project(name + "mlp.dense_4h_to_h", activation(w.project(name + "mlp.dense_h_to_4h", y)))
        x = x + written + inner
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    y = layer_norm(w, "gpt_neox.final_layer_norm", x, epsilon)
    record["logits"] = y @ w["gpt_neox.embed_in.weight" if c["tie_word_embeddings"] else "embed_out.weight"].T
    return record.arrays()


def neox(hidden, heads, share, parallel, **more):
    return {"architectures": ["GPTNeoXForCausalLM"], "model_type": "gpt_neox", "hidden_size": hidden,
            "num_attention_heads": heads, "num_hidden_layers": 3, "intermediate_size": 47, "vocab_size": VOCABULARY,
            "max_position_embeddings": CONTEXT, "hidden_act": "gelu", "layer_norm_eps": 1e-5, "rotary_pct": share,
            "rotary_emb_base": 10000, "use_parallel_residual": parallel, "tie_word_embeddings": False, **more}


def slopes_of(heads):
    """Written from the paper: a geometric series for powers of two, the rest borrowed from the series twice as long."""
    if heads & (heads - 1) == 0:
        first = 2 ** (-8 / heads)
        return [first ** (index + 1) for index in range(heads)]
    lower = 2 ** int(math.log2(heads))
    return slopes_of(lower) + slopes_of(2 * lower)[0::2][: heads - lower]


def bloom_weights(c, stored):
    w, hidden = Checkpoint(stored), c["hidden_size"]
    w.add("transformer.word_embeddings.weight", (c["vocab_size"], hidden), 1.0)
    add_norm(w, "transformer.word_embeddings_layernorm", hidden)
    for layer in range(c["n_layer"]):
        joined_layer_weights(w, f"transformer.h.{layer}.", "self_attention", hidden, 4 * hidden)
    add_norm(w, "transformer.ln_f", hidden)
    return w


def bloom_run(c, w, ids, mask_mode, temperature):
    heads, epsilon = c["n_head"], c["layer_norm_epsilon"]
    slopes, record = torch.tensor(slopes_of(heads), dtype=torch.float64), Recorder()
    x = layer_norm(w, "transformer.word_embeddings_layernorm", w["transformer.word_embeddings.weight"][ids], epsilon)
    record.layer(residual=x)
    for layer in range(c["n_layer"]):
        name = f"transformer.h.{layer}."
        q, k, v = joined_heads(w, name + "self_attention.query_key_value", layer_norm(w, name + "input_layernorm", x, epsilon), heads)
        scores, weights, out = scores_and_outputs(q, k, v, causal_mask(ids, mask_mode), temperature, q.shape[-1] ** -0.5, slopes)
        written = w.project(name + "self_attention.dense", side_by_side(out))
        x = x + written
        y = layer_norm(w, name + "post_attention_layernorm", x, epsilon)
        inner = w.project(name + "mlp.dense_4h_to_h", ACTIVATIONS["gelu_new"](w.project(name + "mlp.dense_h_to_4h", y)))
        x = x + inner
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    record["logits"] = layer_norm(w, "transformer.ln_f", x, epsilon) @ w["transformer.word_embeddings.weight"].T
    return record.arrays()


def bloom(hidden, heads):
    return {"architectures": ["BloomForCausalLM"], "model_type": "bloom", "hidden_size": hidden, "n_head": heads,
            "n_layer": 2, "vocab_size": VOCABULARY, "seq_length": CONTEXT, "layer_norm_epsilon": 1e-5}


# ----------------------------------------------------------------------------------------------------------------- OPT


def opt_weights(c, stored):
    w, hidden, width = Checkpoint(stored), c["hidden_size"], c["word_embed_proj_dim"]
    root = "model.decoder."
    w.add(root + "embed_tokens.weight", (c["vocab_size"], width), 1.0)
    w.add(root + "embed_positions.weight", (c["max_position_embeddings"] + 2, hidden), 0.7)
    if width != hidden:
        add_linear(w, root + "project_in", hidden, width, False)
        add_linear(w, root + "project_out", width, hidden, False)
    for layer in range(c["num_hidden_layers"]):
        name = f"{root}layers.{layer}."
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            add_linear(w, name + "self_attn." + part, hidden, hidden)
        add_norm(w, name + "self_attn_layer_norm", hidden)
        add_linear(w, name + "fc1", c["ffn_dim"], hidden)
        add_linear(w, name + "fc2", hidden, c["ffn_dim"])
        add_norm(w, name + "final_layer_norm", hidden)
    if c["do_layer_norm_before"]:
        add_norm(w, root + "final_layer_norm", hidden)
    return w


def opt_run(c, w, ids, mask_mode, temperature):
    root, heads, before, record = "model.decoder.", c["num_attention_heads"], c["do_layer_norm_before"], Recorder()
    x = w[root + "embed_tokens.weight"][ids]
    narrow = root + "project_in.weight" in w.tensors
    x = (w.project(root + "project_in", x) if narrow else x) + w[root + "embed_positions.weight"][2 : 2 + len(ids)]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"{root}layers.{layer}."
        y = layer_norm(w, name + "self_attn_layer_norm", x, 1e-5) if before else x
        q, k, v = (heads_of(w.project(name + f"self_attn.{part}_proj", y), heads) for part in "qkv")
        scores, weights, out = scores_and_outputs(q, k, v, causal_mask(ids, mask_mode), temperature, q.shape[-1] ** -0.5)
        written = w.project(name + "self_attn.out_proj", side_by_side(out))
        x = x + written
        x = x if before else layer_norm(w, name + "self_attn_layer_norm", x, 1e-5)
        y = layer_norm(w, name + "final_layer_norm", x, 1e-5) if before else x
        inner = w.project(name + "fc2", torch.relu(w.project(name + "fc1", y)))
        x = x + inner
        x = x if before else layer_norm(w, name + "final_layer_norm", x, 1e-5)
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    y = layer_norm(w, root + "final_layer_norm", x, 1e-5) if before else x
    y = w.project(root + "project_out", y) if narrow else y
    record["logits"] = y @ w[root + "embed_tokens.weight"].T
    return record.arrays()


def opt(hidden, width, before):
    return {"architectures": ["OPTForCausalLM"], "model_type": "opt", "hidden_size": hidden, "word_embed_proj_dim": width,
            "num_attention_heads": 3, "num_hidden_layers": 2, "ffn_dim": 49, "vocab_size": VOCABULARY,
            "max_position_embeddings": CONTEXT, "activation_function": "relu", "do_layer_norm_before": before}


# --------------------------------------------------------------------------------------------------------------- models

ENCODER = (encoder_weights, encoder_run)
GPT2 = (gpt2_weights, gpt2_run)
NEOX = (neox_weights, neox_run)
OPT = (opt_weights, opt_run)
BLOOM = (bloom_weights, bloom_run)
THE = 8  # an id that occurs in the texts: as padding it takes no position
MODELS = {
    "roberta-f32": (encoder("roberta", "RobertaForMaskedLM", 33, pad_token_id=1, max_position_embeddings=CONTEXT + 2), "F32", *ENCODER),
    "xlm-roberta-padding-f16": (encoder("xlm-roberta", "XLMRobertaForMaskedLM", 27, pad_token_id=THE, tie_word_embeddings=False,
                                        hidden_act="relu", max_position_embeddings=CONTEXT + THE + 1), "F16", *ENCODER),
    "distilbert-f32": (distilbert(39, "DistilBertForMaskedLM"), "F32", *ENCODER),
    "distilbert-bare-bf16": (distilbert(30, "DistilBertModel", activation="relu"), "BF16", *ENCODER),
    "electra-projected-f32": (encoder("electra", "ElectraForMaskedLM", 39, embedding_size=22, type_vocab_size=2,
                                      hidden_act="relu"), "F32", *ENCODER),
    "electra-bare-f32": (encoder("electra", "ElectraModel", 30, embedding_size=30, type_vocab_size=2), "F32", *ENCODER),
    "gpt2-f32": (gpt2(39, True, ""), "F32", *GPT2),
    "gpt2-untied-by-layer-f16": (gpt2(33, False, "transformer.", n_inner=50, scale_attn_by_inverse_layer_idx=True), "F16", *GPT2),
    "gpt2-unscaled-bf16": (gpt2(12, True, "transformer.", scale_attn_weights=False), "BF16", *GPT2),
    "neox-parallel-f32": (neox(51, 3, 0.25, True), "F32", *NEOX),
    "neox-sequential-f16": (neox(48, 3, 0.375, False, tie_word_embeddings=True), "F16", *NEOX),
    "opt-f32": (opt(33, 33, True), "F32", *OPT),
    "opt-post-norm-projected-f16": (opt(39, 17, False), "F16", *OPT),
    "bloom-6-heads-f32": (bloom(42, 6), "F32", *BLOOM),
    "bloom-4-heads-bf16": (bloom(36, 4), "BF16", *BLOOM),
}
