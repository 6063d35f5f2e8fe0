# SPDX-License-Identifier: Apache-2.0
"""Later encoders for make_reference.py: ALBERT, MPNet, DeBERTa (all versions) and ModernBERT, with the heads on top of them, by plain
PyTorch formulas in float64.

Like the rest, this imports nothing of the program and does not look at how the program computes: DeBERTa's scores are summed cell
by cell from the vectors of a query, a key and their offset.
"""
import json
import math

import numpy as np
import torch

from make_reference import (ACTIVATIONS, CONTEXT, TEXTS, Checkpoint, Recorder, allowed, attention, encode, heads_of, layer_norm,
                            make_vocabulary, rotate, side_by_side)
from seq2seq_families import attend, buckets

VOCABULARY = 173
PREFIXES = {"albert": "albert.", "mpnet": "mpnet.", "deberta": "deberta.", "deberta-v2": "deberta.", "modernbert": "model."}
LABELS = {"0": "negative", "1": "neutral", "2": "positive"}


def kind_of(c):
    return c["model_type"]


def task_of(c):
    """What the class is made for: "" of a bare model."""
    name = c["architectures"][0]
    return next((task for task in ("MaskedLM", "SequenceClassification", "TokenClassification", "QuestionAnswering")
                 if name.endswith("For" + task)), "")


def root_of(c):
    return PREFIXES[kind_of(c)] if task_of(c) else ""


def add_norm(w, name, width, shift=True):
    w.add(name + ".weight", (width,), 0.2, 1.0)
    if shift:
        w.add(name + ".bias", (width,), 0.2)


# ----------------------------------------------------------------------------------------------------- layers named like BERT's

NAMES = {
    "albert": {"q": "attention.query", "k": "attention.key", "v": "attention.value", "o": "attention.dense",
               "norm1": "attention.LayerNorm", "up": "ffn", "down": "ffn_output", "norm2": "full_layer_layer_norm"},
    "mpnet": {"q": "attention.attn.q", "k": "attention.attn.k", "v": "attention.attn.v", "o": "attention.attn.o",
              "norm1": "attention.LayerNorm", "up": "intermediate.dense", "down": "output.dense", "norm2": "output.LayerNorm"},
    "deberta-v2": {"q": "attention.self.query_proj", "k": "attention.self.key_proj", "v": "attention.self.value_proj",
                   "o": "attention.output.dense", "norm1": "attention.output.LayerNorm", "up": "intermediate.dense",
                   "down": "output.dense", "norm2": "output.LayerNorm"}}
NAMES["deberta"] = NAMES["deberta-v2"]
WORD_HEADS = {"albert": ("predictions.dense", "predictions.LayerNorm", "predictions.bias", "predictions.decoder.weight"),
              "mpnet": ("lm_head.dense", "lm_head.layer_norm", "lm_head.bias", "lm_head.decoder.weight"),
              "deberta": ("cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm", "cls.predictions.bias",
                          "cls.predictions.decoder.weight")}
WORD_HEADS["deberta-v2"] = WORD_HEADS["deberta"]
AUTHORS_HEAD = ("lm_predictions.lm_head.dense", "lm_predictions.lm_head.LayerNorm", "lm_predictions.lm_head.bias", None)


def word_head(c):
    return AUTHORS_HEAD if c.get("legacy") is False else WORD_HEADS[kind_of(c)]


def width_of(c):
    return c.get("embedding_size", c["hidden_size"])


def layer_names(c, root):
    """The name of each layer's tensors, in the order in which they are run."""
    if kind_of(c) != "albert":
        return [f"{root}encoder.layer.{layer}." for layer in range(c["num_hidden_layers"])]
    names = []
    for layer in range(c["num_hidden_layers"]):
        group = layer * c["num_hidden_groups"] // c["num_hidden_layers"]
        names += [f"{root}encoder.albert_layer_groups.{group}.albert_layers.{inner}." for inner in range(c["inner_group_num"])]
    return names


def offset_parts(c):
    parts = c.get("pos_att_type") or []
    return parts.split("|") if isinstance(parts, str) else parts


