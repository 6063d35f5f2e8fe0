# SPDX-License-Identifier: Apache-2.0
"""Encoder–decoder models for make_reference.py: T5 and its relatives, BART, mBART, Pegasus and Marian, by plain PyTorch
formulas in float64. One run records three kinds of attention: the encoder's, the decoder's own, and across.

Like the rest, this imports nothing of the program and does not look at how the program computes.
"""
import json
import math
import struct

import numpy as np
import torch

from make_reference import (ACTIVATIONS, TEXTS, Checkpoint, Recorder, allowed, heads_of, layer_norm, rms_norm,
                            side_by_side)

CONTEXT = 90
TARGETS = ["Eine Katze.", "«Прощай, король!»", ""]


def attend(q, k, v, mask, bias, temperature, scale):
    scores = torch.einsum("hqd,hkd->hqk", q, k) * scale + bias
    weights = torch.softmax((scores / temperature).masked_fill(~mask, -math.inf), -1)
    return scores, weights, torch.einsum("hqk,hkd->hqd", weights, v)


class Stack:
    """What is recorded of one stack; `cross` of a decoder is recorded beside it."""

    def __init__(self, kind):
        self.kind, self.record = kind, Recorder()

    def layer(self, **tensors):
        self.record.layer(**{self.kind + name: tensor for name, tensor in tensors.items()})


# ------------------------------------------------------------------------------------------------------------------- T5


def t5_weights(c, stored):
    w, hidden, inner = Checkpoint(stored), c["d_model"], c["num_heads"] * c["d_kv"]
    gated = c["feed_forward_proj"].startswith("gated-")
    w.add("shared.weight", (c["vocab_size"], hidden), 1.0)

    def attention(name, biased):
        for part in "qkv":
            w.linear(f"{name}.{part}", inner, hidden, False)
            w.tensors[f"{name}.{part}.weight"] *= 0.6 if part == "q" else 1.0  # no 1/√d: keep the softmax soft
        w.linear(name + ".o", hidden, inner, False)
        if biased:
            w.add(name + ".relative_attention_bias.weight", (c["relative_attention_num_buckets"], c["num_heads"]), 0.8)

    for stack, layers in (("encoder", c["num_layers"]), ("decoder", c["num_decoder_layers"])):
        for index in range(layers):
            name = f"{stack}.block.{index}.layer."
            attention(name + "0.SelfAttention", index == 0 or c["model_type"] == "umt5")
            w.add(name + "0.layer_norm.weight", (hidden,), 0.2, 1.0)
            last = 1
            if stack == "decoder":
                attention(name + "1.EncDecAttention", False)
                w.add(name + "1.layer_norm.weight", (hidden,), 0.2, 1.0)
                last = 2
            for part in ("wi_0", "wi_1") if gated else ("wi",):
                w.linear(f"{name}{last}.DenseReluDense.{part}", c["d_ff"], hidden, False)
            w.linear(f"{name}{last}.DenseReluDense.wo", hidden, c["d_ff"], False)
            w.add(f"{name}{last}.layer_norm.weight", (hidden,), 0.2, 1.0)
        w.add(stack + ".final_layer_norm.weight", (hidden,), 0.2, 1.0)
    if not c["tie_word_embeddings"]:
        w.add("lm_head.weight", (c["vocab_size"], hidden), 0.4)
    return w


def buckets(offset, bidirectional, count, most):
    """T5's bucket of key − query, in float32 as the models were trained."""
    result = torch.zeros_like(offset)
    if bidirectional:
        count //= 2
        result = result + (offset > 0) * count
        away = offset.abs()
    else:
        away = (-offset).clamp(min=0)
    exact = count // 2
    far = exact + (torch.log(away.clamp(min=1).float() / exact) / math.log(most / exact) * (count - exact)).long()
    return result + torch.where(away < exact, away, far.clamp(max=count - 1))


