# SPDX-License-Identifier: Apache-2.0
"""Writes and reads the shipped folder: a LlamaForCausalLM checkpoint in F16 with its tokenizer."""
import json
import os
import struct
import sys

import numpy as np
import torch

import model
import notes


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as f:
        json.dump(value, f, ensure_ascii=False, indent=1)
        f.write("\n")


def write_safetensors(path, tensors):
    header, blobs, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name in sorted(tensors):
        blob = tensors[name].detach().to(torch.float16).contiguous().numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(tensors[name].shape), "data_offsets": [offset, offset + len(blob)]}
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


def config():
    return {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": model.WORDS,
            "hidden_size": model.WIDTH, "num_hidden_layers": model.LAYERS, "num_attention_heads": model.HEADS,
            "num_key_value_heads": model.HEADS, "head_dim": model.HEAD, "intermediate_size": model.INNER, "hidden_act": "silu",
            "max_position_embeddings": model.CONTEXT, "rms_norm_eps": model.EPSILON, "rope_theta": model.THETA,
            "attention_bias": False, "attention_dropout": 0.0, "mlp_bias": False, "tie_word_embeddings": True,
            "bos_token_id": notes.BOS, "eos_token_id": notes.EOS, "initializer_range": 0.1, "torch_dtype": "float16"}


def write(folder, net):
    """Every file is written beside its place and then renamed."""
    os.makedirs(folder, exist_ok=True)
    writers = {
        "model.safetensors": lambda p: write_safetensors(p, net.names()),
        "config.json": lambda p: write_json(p, config()),
        "tokenizer.json": lambda p: write_json(p, notes.file()),
        "tokenizer_config.json": lambda p: write_json(p, {
            "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>",
            "clean_up_tokenization_spaces": False, "model_max_length": model.CONTEXT}),
        "generation_config.json": lambda p: write_json(p, {
            "bos_token_id": notes.BOS, "eos_token_id": notes.EOS, "do_sample": True, "temperature": 0.9, "top_k": 20,
            "max_new_tokens": 64}),
    }
    for name, writer in writers.items():
        path = os.path.join(folder, name)
        writer(path + ".new")
        os.replace(path + ".new", path)


def read(folder):
    """The model of a shipped folder, in float32."""
    net, tensors = model.Melody().eval(), read_safetensors(os.path.join(folder, "model.safetensors"))
    with torch.no_grad():
        for name, place in net.names().items():
            place.copy_(tensors[name])
    return net


def main(work, out):
    """python3 folder.py WORK FOLDER: writes the folder from WORK/weights.pt"""
    net = model.Melody()
    net.load_state_dict(torch.load(os.path.join(work, "weights.pt"))["weights"])
    write(out, net)


if __name__ == "__main__":
    main(*sys.argv[1:])