def table_rows(c):
    """Half of the rows of the table of offsets."""
    most = c.get("max_relative_positions", -1)
    most = c["max_position_embeddings"] if most < 1 else most
    return most if c.get("position_buckets", -1) <= 0 else c["position_buckets"], most


def deberta_weights(c, w, root):
    if not c.get("relative_attention"):
        return
    w.add(root + "encoder.rel_embeddings.weight", (2 * table_rows(c)[0], c["hidden_size"]), 1.0)
    if "layer_norm" in c.get("norm_rel_ebd", "none"):
        add_norm(w, root + "encoder.LayerNorm", c["hidden_size"])


def own_projections(c, w, name):
    """DeBERTa's matrices beside or instead of the usual ones."""
    hidden, parts = c["hidden_size"], offset_parts(c)
    if kind_of(c) == "deberta":
        w.linear(name + "attention.self.in_proj", 3 * hidden, hidden, False)
        w.add(name + "attention.self.q_bias", (hidden,), 0.3)
        w.add(name + "attention.self.v_bias", (hidden,), 0.3)
        names = {"c2p": ("pos_proj", False), "p2c": ("pos_q_proj", True)}
    else:
        names = {} if c.get("share_att_key") else {"c2p": ("pos_key_proj", True), "p2c": ("pos_query_proj", True)}
    for part in parts if c.get("relative_attention") else []:
        if part in names:
            w.linear(f"{name}attention.self.{names[part][0]}", hidden, hidden, names[part][1])


def like_bert_weights(c, stored):
    w, kind, root = Checkpoint(stored), kind_of(c), root_of(c)
    hidden, width, inner = c["hidden_size"], width_of(c), c["intermediate_size"]
    w.add(root + "embeddings.word_embeddings.weight", (c["vocab_size"], width), 1.0)
    if c.get("position_biased_input", True):
        w.add(root + "embeddings.position_embeddings.weight", (c["max_position_embeddings"], width), 0.7)
    if c.get("type_vocab_size", 0):
        w.add(root + "embeddings.token_type_embeddings.weight", (c["type_vocab_size"], width), 0.5)
    add_norm(w, root + "embeddings.LayerNorm", width if kind == "albert" else hidden)
    if kind == "albert":
        w.linear(root + "encoder.embedding_hidden_mapping_in", hidden, width, True)
    elif width != hidden:
        w.linear(root + "embeddings.embed_proj", hidden, width, False)
    for name in dict.fromkeys(layer_names(c, root)):
        names = NAMES[kind]
        for part in ("q", "k", "v") if kind != "deberta" else ():
            w.linear(name + names[part], hidden, hidden, True)
        w.linear(name + names["o"], hidden, hidden, True)
        if kind.startswith("deberta"):
            own_projections(c, w, name)
        add_norm(w, name + names["norm1"], hidden)
        w.linear(name + names["up"], inner, hidden, True)
        w.linear(name + names["down"], hidden, inner, True)
        add_norm(w, name + names["norm2"], hidden)
    if kind == "mpnet":
        w.add(root + "encoder.relative_attention_bias.weight", (32, c["num_attention_heads"]), 0.8)
    if kind.startswith("deberta"):
        deberta_weights(c, w, root)
    if task_of(c) == "MaskedLM":
        dense, norm, bias, decoder = word_head(c)
        w.linear(dense, width, hidden, True)
        add_norm(w, norm, width)
        w.add(bias, (c["vocab_size"],), 0.5)
        if not c["tie_word_embeddings"]:
            w.add(decoder, (c["vocab_size"], width), 0.3)
    add_class_head(c, w)
    return w


def position_rows(c, ids):
    """MPNet counts the tokens that are no padding (1), from the row behind the padding's own."""
    if kind_of(c) != "mpnet":
        return list(range(len(ids)))
    rows, count = [], 0
    for token in ids:
        count += token != 1
        rows.append(1 if token == 1 else 1 + count)
    return rows