def t5_run(c, w, source, target, mask_mode, temperature):
    heads, epsilon = c["num_heads"], c["layer_norm_epsilon"]
    gated = c["feed_forward_proj"].startswith("gated-")
    curve = ACTIVATIONS[{"gelu": "gelu_new"}.get(c["feed_forward_proj"][6:], c["feed_forward_proj"][6:])] if gated else ACTIVATIONS[c["feed_forward_proj"]]

    def norm(name, x):
        return rms_norm(x, w[name + ".weight"], epsilon)

    def attention(stack, name, x, read, mask, bias):
        q = heads_of(w.project(name + ".q", x), heads)
        k, v = (heads_of(w.project(f"{name}.{part}", read), heads) for part in "kv")
        scores, weights, out = attend(q, k, v, mask, bias, temperature, 1.0)
        written = w.project(name + ".o", side_by_side(out))
        stack.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, attention_output=written)
        return written

    def run(stack, name, ids, layers, encoded):
        decoder = encoded is not None
        x = w["shared.weight"][ids]
        stack.layer(residual=x)
        mask = allowed(len(ids), {"causal": True, "bidirectional": False}.get(mask_mode, decoder), 0)
        places = torch.arange(len(ids))
        bucket = buckets(places[None, :] - places[:, None], not decoder, c["relative_attention_num_buckets"],
                         c["relative_attention_max_distance"])
        for index in range(layers):
            block = f"{name}.block.{index}.layer."
            table = block if c["model_type"] == "umt5" else f"{name}.block.0.layer."
            bias = w[table + "0.SelfAttention.relative_attention_bias.weight"][bucket].permute(2, 0, 1)
            y = norm(block + "0.layer_norm", x)
            x = x + attention(stack, block + "0.SelfAttention", y, y, mask, bias)
            last = 1
            if decoder:
                everything = torch.ones(len(ids), len(encoded), dtype=torch.bool)
                y = norm(block + "1.layer_norm", x)
                x = x + attention(across, block + "1.EncDecAttention", y, encoded, everything, 0.0)
                last = 2
            y = norm(f"{block}{last}.layer_norm", x)
            dense = f"{block}{last}.DenseReluDense."
            inner = curve(w.project(dense + "wi_0", y)) * w.project(dense + "wi_1", y) if gated else curve(w.project(dense + "wi", y))
            written = w.project(dense + "wo", inner)
            x = x + written
            stack.layer(feed_forward_output=written, residual=x)
        return norm(name + ".final_layer_norm", x)

    encoder, decoder, across = Stack("encoder_"), Stack(""), Stack("cross_")
    encoded = run(encoder, "encoder", source, c["num_layers"], None)
    y = run(decoder, "decoder", target, c["num_decoder_layers"], encoded)
    if c["tie_word_embeddings"]:
        logits = y * c["d_model"] ** -0.5 @ w["shared.weight"].T
    else:
        logits = y @ w["lm_head.weight"].T
    return {**encoder.record.arrays(), **decoder.record.arrays(), **across.record.arrays(), "logits": logits.float().numpy()}


def t5(kind, feed_forward, tied, **more):
    names = {"t5": "T5", "mt5": "MT5", "umt5": "UMT5"}
    return {"architectures": [names[kind] + "ForConditionalGeneration"], "model_type": kind, "d_model": 30, "d_kv": 7,
            "d_ff": 41, "num_layers": 3, "num_decoder_layers": 2, "num_heads": 3, "vocab_size": 190,
            "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128, "layer_norm_epsilon": 1e-6,
            "feed_forward_proj": feed_forward, "tie_word_embeddings": tied, "decoder_start_token_id": 0,
            "pad_token_id": 0, "eos_token_id": 1, **more}


# ----------------------------------------------------------------------------------------------------------------- BART


def pre_norm(c):
    return c["model_type"] in ("mbart", "pegasus", "m2m_100")


def learned_positions(c):
    return c["model_type"] in ("bart", "mbart")


