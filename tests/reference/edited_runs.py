# SPDX-License-Identifier: Apache-2.0
"""Interventions for make_reference.py: one model of each family run with scores, weights, heads, positions and states changed,
by plain PyTorch formulas in float64 over whole grids.

Like the rest, this imports nothing of the program and does not look at how the program computes. What each kind means is what
core/trace/intervention.h says to people.
"""
import json
import math

import numpy as np
import torch

from families import bloom, bloom_weights, causal_mask, conv1d, gpt2, gpt2_weights, joined_heads, slopes_of
from make_reference import (ACTIVATIONS, TEXTS, Recorder, allowed, bert, bert_weights, encode, frequencies, heads_of, layer_norm,
                            llama, llama_weights, make_vocabulary, rms_norm, side_by_side)

END = 10**9


def rectangle(tokens, cell):
    """[T, T] of 0 and 1."""
    def inside(limits):
        begin, end = limits
        index = torch.arange(tokens)
        return (index >= begin) & (index < (END if end is None else end))
    return inside(cell.get("queries", [0, None]))[:, None] & inside(cell.get("keys", [0, None]))[None, :]


def places_open(name, numbers, tokens):
    """[T, T]: which keys a kind of attention leaves open by their places, as its paper says."""
    i, j = torch.meshgrid(torch.arange(tokens), torch.arange(tokens), indexing="ij")
    near = (i - j).abs()
    if name == "window":
        return near < numbers[0]
    if name == "global":
        return (i < numbers[0]) | (j < numbers[0]) | (near < numbers[1])
    if name == "first_last":
        return (j < numbers[0]) | (near < numbers[1])
    if name == "strided":
        return (near <= numbers[0]) | ((i - j) % numbers[0] == 0)
    if name == "blocks":
        return (i // numbers[0] == j // numbers[0]) | (j % numbers[0] == numbers[0] - 1)
    return torch.ones(tokens, tokens, dtype=torch.bool)


def row_by_row(scores, visible, count):
    """The `count` largest visible scores of each row; of equal ones the earlier."""
    kept = torch.zeros_like(visible)
    for query in range(scores.shape[0]):
        keys = [key for key in range(scores.shape[1]) if visible[query, key]]
        for key in sorted(keys, key=lambda key: -float(scores[query, key]))[:count]:
            kept[query, key] = True
    return kept


class Edits:
    """A list of interventions, and how it changes a run; `source` is another run's recorder."""

    def __init__(self, items, tokens, source=None):
        self.items, self.tokens, self.source = items, tokens, source

    def of(self, kind, layer=None, head=None):
        return [item for item in self.items if item["kind"] == kind
                and item.get("layer", layer) == layer and item.get("head", head) == head]

    def covered(self, item):
        grid = torch.zeros(self.tokens, self.tokens, dtype=torch.bool)
        for cell in item["cells"]:
            grid |= rectangle(self.tokens, cell)
        return grid

    def chosen(self, item):
        """[T] of booleans: the item's positions."""
        if "positions" not in item:
            return torch.ones(self.tokens, dtype=torch.bool)
        return torch.stack([rectangle(self.tokens, {"queries": limits})[:, 0] for limits in item["positions"]]).any(0)

    def places(self):
        places = torch.arange(self.tokens, dtype=torch.float64)
        for item in self.items:
            if item["kind"] == "shift_positions":
                places[self.chosen(item)] += item["amount"]
        return places * 0 if self.placeless() else places

    def placeless(self):
        return any(item["kind"] == "no_positions" for item in self.items)

    def bare_embedding(self):
        """Nothing is added to the embedding."""
        return self.placeless() or any(item["kind"] == "positions" and "layer" not in item and item["as"] in ("none", "alibi")
                                       for item in self.items)

    def positions_of(self, layer, head):
        """What the head has in place of its own positions, and a number; None: its own."""
        found = self.of("positions", layer, head)
        if not found:
            return None, 0.0
        name, _, number = found[-1]["as"].partition(":")
        return name, float(number or 0)

    def biased(self, scores, causal, slopes, layer):
        """scores [heads, T, T] with what ALiBi takes from them: the model's own slopes, or those that `positions` brings."""
        heads, places = scores.shape[0], self.places()
        apart = places[:, None] - places[None, :]
        rows = []
        for head in range(heads):
            name, _ = self.positions_of(layer, head)
            if name == "alibi":
                rows.append(slopes_of(heads)[head] * (apart if causal else apart.abs()))
            elif slopes is None or name == "none":
                rows.append(torch.zeros_like(apart))
            else:
                rows.append(slopes[head] * apart)
        return scores if self.placeless() else scores - torch.stack(rows)

    def turned(self, x, c, layer, group):
        """x [heads, T, d]: queries or keys of heads that stand for `group` heads each, turned as the run has it."""
        return torch.stack([self.turned_head(one, c, *self.positions_of(layer, head * group)) for head, one in enumerate(x)])

    def turned_head(self, x, c, name, number):
        d, base, factor = c["head_dim"], c["rope_theta"], 1.0
        if name in ("none", "alibi"):
            return x
        if name in ("linear", "yarn"):
            theta, factor = frequencies({**c, "rope_scaling": {"rope_type": name, "factor": number, "beta_fast": 32.0, "beta_slow": 1.0}}, self.tokens)
        elif name == "ntk":
            theta = (base * number ** (d / (d - 2))) ** -(torch.arange(0, d, 2, dtype=torch.float64) / d)
        elif name == "base":
            theta = number ** -(torch.arange(0, d, 2, dtype=torch.float64) / d)
        else:
            theta, _ = frequencies(c, self.tokens)
        if name == "share":
            theta = torch.where(torch.arange(d // 2) < math.floor(number * (d // 2)), theta, torch.zeros_like(theta))
        return turned(x, self.places(), theta) * factor

    def patched(self, tensor, site, layer):
        """tensor [T, …] or [heads, T, d]."""
        names = {"query": "q", "key": "k", "value": "v", "head_output": "head_out"}
        for item in self.items:
            if item["kind"] != "patch" or item["site"] != site or item["layer"] != layer:
                continue
            given = self.source[names.get(site, site)][layer]
            rows = self.chosen(item)
            if tensor.dim() == 2:
                tensor = torch.where(rows[:, None], given, tensor)
                continue
            heads = torch.arange(tensor.shape[0])[:, None, None]
            group = item.get("heads_of_group", 1)
            here = (heads == item["head"] // group) if "head" in item else heads >= 0
            tensor = torch.where(here & rows[None, :, None], given, tensor)
        return tensor

    def attention(self, q, k, v, mask, scale, layer, slopes=None):
        heads, group = q.shape[0], q.shape[0] // k.shape[0]
        k, v = k.repeat_interleave(group, 0), v.repeat_interleave(group, 0)
        scores = torch.einsum("hqd,hkd->hqk", q, k) * scale
        scores = self.biased(scores, not bool(mask[0, -1]), slopes, layer)
        weights, outputs = [], []
        for head in range(heads):
            for item in self.of("add", layer, head):
                scores[head] = scores[head] + self.covered(item) * item["amount"]
            visible = mask.clone()
            for item in self.of("mask", layer, head):
                visible &= ~self.covered(item)
            for item in self.of("hide_tokens"):
                visible &= ~self.chosen(item)[None, :]
            tau = ([1.0] + [item["amount"] for item in self.of("temperature", layer, head)])[-1]
            kind = (["softmax"] + [item["as"] for item in self.of("attention", layer, head)])[-1]
            rows, scores[head] = self.rows_of_kind(kind, q[head], k[head], scores[head], tau, visible)
            rows = self.with_set_weights(rows, mask, layer, head)
            weights.append(rows)
            outputs.append(rows @ v[head])
        outputs = torch.stack(outputs)
        for item in self.items:
            if item["kind"] == "patch" and item["site"] == "head_output":
                outputs = Edits([item], self.tokens, self.source).patched(outputs, "head_output", layer)
            elif item["kind"] in ("scale", "ablate", "keep_only") and item.get("layer", layer) == layer:
                one = item.get("head")
                for head in range(heads):
                    if (head == one or one is None) == (item["kind"] == "keep_only"):
                        continue
                    if item["kind"] == "scale":
                        outputs[head] = outputs[head] * item["amount"]
                    else:
                        outputs[head] = outputs[head].mean(0, keepdim=True) * (1.0 if item.get("mean") else 0.0)
        return scores, torch.stack(weights), outputs

    def rows_of_kind(self, kind, q, k, scores, tau, visible):
        """-> weights [T, T], and what they are made of before the softmax."""
        name, *numbers = kind.split(":")
        numbers = [int(number) for number in numbers]
        visible = visible & places_open(name, numbers, self.tokens)
        if name == "sigmoid":
            count = visible.sum(-1, keepdim=True).to(torch.float64)
            return torch.sigmoid(scores / tau - torch.log(count)) * visible, scores
        if name == "linear":
            product = (torch.nn.functional.elu(q) + 1) @ (torch.nn.functional.elu(k) + 1).T
            return product * visible / (product * visible).sum(-1, keepdim=True), torch.log(product)
        if name == "cosine":
            scores = numbers[0] * torch.nn.functional.cosine_similarity(q[:, None, :], k[None, :, :], dim=-1)
        if name in ("topk", "hard"):
            visible = row_by_row(scores, visible, numbers[0] if name == "topk" else 1)
        return torch.softmax((scores / tau).masked_fill(~visible, -math.inf), -1).nan_to_num(0.0), scores

    def with_set_weights(self, rows, mask, layer, head):
        fixed = torch.full_like(rows, -1.0)
        for item in self.items:
            if item.get("layer", layer) != layer or item.get("head", head) != head:
                continue
            if item["kind"] == "copy_pattern":
                chosen = self.chosen(item)
                rows = torch.where(chosen[:, None], self.source["weights"][layer][head], rows)
                fixed[chosen] = -1.0
            elif item["kind"] == "set_weight":
                fixed = torch.where(self.covered(item) & mask, torch.full_like(rows, item["amount"]), fixed)
        result = rows.clone()
        for query in range(self.tokens):
            chosen = fixed[query] >= 0
            if not chosen.any():
                continue
            asked, others = fixed[query][chosen].sum(), rows[query][~chosen].sum()
            if asked >= 1 or others <= 0:
                result[query] = torch.where(chosen, fixed[query] / asked, torch.zeros_like(asked))
            else:
                result[query] = torch.where(chosen, fixed[query], rows[query] * (1 - asked) / others)
        return result


def record_layer(record, edits, layer, q, k, v, grids, project):
    """The rest of an attention block: W_O and what is recorded. -> what attention writes."""
    scores, weights, out = grids
    written = edits.patched(project(side_by_side(out)), "attention_output", layer)
    record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, attention_output=written)
    return written


def patched_heads(edits, q, k, v, layer):
    return (edits.patched(part, site, layer) for part, site in ((q, "query"), (k, "key"), (v, "value")))


def feed_forward(record, edits, layer, written):
    written = edits.patched(written, "feed_forward_output", layer)
    record.layer(feed_forward_output=written)
    return written


def bert_run(c, w, ids, edits):
    root, heads, epsilon, activation = "bert.", c["num_attention_heads"], c["layer_norm_eps"], ACTIVATIONS[c["hidden_act"]]
    record = Recorder()
    x = w[root + "embeddings.word_embeddings.weight"][ids] + w[root + "embeddings.token_type_embeddings.weight"][0]
    if not edits.bare_embedding():
        x = x + w[root + "embeddings.position_embeddings.weight"][edits.places().long()]
    x = edits.patched(layer_norm(w, root + "embeddings.LayerNorm", x, epsilon), "residual", 0)
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"{root}encoder.layer.{layer}."
        q, k, v = (heads_of(w.project(name + "attention.self." + part, x), heads) for part in ("query", "key", "value"))
        q, k, v = patched_heads(edits, q, k, v, layer)
        grids = edits.attention(q, k, v, allowed(len(ids), False, 0), q.shape[-1] ** -0.5, layer)
        written = record_layer(record, edits, layer, q, k, v, grids, lambda y: w.project(name + "attention.output.dense", y))
        x = layer_norm(w, name + "attention.output.LayerNorm", x + written, epsilon)
        inner = w.project(name + "output.dense", activation(w.project(name + "intermediate.dense", x)))
        x = layer_norm(w, name + "output.LayerNorm", x + feed_forward(record, edits, layer, inner), epsilon)
        x = edits.patched(x, "residual", layer + 1)
        record.layer(residual=x)
    y = activation(w.project("cls.predictions.transform.dense", x))
    y = layer_norm(w, "cls.predictions.transform.LayerNorm", y, epsilon)
    record["logits"] = y @ w[root + "embeddings.word_embeddings.weight"].T + w["cls.predictions.bias"]
    return record


def gpt2_run(c, w, ids, edits):
    hidden, heads, epsilon = c["n_embd"], c["n_head"], c["layer_norm_epsilon"]
    activation, record = ACTIVATIONS[c["activation_function"]], Recorder()
    x = w["transformer.wte.weight"][ids]
    if not edits.bare_embedding():
        x = x + w["transformer.wpe.weight"][edits.places().long()]
    x = edits.patched(x, "residual", 0)
    record.layer(residual=x)
    for layer in range(c["n_layer"]):
        name = f"transformer.h.{layer}."
        joined = conv1d(w, name + "attn.c_attn", layer_norm(w, name + "ln_1", x, epsilon))
        q, k, v = (heads_of(part.contiguous(), heads) for part in joined.split(hidden, -1))
        q, k, v = patched_heads(edits, q, k, v, layer)
        grids = edits.attention(q, k, v, causal_mask(ids, "causal"), (hidden // heads) ** -0.5, layer)
        x = x + record_layer(record, edits, layer, q, k, v, grids, lambda y: conv1d(w, name + "attn.c_proj", y))
        inner = conv1d(w, name + "mlp.c_proj", activation(conv1d(w, name + "mlp.c_fc", layer_norm(w, name + "ln_2", x, epsilon))))
        x = edits.patched(x + feed_forward(record, edits, layer, inner), "residual", layer + 1)
        record.layer(residual=x)
    record["logits"] = layer_norm(w, "transformer.ln_f", x, epsilon) @ w["transformer.wte.weight"].T
    return record


def turned(x, places, theta):
    """x [heads, T, d]: the pair (k, k + d/2) turns by place·θ_k."""
    half = x.shape[-1] // 2
    angle = places[:, None] * theta
    pairs = torch.complex(x[..., :half], x[..., half:]) * torch.polar(torch.ones_like(angle), angle)
    return torch.cat([pairs.real, pairs.imag], -1)


def llama_run(c, w, ids, edits):
    heads, kv_heads, epsilon = c["num_attention_heads"], c["num_key_value_heads"], c["rms_norm_eps"]
    record = Recorder()
    x = edits.patched(w["model.embed_tokens.weight"][ids], "residual", 0)
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        y = rms_norm(x, w[name + "input_layernorm.weight"], epsilon)
        q, k, v = (heads_of(w.project(f"{name}self_attn.{part}_proj", y), count)
                   for part, count in (("q", heads), ("k", kv_heads), ("v", kv_heads)))
        q, k = edits.turned(q, c, layer, 1), edits.turned(k, c, layer, heads // kv_heads)
        q, k, v = patched_heads(edits, q, k, v, layer)
        grids = edits.attention(q, k, v, causal_mask(ids, "causal"), q.shape[-1] ** -0.5, layer)
        x = x + record_layer(record, edits, layer, q, k, v, grids, lambda y: w.project(name + "self_attn.o_proj", y))
        y = rms_norm(x, w[name + "post_attention_layernorm.weight"], epsilon)
        inner = ACTIVATIONS["silu"](w.project(name + "mlp.gate_proj", y)) * w.project(name + "mlp.up_proj", y)
        x = edits.patched(x + feed_forward(record, edits, layer, w.project(name + "mlp.down_proj", inner)), "residual", layer + 1)
        record.layer(residual=x)
    record["logits"] = rms_norm(x, w["model.norm.weight"], epsilon) @ w["lm_head.weight"].T
    return record


def bloom_run(c, w, ids, edits):
    heads, epsilon = c["n_head"], c["layer_norm_epsilon"]
    slopes, record = torch.tensor(slopes_of(heads), dtype=torch.float64), Recorder()
    x = layer_norm(w, "transformer.word_embeddings_layernorm", w["transformer.word_embeddings.weight"][ids], epsilon)
    x = edits.patched(x, "residual", 0)
    record.layer(residual=x)
    for layer in range(c["n_layer"]):
        name = f"transformer.h.{layer}."
        read = layer_norm(w, name + "input_layernorm", x, epsilon)
        q, k, v = patched_heads(edits, *joined_heads(w, name + "self_attention.query_key_value", read, heads), layer)
        grids = edits.attention(q, k, v, causal_mask(ids, "causal"), q.shape[-1] ** -0.5, layer, slopes)
        x = x + record_layer(record, edits, layer, q, k, v, grids, lambda y: w.project(name + "self_attention.dense", y))
        y = layer_norm(w, name + "post_attention_layernorm", x, epsilon)
        inner = w.project(name + "mlp.dense_4h_to_h", ACTIVATIONS["gelu_new"](w.project(name + "mlp.dense_h_to_4h", y)))
        x = edits.patched(x + feed_forward(record, edits, layer, inner), "residual", layer + 1)
        record.layer(residual=x)
    record["logits"] = layer_norm(w, "transformer.ln_f", x, epsilon) @ w["transformer.word_embeddings.weight"].T
    return record


def in_kinds(*kinds):
    """Six heads, one after another."""
    return [{"kind": "attention", "layer": head // 3, "head": head % 3, "as": kind} for head, kind in enumerate(kinds)]


def cases(group, own_scores=True, sinks=False):
    """What is changed in each run; two layers of three heads. `own_scores`: kinds may make scores of their own. `sinks`: heads have
    some, which leaves the kinds that are a softmax of the head's scores."""
    cells = [{"queries": [5, 9], "keys": [2, 5]}, {"queries": [7, None], "keys": [4, 6]}]
    mask = {"kind": "mask", "layer": 1, "head": 2, "cells": cells}
    hide = {"kind": "hide_tokens", "positions": [[0, 1], [6, 7]]}
    add = {"kind": "add", "layer": 0, "cells": cells, "amount": 1.75}
    set_weight = [{"kind": "set_weight", "layer": 0, "head": 1, "cells": cells, "amount": 0.125},
                  {"kind": "set_weight", "layer": 0, "cells": [{"queries": [8, 10], "keys": [0, 1]}], "amount": 0.5},
                  {"kind": "set_weight", "layer": 1, "head": 0, "cells": [{"queries": [11, 12], "keys": [1, 4]}], "amount": 0.75}]
    zero = {"kind": "ablate", "layer": 0, "head": 2}
    mean = {"kind": "ablate", "layer": 0, "head": 1, "mean": True}
    scale = {"kind": "scale", "layer": 1, "head": 0, "amount": -2.5}
    keep = {"kind": "keep_only", "layer": 1, "head": 1, "mean": True}
    temperature = [{"kind": "temperature", "layer": 0, "amount": 2.0}, {"kind": "temperature", "layer": 0, "head": 1, "amount": 0.25}]
    shift = {"kind": "shift_positions", "positions": [[4, 7], [9, None]], "amount": 11}
    patches = [{"kind": "patch", "site": "residual", "layer": 1, "positions": [[3, 5]], "source": "A"},
               {"kind": "patch", "site": "attention_output", "layer": 0, "positions": [[8, 9]], "source": "A"},
               {"kind": "patch", "site": "feed_forward_output", "layer": 1, "positions": [[2, 3]], "source": "A"},
               {"kind": "patch", "site": "head_output", "layer": 1, "head": 2, "source": "A"},
               {"kind": "patch", "site": "query", "layer": 1, "head": 0, "positions": [[5, 8]], "source": "A"},
               {"kind": "patch", "site": "key", "layer": 0, "head": 2, "positions": [[1, 4]], "source": "A"},
               {"kind": "patch", "site": "value", "layer": 1, "positions": [[0, 2]], "source": "A"}]
    copy = {"kind": "copy_pattern", "layer": 1, "head": 1, "positions": [[3, None]], "source": "A"}
    runs = [[], [mask], [hide], [add], set_weight, [zero], [mean], [scale], [keep], temperature, [shift], [{"kind": "no_positions"}],
            [mask, add, *set_weight, mean, scale, *temperature, shift], patches, [copy, set_weight[2], mask],
            in_kinds("window:4", "global:2:3", "first_last:1:4", "strided:5", "blocks:4", "topk:3")]
    if not sinks:
        runs += [
            in_kinds("hard", "sigmoid", *(("cosine:10", "linear", "cosine:3", "linear") if own_scores else ("topk:2",))),
            [{"kind": "attention", "as": "sigmoid"}, {"kind": "attention", "layer": 1, "as": "window:3"}, mask, hide, *temperature,
             shift]]
    for run in runs:
        for item in run:
            if item.get("site") in ("key", "value"):
                item["heads_of_group"] = group
    return runs


def positions(text, layer=None, head=None):
    place = {name: number for name, number in (("layer", layer), ("head", head)) if number is not None}
    return {"kind": "positions", "as": text, **place}


FARTHER = {"kind": "shift_positions", "positions": [[4, 7], [9, None]], "amount": 11}
# Further runs: other positions than the model's own.
POSITIONS = {
    "edited-bert-f32": [[positions("none")], [positions("alibi"), FARTHER], [positions("alibi"), positions("none")]],
    "edited-gpt2-f32": [[positions("none")], [positions("alibi"), FARTHER]],
    "edited-llama-f32": [[positions("none")], [positions("alibi", 0), positions("none", 1), FARTHER], [positions("base:50000")],
                         [positions("share:0.5", 1)], [positions("linear:2")], [positions("ntk:3.5")],
                         [positions("yarn:4", 0), positions("linear:1.5", 1), FARTHER], [positions("none"), positions("base:300", 1)]],
    "edited-bloom-f32": [[positions("none", 0, 1)], [positions("none")], [positions("none", 1), FARTHER]],
}

MODELS = {
    "edited-bert-f32": (bert(39, "gelu"), lambda c: bert_weights(c, "F32", "bert."), bert_run, 1),
    "edited-gpt2-f32": (gpt2(33, True, "transformer.", n_layer=2), lambda c: gpt2_weights(c, "F32"), gpt2_run, 1),
    "edited-llama-f32": (llama("llama", 34, 3, 1, 10, False), lambda c: llama_weights(c, "F32"), llama_run, 3),
    "edited-bloom-f32": (bloom(33, 3), lambda c: bloom_weights(c, "F32"), bloom_run, 1, False),  # ALiBi is part of its scores
}


def write_model(folder, config, make_weights, run_model, group, own_scores=True, sinks=False):
    folder.mkdir(parents=True, exist_ok=True)
    weights = make_weights(config)
    vocabulary = make_vocabulary(config["vocab_size"])
    weights.write(folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": True, "strip_accents": False}) + "\n")
    ids = encode(TEXTS[1], vocabulary)[:16]
    source_ids = ids[::-1]
    source = run_model(config, weights, source_ids, Edits([], len(ids)))
    arrays, runs = {}, []
    for index, items in enumerate(cases(group, own_scores, sinks) + POSITIONS.get(folder.name, [])):
        record = run_model(config, weights, ids, Edits(items, len(ids), source))
        arrays.update({f"run{index}_{name}": array for name, array in record.arrays().items()})
        written = [{key: value for key, value in item.items() if key != "heads_of_group"} for item in items]
        runs.append({"name": f"run{index}", "ids": ids, "source_ids": source_ids, "interventions": written})
    np.savez_compressed(folder / "reference.npz", **arrays)
    (folder / "reference.json").write_text(json.dumps({"runs": runs}, ensure_ascii=False, indent=1) + "\n")