def ranges(offset, count, most):
    """DeBERTa's range of an offset, in float32 as the models were trained."""
    middle, away = count // 2, offset.abs()
    far = torch.ceil(torch.log(away.clamp(min=1).float() / middle) / torch.log(torch.tensor((most - 1) / middle)) * (middle - 1)) + middle
    return torch.where(away <= middle, offset, (far * offset.sign()).long())


def offset_rows(c, places):
    """[T, T] row of the table for query i and key j."""
    span, most = table_rows(c)
    offset = places[:, None] - places[None, :]
    if c.get("position_buckets", -1) > 0:
        offset = ranges(offset, c["position_buckets"], most)
    return (offset + span).clamp(0, 2 * span - 1)


def joined_projections(c, w, name, x, heads):
    """The first version's queries, keys and values: of a head side by side in the rows of one matrix."""
    parts = w.project(name + "attention.self.in_proj", x).view(x.shape[0], heads, 3, -1)
    q, k, v = (parts[:, :, part].transpose(0, 1) for part in range(3))
    return q + heads_of(w[name + "attention.self.q_bias"][None], heads), k, v + heads_of(w[name + "attention.self.v_bias"][None], heads)


def disentangled(c, w, root, name, q, k, places):
    """The parts of the scores, [H, T, T] each, scaled; `places` None: tokens stand nowhere."""
    heads, parts, kind = c["num_attention_heads"], offset_parts(c), kind_of(c)
    scale = 1 / math.sqrt(q.shape[-1] * (1 + len(parts)))
    found = {"content": torch.einsum("hqd,hkd->hqk", q, k) * scale}
    if not c.get("relative_attention") or places is None:
        return found
    table = w[root + "encoder.rel_embeddings.weight"]
    if "layer_norm" in c.get("norm_rel_ebd", "none"):
        table = layer_norm(w, root + "encoder.LayerNorm", table, c["layer_norm_eps"])
    shared = c.get("share_att_key", False)
    names = {"c2p": "pos_proj" if kind == "deberta" else "key_proj" if shared else "pos_key_proj",
             "p2c": "pos_q_proj" if kind == "deberta" else "query_proj" if shared else "pos_query_proj"}
    rows = offset_rows(c, places)
    if "c2p" in parts:
        of_offset = heads_of(w.project(f"{name}attention.self.{names['c2p']}", table), heads)[:, rows]  # [H, T, T, d]
        found["content_to_position"] = (q[:, :, None] * of_offset).sum(-1) * scale
    if "p2c" in parts:
        of_offset = heads_of(w.project(f"{name}attention.self.{names['p2c']}", table), heads)[:, rows]
        found["position_to_content"] = (k[:, None] * of_offset).sum(-1) * scale
    return found


def like_bert_run(c, w, ids, mask_mode, temperature):
    return run_at(c, w, ids, mask_mode, temperature, torch.arange(len(ids)))