def bart_weights(c, stored):
    w, hidden, root = Checkpoint(stored), c["d_model"], "model."

    def norm(name):
        w.add(name + ".weight", (hidden,), 0.2, 1.0)
        w.add(name + ".bias", (hidden,), 0.2)

    w.add(root + "shared.weight", (c["vocab_size"], hidden), 0.6)
    for stack in ("encoder", "decoder"):
        if learned_positions(c):
            w.add(f"{root}{stack}.embed_positions.weight", (c["max_position_embeddings"] + 2, hidden), 0.7)
            norm(f"{root}{stack}.layernorm_embedding")
        for index in range(c[stack + "_layers"]):
            name = f"{root}{stack}.layers.{index}."
            for block in ("self_attn", "encoder_attn") if stack == "decoder" else ("self_attn",):
                for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
                    w.linear(f"{name}{block}.{part}", hidden, hidden, True)
                norm(f"{name}{block}_layer_norm")
            w.linear(name + "fc1", c[stack + "_ffn_dim"], hidden, True)
            w.linear(name + "fc2", hidden, c[stack + "_ffn_dim"], True)
            norm(name + "final_layer_norm")
        if pre_norm(c):
            norm(f"{root}{stack}.layer_norm")
    w.add("final_logits_bias", (1, c["vocab_size"]), 0.5)
    return w


def sinusoids(count, width):
    place, k = torch.arange(count, dtype=torch.float64)[:, None], torch.arange(width, dtype=torch.float64)
    half = (width + 1) // 2
    angle = place / 10000 ** (2 * torch.where(k < half, k, k - half) / width)
    return torch.where(k < half, torch.sin(angle), torch.cos(angle))


def fairseq_sinusoids(count, width):
    """The first token stands at 2; the frequencies go from 1 to 1/10000 with both ends."""
    half = width // 2
    frequency = torch.exp(torch.arange(half, dtype=torch.float64) * (-math.log(10000) / (half - 1)))
    angle = torch.arange(2, count + 2, dtype=torch.float64)[:, None] * frequency
    return torch.cat([torch.sin(angle), torch.cos(angle)], -1)


def bart_run(c, w, source, target, mask_mode, temperature):
    curve, root, before = ACTIVATIONS[c["activation_function"]], "model.", pre_norm(c)

    def norm(name, x):
        return layer_norm(w, name, x, 1e-5)

    def attention(stack, name, x, read, mask, heads):
        q = heads_of(w.project(name + ".q_proj", x), heads)
        k, v = (heads_of(w.project(f"{name}.{part}_proj", read), heads) for part in "kv")
        scores, weights, out = attend(q, k, v, mask, 0.0, temperature, q.shape[-1] ** -0.5)
        written = w.project(name + ".out_proj", side_by_side(out))
        stack.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, attention_output=written)
        return written

    def block(name, x, write):
        if before:
            return x + write(norm(name, x))
        return norm(name, x + write(x))

    def run(stack, kind, ids, encoded):
        decoder = encoded is not None
        x = w[root + "shared.weight"][ids] * (math.sqrt(c["d_model"]) if c["scale_embedding"] else 1.0)
        if learned_positions(c):
            x = norm(f"{root}{kind}.layernorm_embedding", x + w[f"{root}{kind}.embed_positions.weight"][2 : 2 + len(ids)])
        else:
            x = x + (fairseq_sinusoids if c["model_type"] == "m2m_100" else sinusoids)(len(ids), c["d_model"])
        stack.layer(residual=x)
        mask = allowed(len(ids), {"causal": True, "bidirectional": False}.get(mask_mode, decoder), 0)
        heads = c[kind + "_attention_heads"]
        for index in range(c[kind + "_layers"]):
            name = f"{root}{kind}.layers.{index}."
            x = block(name + "self_attn_layer_norm", x, lambda y: attention(stack, name + "self_attn", y, y, mask, heads))
            if decoder:
                everything = torch.ones(len(ids), len(encoded), dtype=torch.bool)
                x = block(name + "encoder_attn_layer_norm", x,
                          lambda y: attention(across, name + "encoder_attn", y, encoded, everything, heads))

            def feed_forward(y):
                written = w.project(name + "fc2", curve(w.project(name + "fc1", y)))
                stack.layer(feed_forward_output=written)
                return written

            x = block(name + "final_layer_norm", x, feed_forward)
            stack.layer(residual=x)
        return norm(f"{root}{kind}.layer_norm", x) if before else x

    encoder, decoder, across = Stack("encoder_"), Stack(""), Stack("cross_")
    encoded = run(encoder, "encoder", source, None)
    y = run(decoder, "decoder", target, encoded)
    logits = y @ w[root + "shared.weight"].T + w["final_logits_bias"][0]
    return {**encoder.record.arrays(), **decoder.record.arrays(), **across.record.arrays(), "logits": logits.float().numpy()}


