# SPDX-License-Identifier: Apache-2.0
"""gpt-oss for make_reference.py, by plain PyTorch formulas in float64: a learned sink in every head, windows on every other layer,
YaRN without whole pairs, experts with a clamped gate, in the published layouts (gate and up by turns; MXFP4).

Like the rest, this imports nothing of the program and does not look at how the program computes. `sink` [L, H, T] is the share of
each row that goes to the sink; `router` are softmax over all experts, `gates` softmax over the chosen ones.
"""
import json
import math
import struct

import torch

from edited_runs import Edits, places_open, record_layer, row_by_row
from make_reference import CONTEXT, Checkpoint, Recorder, allowed, frequencies, heads_of, rms_norm, rotate, side_by_side

VOCABULARY = 173
FOUR_BITS = torch.tensor([0, 0.5, 1, 1.5, 2, 3, 4, 6, 0, -0.5, -1, -1.5, -2, -3, -4, -6], dtype=torch.float64)
KINDS = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.uint8: "U8"}
SLOPE, LIMIT = 1.702, 7.0


class MixedCheckpoint(Checkpoint):
    """Tensors of several kinds; experts in four bits are read through `self[name]` as what they mean."""

    def __getitem__(self, name):
        if name + "_blocks" not in self.tensors:
            return super().__getitem__(name)
        halves, scales = self.tensors[name + "_blocks"].long(), self.tensors[name + "_scales"].double()
        numbers = torch.stack([FOUR_BITS[halves % 16], FOUR_BITS[halves // 16]], -1).flatten(-2)  # the low half comes first
        return (numbers * 2.0 ** (scales - 127)[..., None]).flatten(-2).transpose(1, 2)

    def add_four_bits(self, name, experts, outputs, inputs, scale):
        self.tensors[name + "_blocks"] = torch.randint(0, 256, (experts, outputs, inputs // 32, 16), dtype=torch.uint8)
        self.tensors[name + "_scales"] = torch.randint(scale - 2, scale + 3, (experts, outputs, inputs // 32), dtype=torch.uint8)

    def write(self, path):
        header, blobs, offset = {"__metadata__": {"format": "pt"}}, [], 0
        for name, tensor in self.tensors.items():
            flat = tensor.contiguous()
            data = (flat.view(torch.int16) if flat.element_size() == 2 else flat).numpy().tobytes()
            header[name] = {"dtype": KINDS[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
            blobs.append(data)
            offset += len(data)
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def make_weights(c, stored):
    w, hidden, d, experts = MixedCheckpoint(stored), c["hidden_size"], c["head_dim"], c["num_local_experts"]
    width = c["intermediate_size"]
    w.add("model.embed_tokens.weight", (c["vocab_size"], hidden), 1.0)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        w.add(name + "input_layernorm.weight", (hidden,), 0.2, 1.0)
        for part, heads in (("q", c["num_attention_heads"]), ("k", c["num_key_value_heads"]), ("v", c["num_key_value_heads"])):
            w.linear(name + f"self_attn.{part}_proj", heads * d, hidden, c["attention_bias"])
        w.linear(name + "self_attn.o_proj", hidden, c["num_attention_heads"] * d, c["attention_bias"])
        w.add(name + "self_attn.sinks", (c["num_attention_heads"],), 1.5, 0.7)
        w.add(name + "post_attention_layernorm.weight", (hidden,), 0.2, 1.0)
        w.linear(name + "mlp.router", experts, hidden, True)
        prefix = name + "mlp.experts."
        if "quantization_config" in c:
            w.add_four_bits(prefix + "gate_up_proj", experts, 2 * width, hidden, 123)
            w.add_four_bits(prefix + "down_proj", experts, hidden, width, 119)
        else:
            w.add(prefix + "gate_up_proj", (experts, hidden, 2 * width), 4 / math.sqrt(hidden))  # some are clamped
            w.add(prefix + "down_proj", (experts, width, hidden), 0.3 / math.sqrt(width))
        w.add(prefix + "gate_up_proj_bias", (experts, 2 * width), 0.5)
        w.add(prefix + "down_proj_bias", (experts, hidden), 0.3)
    w.add("model.norm.weight", (hidden,), 0.2, 1.0)
    w.add("lm_head.weight", (c["vocab_size"], hidden), 0.4)
    return w


def widened(w):
    """The same numbers in BF16, which holds all that four bits and a power of two can mean."""
    result = MixedCheckpoint("BF16")
    for name, tensor in w.tensors.items():
        if name.endswith("_blocks"):
            plain = name.removesuffix("_blocks")
            result.tensors[plain] = w[plain].to(torch.bfloat16).contiguous()
            assert (result.tensors[plain].double() == w[plain]).all()
        elif not name.endswith("_scales"):
            result.tensors[name] = tensor
    return result


def sunk_softmax(scores, sinks, mask, temperature):
    """scores [H, T, T], sinks [H] -> weights [H, T, T] and the sinks' shares [H, T]."""
    column = sinks[:, None, None].expand(-1, scores.shape[1], 1)
    both = torch.cat([scores.masked_fill(~mask, -math.inf), column], -1) / temperature
    shares = torch.softmax(both, -1)
    return shares[..., :-1], shares[..., -1]


def mixture(c, w, name, y, record):
    logits = w.project(name + "mlp.router", y)
    best, chosen = torch.topk(logits, c["num_experts_per_tok"])
    gates = torch.zeros_like(logits).scatter(1, chosen, torch.softmax(best, -1))
    prefix, written = name + "mlp.experts.", torch.zeros_like(y)
    for expert in range(c["num_local_experts"]):
        inner = y @ w[prefix + "gate_up_proj"][expert] + w[prefix + "gate_up_proj_bias"][expert]
        gate, up = inner[:, 0::2].clamp(max=LIMIT), inner[:, 1::2].clamp(-LIMIT, LIMIT)
        out = (gate / (1 + torch.exp(-SLOPE * gate)) * (up + 1)) @ w[prefix + "down_proj"][expert] + w[prefix + "down_proj_bias"][expert]
        written = written + gates[:, expert, None] * out
    record.layer(router=torch.softmax(logits, -1), gates=gates)
    return written


def window_of(c, layer):
    return c["sliding_window"] if c["layer_types"][layer] == "sliding_attention" else 0


def run(c, w, ids, mask_mode, temperature):
    heads, kv_heads, epsilon = c["num_attention_heads"], c["num_key_value_heads"], c["rms_norm_eps"]
    theta, factor = frequencies(c, len(ids))
    record = Recorder()
    x = w["model.embed_tokens.weight"][ids]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        y = rms_norm(x, w[name + "input_layernorm.weight"], epsilon)
        q, k, v = (heads_of(w.project(f"{name}self_attn.{part}_proj", y), count)
                   for part, count in (("q", heads), ("k", kv_heads), ("v", kv_heads)))
        q, k = rotate(q, theta, factor), rotate(k, theta, factor)
        group = heads // kv_heads
        scores = torch.einsum("hqd,hkd->hqk", q, k.repeat_interleave(group, 0)) / math.sqrt(c["head_dim"])
        mask = allowed(len(ids), mask_mode != "bidirectional", window_of(c, layer))
        weights, sink = sunk_softmax(scores, w[name + "self_attn.sinks"], mask, temperature)
        out = torch.einsum("hqk,hkd->hqd", weights, v.repeat_interleave(group, 0))
        written = w.project(name + "self_attn.o_proj", side_by_side(out))
        x = x + written
        inner = mixture(c, w, name, rms_norm(x, w[name + "post_attention_layernorm.weight"], epsilon), record)
        x = x + inner
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, sink=sink, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    record["logits"] = rms_norm(x, w["model.norm.weight"], epsilon) @ w["lm_head.weight"].T
    return record.arrays()


# -------------------------------------------------------------------------------------------------------- interventions


class SunkEdits(Edits):
    """What is changed in a run whose heads have sinks, one after the other, row by row."""

    def attention_with_sinks(self, q, k, v, sinks, mask, layer):
        heads, group = q.shape[0], q.shape[0] // k.shape[0]
        k, v = k.repeat_interleave(group, 0), v.repeat_interleave(group, 0)
        scores = torch.einsum("hqd,hkd->hqk", q, k) / math.sqrt(q.shape[-1])
        weights, shares, outputs = [], [], []
        for head in range(heads):
            for item in self.of("add", layer, head):
                scores[head] = scores[head] + self.covered(item) * item["amount"]
            visible = mask.clone()
            for item in self.of("mask", layer, head):
                visible &= ~self.covered(item)
            for item in self.of("hide_tokens"):
                visible &= ~self.chosen(item)[None, :]
            tau = ([1.0] + [item["amount"] for item in self.of("temperature", layer, head)])[-1]
            visible = self.open_in_kind(scores[head], visible, layer, head)
            rows, share = sunk_softmax(scores[head:head + 1], sinks[head:head + 1], visible, tau)
            rows, share = self.set_rows(rows[0], share[0], mask, layer, head)
            weights.append(rows)
            shares.append(share)
            outputs.append(rows @ v[head])
        return scores, torch.stack(weights), torch.stack(shares), self.changed_outputs(torch.stack(outputs), layer)

    def open_in_kind(self, scores, visible, layer, head):
        """What the kind of the head's last `attention` leaves open; the sink stands beside it, as in the softmax."""
        name, *numbers = (["softmax"] + [item["as"] for item in self.of("attention", layer, head)])[-1].split(":")
        numbers = [int(number) for number in numbers]
        visible = visible & places_open(name, numbers, self.tokens)
        return row_by_row(scores, visible, numbers[0]) if name == "topk" else visible

    def set_rows(self, rows, share, mask, layer, head):
        """The sink is one more cell of a row, which nobody can set."""
        tokens = self.tokens
        whole, fixed = torch.cat([rows, share[:, None]], -1), torch.full((tokens, tokens + 1), -1.0, dtype=torch.float64)
        for item in self.items:
            if item.get("layer", layer) != layer or item.get("head", head) != head:
                continue
            if item["kind"] == "copy_pattern":
                chosen = self.chosen(item)
                theirs = torch.cat([self.source["weights"][layer][head], self.source["sink"][layer][head][:, None]], -1)
                whole = torch.where(chosen[:, None], theirs, whole)
                fixed[chosen] = -1.0
            elif item["kind"] == "set_weight":
                cells = torch.cat([self.covered(item) & mask, torch.zeros(tokens, 1, dtype=torch.bool)], -1)
                fixed = torch.where(cells, torch.full_like(fixed, item["amount"]), fixed)
        for query in range(tokens):
            chosen = fixed[query] >= 0
            if not chosen.any():
                continue
            asked, others = fixed[query][chosen].sum(), whole[query][~chosen].sum()
            if asked >= 1 or others <= 0:
                whole[query] = torch.where(chosen, fixed[query] / asked, torch.zeros_like(asked))
            else:
                whole[query] = torch.where(chosen, fixed[query], whole[query] * (1 - asked) / others)
        return whole[:, :-1], whole[:, -1]

    def changed_outputs(self, outputs, layer):
        for item in self.items:
            if item["kind"] == "patch" and item["site"] == "head_output":
                outputs = Edits([item], self.tokens, self.source).patched(outputs, "head_output", layer)
            elif item["kind"] in ("scale", "ablate", "keep_only") and item.get("layer", layer) == layer:
                for head in range(len(outputs)):
                    if (head == item.get("head") or "head" not in item) == (item["kind"] == "keep_only"):
                        continue
                    if item["kind"] == "scale":
                        outputs[head] = outputs[head] * item["amount"]
                    else:
                        outputs[head] = outputs[head].mean(0, keepdim=True) * (1.0 if item.get("mean") else 0.0)
        return outputs


def turned(x, places, theta, factor):
    half = x.shape[-1] // 2
    angle = places[:, None] * theta
    pairs = torch.complex(x[..., :half], x[..., half:]) * torch.polar(torch.full_like(angle, factor), angle)
    return torch.cat([pairs.real, pairs.imag], -1)


def edited_run(c, w, ids, edits):
    edits = SunkEdits(edits.items, edits.tokens, edits.source)
    heads, kv_heads, epsilon = c["num_attention_heads"], c["num_key_value_heads"], c["rms_norm_eps"]
    theta, factor = frequencies(c, len(ids))
    record = Recorder()
    x = edits.patched(w["model.embed_tokens.weight"][ids], "residual", 0)
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        y = rms_norm(x, w[name + "input_layernorm.weight"], epsilon)
        q, k, v = (heads_of(w.project(f"{name}self_attn.{part}_proj", y), count)
                   for part, count in (("q", heads), ("k", kv_heads), ("v", kv_heads)))
        q, k = turned(q, edits.places(), theta, factor), turned(k, edits.places(), theta, factor)
        q, k, v = (edits.patched(part, site, layer) for part, site in ((q, "query"), (k, "key"), (v, "value")))
        mask = allowed(len(ids), True, window_of(c, layer))
        scores, weights, sink, out = edits.attention_with_sinks(q, k, v, w[name + "self_attn.sinks"], mask, layer)
        record.layer(sink=sink)
        x = x + record_layer(record, edits, layer, q, k, v, (scores, weights, out),
                             lambda z: w.project(name + "self_attn.o_proj", z))
        inner = mixture(c, w, name, rms_norm(x, w[name + "post_attention_layernorm.weight"], epsilon), record)
        inner = edits.patched(inner, "feed_forward_output", layer)
        record.layer(feed_forward_output=inner)
        x = edits.patched(x + inner, "residual", layer + 1)
        record.layer(residual=x)
    record["logits"] = rms_norm(x, w["model.norm.weight"], epsilon) @ w["lm_head.weight"].T
    return record


# --------------------------------------------------------------------------------------------------------------- models

YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 24, "beta_fast": 3.0, "beta_slow": 0.5,
        "truncate": False}


def config(hidden, heads, kv_heads, head_dim, layers, **more):
    return {"architectures": ["GptOssForCausalLM"], "model_type": "gpt_oss", "hidden_size": hidden, "num_attention_heads": heads,
            "num_key_value_heads": kv_heads, "head_dim": head_dim, "num_hidden_layers": layers, "intermediate_size": 19,
            "vocab_size": VOCABULARY, "max_position_embeddings": CONTEXT, "hidden_act": "silu", "rms_norm_eps": 1e-5,
            "rope_theta": 1500.0, "rope_scaling": YARN, "tie_word_embeddings": False, "attention_bias": True,
            "layer_types": [("sliding_attention", "full_attention")[layer % 2] for layer in range(layers)], "sliding_window": 7,
            "num_local_experts": 5, "num_experts_per_tok": 2, "experts_per_token": 2, "swiglu_limit": LIMIT, **more}


QUANTISED = {"quantization_config": {"quant_method": "mxfp4", "modules_to_not_convert": ["model.layers.*.self_attn", "lm_head"]},
             "intermediate_size": 32}
MODELS = {
    "gpt-oss-f32": (config(37, 6, 2, 14, 2), "F32", make_weights, run),
    "gpt-oss-bf16": (config(38, 4, 4, 10, 3, num_experts_per_tok=3, experts_per_token=3), "BF16", make_weights, run),
    "gpt-oss-mxfp4": (config(64, 6, 3, 12, 2, **QUANTISED), "BF16", make_weights, run),
}
EDITED = {"edited-gpt-oss-f32": (config(35, 3, 1, 10, 2), lambda c: make_weights(c, "F32"), edited_run, 3, True, True)}
GGUF = ("gpt-oss-f32", "gpt-oss-mxfp4")


def write_widened(folder, c, tensors):
    """The model of MXFP4 once more in BF16: FOLDER/gpt-oss-widened-bf16."""
    w = MixedCheckpoint("BF16")
    w.tensors = tensors
    folder.mkdir(parents=True, exist_ok=True)
    widened(w).write(folder / "model.safetensors")
    plain = {key: value for key, value in c.items() if key != "quantization_config"}
    (folder / "config.json").write_text(json.dumps(plain, indent=1) + "\n")
    source = folder.parent / "gpt-oss-mxfp4"
    for file in ("vocab.txt", "tokenizer_config.json"):
        (folder / file).write_bytes((source / file).read_bytes())