def run_at(c, w, ids, mask_mode, temperature, places):
    """`places` [T]: where each token stands for its layers."""
    kind, root, heads, epsilon = kind_of(c), root_of(c), c["num_attention_heads"], c["layer_norm_eps"]
    names, activation = NAMES[kind], ACTIVATIONS[c["hidden_act"]]
    mask, record = allowed(len(ids), mask_mode == "causal", 0), Recorder()
    x = w[root + "embeddings.word_embeddings.weight"][ids]
    if c.get("position_biased_input", True):
        x = x + w[root + "embeddings.position_embeddings.weight"][position_rows(c, ids)]
    if c.get("type_vocab_size", 0):
        x = x + w[root + "embeddings.token_type_embeddings.weight"][0]
    if root + "embeddings.embed_proj.weight" in w.tensors:
        x = w.project(root + "embeddings.embed_proj", x)
    x = layer_norm(w, root + "embeddings.LayerNorm", x, epsilon)
    if kind == "albert":
        x = w.project(root + "encoder.embedding_hidden_mapping_in", x)
    record.layer(residual=x)
    for name in layer_names(c, root):
        if kind == "deberta":
            q, k, v = joined_projections(c, w, name, x, heads)
        else:
            q, k, v = (heads_of(w.project(name + names[part], x), heads) for part in "qkv")
        if kind.startswith("deberta"):
            parts = disentangled(c, w, root, name, q, k, places)
            record.layer(**{"part_" + part: scores for part, scores in parts.items()})
            scores = sum(parts.values())
            weights = torch.softmax((scores / temperature).masked_fill(~mask, -math.inf), -1)
            out = torch.einsum("hqk,hkd->hqd", weights, v)
        else:
            bias = torch.zeros(())
            if kind == "mpnet":
                bucket = buckets(places[None, :] - places[:, None], True, 32, 128)
                bias = w[root + "encoder.relative_attention_bias.weight"][bucket].permute(2, 0, 1)
            scores, weights, out = attend(q, k, v, mask, bias, temperature, q.shape[-1] ** -0.5)
        written = w.project(name + names["o"], side_by_side(out))
        x = layer_norm(w, name + names["norm1"], x + written, epsilon)
        inner = w.project(name + names["down"], activation(w.project(name + names["up"], x)))
        x = layer_norm(w, name + names["norm2"], x + inner, epsilon)
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    if task_of(c) == "MaskedLM":
        dense, norm, bias, decoder = word_head(c)
        curve = ACTIVATIONS["gelu"] if kind == "mpnet" else activation  # MPNet's head does not follow the config
        y = layer_norm(w, norm, curve(w.project(dense, x)), epsilon)
        record["logits"] = y @ w[root + "embeddings.word_embeddings.weight" if c["tie_word_embeddings"] else decoder].T + w[bias]
    return add_answer(c, w, x, record)


# ---------------------------------------------------------------------------------------------------------------- ModernBERT


def plain_norm(w, name, x, epsilon):
    x = x - x.mean(-1, keepdim=True)
    y = x / torch.sqrt((x * x).mean(-1, keepdim=True) + epsilon) * w[name + ".weight"]
    return y + w[name + ".bias"] if name + ".bias" in w.tensors else y


def modern_weights(c, stored):
    w, root, hidden, inner = Checkpoint(stored), root_of(c), c["hidden_size"], c["intermediate_size"]
    shift = c["norm_bias"]
    w.add(root + "embeddings.tok_embeddings.weight", (c["vocab_size"], hidden), 0.2)  # normalised at once
    add_norm(w, root + "embeddings.norm", hidden, shift)
    for layer in range(c["num_hidden_layers"]):
        name = f"{root}layers.{layer}."
        if layer:
            add_norm(w, name + "attn_norm", hidden, shift)
        w.linear(name + "attn.Wqkv", 3 * hidden, hidden, c["attention_bias"])
        w.linear(name + "attn.Wo", hidden, hidden, c["attention_bias"])
        add_norm(w, name + "mlp_norm", hidden, shift)
        w.linear(name + "mlp.Wi", 2 * inner, hidden, c["mlp_bias"])
        w.linear(name + "mlp.Wo", hidden, inner, c["mlp_bias"])
    add_norm(w, root + "final_norm", hidden, shift)
    if task_of(c):
        w.linear("head.dense", hidden, hidden, c["classifier_bias"])
        add_norm(w, "head.norm", hidden, shift)
    if task_of(c) == "MaskedLM":
        if not c["tie_word_embeddings"]:
            w.add("decoder.weight", (c["vocab_size"], hidden), 0.3)
        if c["decoder_bias"]:
            w.add("decoder.bias", (c["vocab_size"],), 0.5)
    add_class_head(c, w)
    return w


def sees_all(c, layer):
    if "layer_types" in c:
        return c["layer_types"][layer] == "full_attention"
    return layer % c["global_attn_every_n_layers"] == 0


def base_of(c, layer):
    if "rope_parameters" in c:
        return c["rope_parameters"]["full_attention" if sees_all(c, layer) else "sliding_attention"]["rope_theta"]
    return c["global_rope_theta" if sees_all(c, layer) else "local_rope_theta"]