def bart(kind, hidden, scaled, **more):
    names = {"bart": "BartForConditionalGeneration", "mbart": "MBartForConditionalGeneration",
             "pegasus": "PegasusForConditionalGeneration", "marian": "MarianMTModel", "m2m_100": "M2M100ForConditionalGeneration"}
    return {"architectures": [names[kind]], "model_type": kind, "d_model": hidden, "encoder_layers": 2, "decoder_layers": 3,
            "encoder_attention_heads": 3, "decoder_attention_heads": 2, "encoder_ffn_dim": 37, "decoder_ffn_dim": 43,
            "vocab_size": 190, "max_position_embeddings": CONTEXT, "activation_function": "gelu",
            "scale_embedding": scaled, "pad_token_id": 0, "decoder_start_token_id": 1, **more}


# ------------------------------------------------------------------------------------------------------------- tokenizer
# Unigram with SentencePiece's mark for spaces; every letter is a piece, so that nothing is unknown.

MARK = "▁"
WORDS = ["the", "cat", "on", "кошка", "король", "на", "крыше", "eine", "went", "forest", "сидела", "which"]
PARTS = ["Ко", "шка", "ing", "пти", "цу", "ch", "th", "ше", "ла", "Kat", "ze", "Old"]
LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyzКПСTOEK.,!?:«»-"


def make_pieces(size):
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), (MARK, -2.5)]
    pieces += [(MARK + word, -4.0 - 0.1 * index) for index, word in enumerate(WORDS)]
    pieces += [(part, -4.5 - 0.1 * index) for index, part in enumerate(PARTS)]
    pieces += [(letter, -6.0 - 0.01 * index) for index, letter in enumerate(dict.fromkeys(LETTERS))]
    pieces += [(f"<extra_id_{index}>", -20.0 - index) for index in range(size - len(pieces))]
    assert len(pieces) == size and len(dict(pieces)) == size
    return pieces


def tokenizer_json(pieces):
    added = [{"id": index, "content": piece, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
              "special": True} for index, (piece, _) in enumerate(pieces) if index < 3]
    space = {"type": "Metaspace", "replacement": MARK, "add_prefix_space": True}
    ending = {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}},
                                                       {"SpecialToken": {"id": "</s>", "type_id": 0}}],
              "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
              "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None,
            "pre_tokenizer": space, "post_processor": ending, "decoder": space,
            "model": {"type": "Unigram", "unk_id": 2, "vocab": [list(piece) for piece in pieces]}}


def varint(value):
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def message(field, data):
    return varint(field << 3 | 2) + varint(len(data)) + data


def spm_file(pieces):
    """A SentencePiece file in the wire format of Protocol Buffers: pieces with scores and kinds, a unigram model."""
    def piece(text, score, kind):
        return message(1, message(1, text.encode()) + b"\x15" + struct.pack("<f", score) + b"\x18" + varint(kind))
    specials = [("<unk>", 0.0, 2), ("<s>", 0.0, 3), ("</s>", 0.0, 3)]
    return b"".join(piece(*each) for each in specials + [(text, score, 1) for text, score in pieces]) + message(2, b"\x18\x01")


def write_two_files(folder, pieces):
    """Marian's folder: a file for each language, ids from vocab.json. Each file lacks words that the other knows; the source's
    has one that is not in vocab.json and therefore becomes <unk>."""
    (folder / "vocab.json").write_text(json.dumps({piece: index for index, (piece, _) in enumerate(pieces)}, ensure_ascii=False) + "\n")
    parts = {}
    for kind, missing in (("source", {MARK + "the", "ше"}), ("target", {MARK + "король", "Kat"})):
        own = [(piece, score) for piece, score in pieces[3:] if piece not in missing and not piece.startswith("<extra")]
        if kind == "source":
            own.append((MARK + "sword", -1.0))
        (folder / (kind + ".spm")).write_bytes(spm_file(own[::-1]))  # in another order than vocab.json
        ids = {piece: index for index, (piece, _) in enumerate(pieces)}
        parts[kind] = {piece: (ids.get(piece, 2), score) for piece, score in own}
    return parts["source"], parts["target"]


