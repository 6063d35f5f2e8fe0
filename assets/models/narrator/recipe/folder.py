# SPDX-License-Identifier: Apache-2.0
"""Writes and reads the shipped folder: a Qwen3ForCausalLM checkpoint in F16 with its tokenizer."""
import json
import os
import struct

import numpy as np
import torch

import bytepair
import model as decoder

Q, KV = decoder.HEADS * decoder.HEAD, decoder.KV * decoder.HEAD


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as f:
        json.dump(value, f, ensure_ascii=False, indent=1)
        f.write("\n")


def names(weights):
    """{Hugging Face name: tensor}."""
    ones = torch.ones(decoder.WIDTH)
    tensors = {"model.embed_tokens.weight": weights["embed"], "model.norm.weight": weights["gain_end"]}
    for layer in range(decoder.LAYERS):
        base = f"model.layers.{layer}."
        q, k, v = weights["qkv"][layer].split([Q, KV, KV])
        gate, up = weights["gate_up"][layer].chunk(2)
        tensors.update({
            base + "input_layernorm.weight": ones, base + "post_attention_layernorm.weight": ones,
            base + "self_attn.q_proj.weight": q, base + "self_attn.k_proj.weight": k,
            base + "self_attn.v_proj.weight": v, base + "self_attn.o_proj.weight": weights["out"][layer],
            base + "self_attn.q_norm.weight": weights["gain_q"][layer],
            base + "self_attn.k_norm.weight": weights["gain_k"][layer],
            base + "mlp.gate_proj.weight": gate, base + "mlp.up_proj.weight": up,
            base + "mlp.down_proj.weight": weights["down"][layer]})
    return tensors


def write_safetensors(path, tensors):
    header, blobs, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name in sorted(tensors):
        blob = tensors[name].to(torch.float16).contiguous().numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(tensors[name].shape),
                        "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read_safetensors(path):
    with open(path, "rb") as f:
        size = struct.unpack("<Q", f.read(8))[0]
        header = json.loads(f.read(size))
        body = f.read()
    tensors = {}
    for name, item in header.items():
        if name != "__metadata__":
            begin, end = item["data_offsets"]
            array = np.frombuffer(body[begin:end], np.float16).reshape(item["shape"])
            tensors[name] = torch.from_numpy(array.astype(np.float32))
    return tensors


def config(vocabulary):
    return {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "vocab_size": vocabulary,
            "hidden_size": decoder.WIDTH, "num_hidden_layers": decoder.LAYERS,
            "num_attention_heads": decoder.HEADS, "num_key_value_heads": decoder.KV, "head_dim": decoder.HEAD,
            "intermediate_size": decoder.INNER, "hidden_act": "silu", "max_position_embeddings": decoder.CONTEXT,
            "rms_norm_eps": decoder.EPSILON, "rope_theta": decoder.THETA, "attention_bias": False,
            "attention_dropout": 0.0, "use_sliding_window": False, "tie_word_embeddings": True,
            "bos_token_id": bytepair.BOS, "eos_token_id": bytepair.EOS, "initializer_range": 0.04,
            "torch_dtype": "float16"}


def write(folder, weights, pieces):
    """Every file is written beside its place and then renamed."""
    os.makedirs(folder, exist_ok=True)
    writers = {
        "model.safetensors": lambda p: write_safetensors(p, names(weights)),
        "tokenizer.json": lambda p: write_json(p, pieces.file()),
        "config.json": lambda p: write_json(p, config(len(pieces.pieces))),
        "tokenizer_config.json": lambda p: write_json(p, {
            "tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": True, "add_eos_token": False,
            "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "clean_up_tokenization_spaces": False,
            "model_max_length": decoder.CONTEXT}),
        "generation_config.json": lambda p: write_json(p, {
            "bos_token_id": bytepair.BOS, "eos_token_id": bytepair.EOS, "do_sample": True, "temperature": 0.7,
            "top_k": 40, "max_new_tokens": 80}),
    }
    for name, writer in writers.items():
        path = os.path.join(folder, name)
        writer(path + ".new")
        os.replace(path + ".new", path)


def read(folder):
    """(weights in float32 as the trainer names them, Pieces) of a shipped folder."""
    pieces = bytepair.load(os.path.join(folder, "tokenizer.json"))
    tensors = read_safetensors(os.path.join(folder, "model.safetensors"))

    def stacked(*parts):
        return torch.stack([torch.cat([tensors[f"model.layers.{layer}.{part}.weight"] for part in parts])
                            for layer in range(decoder.LAYERS)])
    weights = {"embed": tensors["model.embed_tokens.weight"], "gain_end": tensors["model.norm.weight"],
               "qkv": stacked("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
               "out": stacked("self_attn.o_proj"), "gate_up": stacked("mlp.gate_proj", "mlp.up_proj"),
               "down": stacked("mlp.down_proj"), "gain_q": stacked("self_attn.q_norm"),
               "gain_k": stacked("self_attn.k_norm")}
    return weights, pieces