def modern_run(c, w, ids, mask_mode, temperature):
    root, heads, epsilon = root_of(c), c["num_attention_heads"], c["norm_eps"]
    d, activation, record = c["hidden_size"] // heads, ACTIVATIONS[c["hidden_activation"]], Recorder()
    pairs = torch.arange(0, d, 2, dtype=torch.float64) / d
    x = plain_norm(w, root + "embeddings.norm", w[root + "embeddings.tok_embeddings.weight"][ids], epsilon)
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"{root}layers.{layer}."
        y = plain_norm(w, name + "attn_norm", x, epsilon) if layer else x
        q, k, v = (heads_of(part.contiguous(), heads) for part in w.project(name + "attn.Wqkv", y).chunk(3, -1))
        theta = float(base_of(c, layer)) ** -pairs
        q, k = rotate(q, theta, 1.0), rotate(k, theta, 1.0)
        window = 0 if sees_all(c, layer) else c["local_attention"] // 2 + 1  # as far as half of it, on either side
        scores, weights, out = attention(q, k, v, allowed(len(ids), mask_mode == "causal", window), temperature)
        written = w.project(name + "attn.Wo", side_by_side(out))
        x = x + written
        through, beside = w.project(name + "mlp.Wi", plain_norm(w, name + "mlp_norm", x, epsilon)).chunk(2, -1)
        inner = w.project(name + "mlp.Wo", activation(through) * beside)
        x = x + inner
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    y = plain_norm(w, root + "final_norm", x, epsilon)
    if task_of(c) == "MaskedLM":
        z = plain_norm(w, "head.norm", ACTIVATIONS[c["classifier_activation"]](w.project("head.dense", y)), epsilon)
        logits = z @ w[root + "embeddings.tok_embeddings.weight" if c["tie_word_embeddings"] else "decoder.weight"].T
        record["logits"] = logits + w["decoder.bias"] if c["decoder_bias"] else logits
    return add_answer(c, w, y, record)


# -------------------------------------------------------------------------------------------------------- heads on top of them
# Of a text: what stands between (its name, its curve), and the matrix of labels.

TEXT_HEADS = {"albert": ("albert.pooler", torch.tanh, "classifier"), "mpnet": ("classifier.dense", torch.tanh, "classifier.out_proj"),
              "deberta": ("pooler.dense", ACTIVATIONS["gelu"], "classifier"),
              "deberta-v2": ("pooler.dense", ACTIVATIONS["gelu"], "classifier")}


def add_class_head(c, w):
    task, kind, hidden = task_of(c), kind_of(c), c["hidden_size"]
    if task in ("", "MaskedLM"):
        return
    outputs = 2 if task == "QuestionAnswering" else len(LABELS)
    if kind == "modernbert":
        return w.linear("classifier", outputs, hidden, True)
    if task == "SequenceClassification":
        between, _, out = TEXT_HEADS[kind]
        w.linear(between, hidden, hidden, True)
        return w.linear(out, outputs, hidden, True)
    w.linear("qa_outputs" if task == "QuestionAnswering" else "classifier", outputs, hidden, True)


def add_answer(c, w, x, record):
    task, kind = task_of(c), kind_of(c)
    if task in ("", "MaskedLM"):
        return record.arrays()
    if kind == "modernbert":
        if task == "SequenceClassification":
            x = x.mean(0, keepdim=True) if c["classifier_pooling"] == "mean" else x[:1]
        x = plain_norm(w, "head.norm", ACTIVATIONS[c["classifier_activation"]](w.project("head.dense", x)), c["norm_eps"])
        record["class_logits"] = w.project("classifier", x)
    elif task == "SequenceClassification":
        between, curve, out = TEXT_HEADS[kind]
        record["class_logits"] = w.project(out, curve(w.project(between, x[:1])))
    else:
        record["class_logits"] = w.project("qa_outputs" if task == "QuestionAnswering" else "classifier", x)
    return record.arrays()


# ------------------------------------------------------------------------------------------------------------------ moved tokens