def encode(text, pieces):
    """The most probable segmentation of each word into {piece: (id, score)}, and the end."""
    result = []
    for word in text.split():
        word = MARK + word
        best = [(0.0, [])] + [(-math.inf, None)] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(end):
                piece = word[start:end]
                if piece in pieces and best[start][0] + pieces[piece][1] > best[end][0]:
                    best[end] = (best[start][0] + pieces[piece][1], best[start][1] + [pieces[piece][0]])
        result += best[-1][1]
    return result + [1]


# --------------------------------------------------------------------------------------------------------------- models

T5, BART = (t5_weights, t5_run), (bart_weights, bart_run)
MODELS = {
    "t5-relu-tied-f32": (t5("t5", "relu", True), "F32", *T5),
    "t5-gated-untied-f16": (t5("t5", "gated-gelu", False, relative_attention_num_buckets=12, relative_attention_max_distance=20), "F16", *T5),
    "mt5-f32": (t5("mt5", "gated-gelu", False, num_layers=1, num_decoder_layers=3), "F32", *T5),
    "umt5-bf16": (t5("umt5", "gated-gelu", False, relative_attention_max_distance=17, relative_attention_num_buckets=8), "BF16", *T5),
    "bart-f32": (bart("bart", 30, False), "F32", *BART),
    "mbart-scaled-f16": (bart("mbart", 36, True, activation_function="relu", forced_bos_token_id=5), "F16", *BART),
    "pegasus-f32": (bart("pegasus", 30, True, activation_function="relu"), "F32", *BART),
    "marian-f32": (bart("marian", 42, True, activation_function="silu"), "F32", *BART),
}
LATER_MODELS = {  # written last, so that the random numbers of all others stay what they were
    "m2m100-f32": (bart("m2m_100", 36, True, activation_function="relu", decoder_start_token_id=2), "F32", *BART),
    "marian-two-files-f16": (bart("marian", 24, True, activation_function="silu"), "F16", *BART),
}
WITH_TWO_FILES = ("marian-two-files-f16",)  # source.spm, target.spm and vocab.json in place of a tokenizer.json
RUNS = [("as_trained", 1.0), ("causal", 1.0), ("bidirectional", 0.6)]


def start_ids(c):
    return [c["decoder_start_token_id"]] + ([c["forced_bos_token_id"]] if "forced_bos_token_id" in c else [])


def write_model(folder, config, stored, make_weights, run_model):
    folder.mkdir(parents=True, exist_ok=True)
    weights = make_weights(config, stored)
    pieces = make_pieces(config["vocab_size"])
    weights.write(folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    source_pieces = target_pieces = {piece: (index, score) for index, (piece, score) in enumerate(pieces)}
    if folder.name in WITH_TWO_FILES:
        source_pieces, target_pieces = write_two_files(folder, pieces)
    else:
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer_json(pieces), ensure_ascii=False) + "\n")

    arrays, runs = {}, []
    cases = [(source, target, *RUNS[0]) for source, target in zip(TEXTS, TARGETS)]
    cases += [(TEXTS[2], TARGETS[1], *run) for run in RUNS[1:]]
    cases.append(("", "", *RUNS[0]))  # the end alone, looked at by the start alone
    for index, (source, target, mask, temperature) in enumerate(cases):
        encoder_ids = encode(source, source_pieces)
        ids = start_ids(config) + encode(target, target_pieces)[:-1]
        run = run_model(config, weights, encoder_ids, ids, mask, temperature)
        arrays.update({f"run{index}_{name}": array for name, array in run.items()})
        runs.append({"name": f"run{index}", "text": source, "target": target, "encoder_ids": encoder_ids, "ids": ids,
                     "mask": mask, "temperature": temperature})
    np.savez_compressed(folder / "reference.npz", **arrays)
    (folder / "reference.json").write_text(json.dumps({"runs": runs}, ensure_ascii=False, indent=1) + "\n")