def write_moved_model(folder, config, stored):
    """A DeBERTa whose tokens stand elsewhere, or nowhere."""
    folder.mkdir(parents=True, exist_ok=True)
    weights, vocabulary = like_bert_weights(config, stored), make_vocabulary(config["vocab_size"])
    weights.write(folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": True, "strip_accents": False}) + "\n")
    ids = encode(TEXTS[1], vocabulary)
    moved = torch.arange(len(ids))
    moved[4:7] += 11
    moved[9:] -= 300
    items = [[], [{"kind": "shift_positions", "positions": [[4, 7]], "amount": 11},
                  {"kind": "shift_positions", "positions": [[9, None]], "amount": -300}], [{"kind": "no_positions"}]]
    arrays, runs = {}, []
    for index, (interventions, places) in enumerate(zip(items, (torch.arange(len(ids)), moved, None))):
        run = run_at(config, weights, ids, "as_trained", 1.0, places)
        arrays.update({f"run{index}_{name}": array for name, array in run.items()})
        runs.append({"name": f"run{index}", "ids": ids, "source_ids": ids, "interventions": interventions})
    np.savez_compressed(folder / "reference.npz", **arrays)
    (folder / "reference.json").write_text(json.dumps({"runs": runs}, ensure_ascii=False, indent=1) + "\n")


# -------------------------------------------------------------------------------------------------------------------- models


def like_bert(kind, architecture, hidden, heads, **more):
    labels = {} if architecture.endswith(("MaskedLM", "Model")) else {"id2label": LABELS}
    return {"architectures": [architecture], "model_type": kind, "hidden_size": hidden, "num_attention_heads": heads,
            "num_hidden_layers": 3, "intermediate_size": 50, "vocab_size": VOCABULARY, "max_position_embeddings": CONTEXT,
            "hidden_act": "gelu", "layer_norm_eps": 1e-7, "tie_word_embeddings": True, **labels, **more}


def albert(task, hidden, **more):
    return like_bert("albert", "Albert" + task, hidden, 3, **{"type_vocab_size": 2, "hidden_act": "gelu_new", "embedding_size": 17,
                                                               "num_hidden_groups": 1, "inner_group_num": 1, **more})


def mpnet(task, hidden, **more):
    return like_bert("mpnet", "MPNet" + task, hidden, 3, **{"max_position_embeddings": CONTEXT + 2, **more})


def deberta(version, task, hidden, heads, **more):
    kind, name = ("deberta", "Deberta") if version == 1 else ("deberta-v2", "DebertaV2")
    return like_bert(kind, name + task, hidden, heads, **{"type_vocab_size": 0, "relative_attention": True, "pos_att_type": "p2c|c2p",
                                                           "position_biased_input": False, "max_relative_positions": -1, **more})


def modern(task, hidden, heads, **more):
    labels = {} if task in ("ForMaskedLM", "Model") else {"id2label": LABELS}
    return {"architectures": ["ModernBert" + task], "model_type": "modernbert", "hidden_size": hidden, "num_attention_heads": heads,
            "num_hidden_layers": 4, "intermediate_size": 27, "vocab_size": VOCABULARY, "max_position_embeddings": CONTEXT,
            "hidden_activation": "gelu", "norm_eps": 1e-5, "norm_bias": False, "attention_bias": False, "mlp_bias": False,
            "local_attention": 10, "global_attn_every_n_layers": 3, "global_rope_theta": 160000.0, "local_rope_theta": 10000.0,
            "classifier_pooling": "mean", "classifier_bias": False, "classifier_activation": "gelu", "decoder_bias": True,
            "tie_word_embeddings": True, **labels, **more}


V3 = {"position_buckets": 8, "norm_rel_ebd": "layer_norm", "share_att_key": True}
BERT, MODERN = (like_bert_weights, like_bert_run), (modern_weights, modern_run)
MODELS = {
    "albert-f32": (albert("ForMaskedLM", 39), "F32", *BERT),
    "albert-groups-f16": (albert("ForMaskedLM", 33, num_hidden_layers=5, num_hidden_groups=2, inner_group_num=2,
                                 tie_word_embeddings=False), "F16", *BERT),
    "albert-bare-wide-bf16": (albert("Model", 30, embedding_size=30, hidden_act="relu"), "BF16", *BERT),
    "albert-text-f32": (albert("ForSequenceClassification", 36), "F32", *BERT),
    "albert-spans-f32": (albert("ForQuestionAnswering", 33), "F32", *BERT),
    "mpnet-f32": (mpnet("ForMaskedLM", 39, hidden_act="relu"), "F32", *BERT),
    "mpnet-bare-bf16": (mpnet("Model", 27), "BF16", *BERT),
    "mpnet-text-f16": (mpnet("ForSequenceClassification", 33), "F16", *BERT),
    "mpnet-tokens-f32": (mpnet("ForTokenClassification", 30), "F32", *BERT),
    "deberta-v3-f32": (deberta(2, "ForMaskedLM", 39, 3, **V3), "F32", *BERT),
    "deberta-v2-own-projections-f16": (deberta(2, "ForMaskedLM", 36, 4, position_buckets=11, max_relative_positions=37,
                                               embedding_size=19, position_biased_input=True, type_vocab_size=2,
                                               norm_rel_ebd="none", tie_word_embeddings=False), "F16", *BERT),
    "deberta-v2-short-f32": (deberta(2, "ForMaskedLM", 33, 3, legacy=False, max_relative_positions=9, pos_att_type=["c2p"]), "F32", *BERT),
    "deberta-v2-to-content-bf16": (deberta(2, "Model", 30, 3, **{**V3, "pos_att_type": ["p2c"], "share_att_key": False}), "BF16", *BERT),
    "deberta-v2-absolute-f32": (deberta(2, "Model", 30, 3, relative_attention=False, position_biased_input=True), "F32", *BERT),
    "deberta-v3-text-f32": (deberta(2, "ForSequenceClassification", 36, 3, **V3), "F32", *BERT),
    "deberta-v3-tokens-f16": (deberta(2, "ForTokenClassification", 33, 3, **V3), "F16", *BERT),
    "deberta-v1-f32": (deberta(1, "ForMaskedLM", 33, 3, pos_att_type="c2p|p2c"), "F32", *BERT),
    "deberta-v1-short-bf16": (deberta(1, "Model", 30, 3, max_relative_positions=13, position_biased_input=True, type_vocab_size=2),
                              "BF16", *BERT),
    "modern-bert-f32": (modern("ForMaskedLM", 42, 3), "F32", *MODERN),
    "modern-bert-biases-f16": (modern("ForMaskedLM", 36, 3, norm_bias=True, attention_bias=True, mlp_bias=True, classifier_bias=True,
                                      decoder_bias=False, tie_word_embeddings=False, hidden_activation="gelu_new",
                                      classifier_activation="relu", local_attention=7), "F16", *MODERN),
    "modern-bert-types-bf16": ({**{key: value for key, value in modern("Model", 36, 3).items()
                                   if key not in ("global_rope_theta", "local_rope_theta", "global_attn_every_n_layers")},
                                "layer_types": ["sliding_attention", "full_attention", "full_attention", "sliding_attention"],
                                "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 500.0},
                                                    "sliding_attention": {"rope_type": "default", "rope_theta": 50.0}}},
                               "BF16", *MODERN),
    "modern-bert-plain-bf16": (modern("Model", 36, 3), "BF16", *MODERN),
    "modern-bert-text-f32": (modern("ForSequenceClassification", 36, 3), "F32", *MODERN),
    "modern-bert-first-token-f32": (modern("ForSequenceClassification", 36, 3, classifier_pooling="cls", classifier_activation="silu",
                                          hidden_activation="silu"), "F32", *MODERN),
    "modern-bert-tokens-f32": (modern("ForTokenClassification", 36, 3), "F32", *MODERN),
    "modern-bert-spans-f16": (modern("ForQuestionAnswering", 30, 3), "F16", *MODERN),
}
MOVED = {"edited-deberta-v3-f32": (deberta(2, "ForMaskedLM", 36, 3, **V3), "F32")}
