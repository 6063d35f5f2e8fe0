# SPDX-License-Identifier: Apache-2.0
"""The built-in narrator as a .gguf file with its matrices in blocks of 32, written from the published layouts
(https://github.com/ggml-org/ggml/blob/master/docs/gguf.md): python3 narrator_gguf.py NARRATOR Q4_0|Q8_0 FILE.gguf"""
import json
import pathlib
import struct
import sys

import numpy as np

U32, F32, TEXT, LIST, I32, BOOL = 4, 6, 8, 9, 5, 7
KINDS = {"F32": 0, "F16": 1, "Q4_0": 2, "Q8_0": 8}
NAMES = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
         "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm", "input_layernorm": "attn_norm",
         "post_attention_layernorm": "ffn_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}
ALIGNMENT = 32


def q8_0(values):
    """Blocks of 32: a scale of 16 bits, then 32 bytes. Bytes, and the numbers they stand for."""
    blocks = values.reshape(-1, 32).astype(np.float32)
    scale = (np.abs(blocks).max(1, keepdims=True) / 127).astype(np.float16)
    divisor = np.where(scale == 0, 1, scale).astype(np.float32)
    whole = np.clip(np.round(blocks / divisor), -127, 127).astype(np.int8)
    data = np.concatenate([scale.view(np.uint8), whole.view(np.uint8)], 1).tobytes()
    return data, (whole.astype(np.float32) * scale.astype(np.float32)).reshape(values.shape)


def q4_0(values):
    """Blocks of 32: a scale of 16 bits, then 16 bytes; the low halves are the first 16 numbers. x = scale · (q − 8)."""
    blocks = values.reshape(-1, 32).astype(np.float32)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(1)[:, None], 1)
    scale = (largest / -8).astype(np.float16)
    divisor = np.where(scale == 0, 1, scale).astype(np.float32)
    whole = np.clip(np.floor(blocks / divisor + 8.5), 0, 15).astype(np.uint8)
    packed = whole[:, :16] | (whole[:, 16:] << 4)
    data = np.concatenate([scale.view(np.uint8), packed], 1).tobytes()
    return data, ((whole.astype(np.float32) - 8) * scale.astype(np.float32)).reshape(values.shape)


BLOCKS = {"Q8_0": q8_0, "Q4_0": q4_0}


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


PACKED = {U32: lambda v: struct.pack("<I", v), I32: lambda v: struct.pack("<i", v), F32: lambda v: struct.pack("<f", v),
          BOOL: lambda v: struct.pack("<?", v), TEXT: text}


def pair(key, kind, value):
    return text(key) + struct.pack("<I", kind) + PACKED[kind](value)


def listed(key, kind, values):
    return text(key) + struct.pack("<IIQ", LIST, kind, len(values)) + b"".join(map(PACKED[kind], values))


def sizes(config):
    return [pair("qwen3." + key, kind, value) for key, kind, value in (
        ("block_count", U32, config["num_hidden_layers"]), ("context_length", U32, config["max_position_embeddings"]),
        ("embedding_length", U32, config["hidden_size"]), ("feed_forward_length", U32, config["intermediate_size"]),
        ("attention.head_count", U32, config["num_attention_heads"]), ("attention.head_count_kv", U32, config["num_key_value_heads"]),
        ("attention.key_length", U32, config["head_dim"]), ("attention.value_length", U32, config["head_dim"]),
        ("attention.layer_norm_rms_epsilon", F32, config["rms_norm_eps"]), ("rope.freq_base", F32, config["rope_theta"]))]


def vocabulary(folder):
    """Pieces as SentencePiece's BPE has them: the piece that was merged first joins first."""
    model = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    pieces = sorted(model["vocab"], key=model["vocab"].get)
    ranks = {}
    for rank, merge in enumerate(model["merges"]):
        ranks.setdefault(merge.replace(" ", ""), rank)
    kinds = [2 if i == 0 else 3 if i in (1, 2) else 6 if p.startswith("<0x") else 1 for i, p in enumerate(pieces)]
    scores = [-float(ranks.get(piece, 0)) for piece in pieces]
    return [pair("tokenizer.ggml.model", TEXT, "llama"), listed("tokenizer.ggml.tokens", TEXT, pieces),
            listed("tokenizer.ggml.scores", F32, scores), listed("tokenizer.ggml.token_type", I32, kinds),
            pair("tokenizer.ggml.bos_token_id", U32, 1), pair("tokenizer.ggml.eos_token_id", U32, 2),
            pair("tokenizer.ggml.unknown_token_id", U32, 0), pair("tokenizer.ggml.add_bos_token", BOOL, True),
            pair("tokenizer.ggml.add_eos_token", BOOL, False)]


def own_name(name):
    if name == "model.embed_tokens.weight":
        return "token_embd.weight"
    if name == "model.norm.weight":
        return "output_norm.weight"
    _, _, layer, part = name.removesuffix(".weight").split(".", 3)
    return f"blk.{layer}.{NAMES[part]}.weight"


def read_narrator(folder):
    data = (folder / "model.safetensors").read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, told in json.loads(data[8:8 + size]).items():
        if name != "__metadata__":
            begin, end = (8 + size + at for at in told["data_offsets"])
            tensors[name] = np.frombuffer(data[begin:end], np.float16).reshape(told["shape"])
    return tensors


def write(folder, kind, path):
    """Writes the file; the numbers of its matrices as they are read from it, by their names in safetensors."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    keys = [pair("general.architecture", TEXT, "qwen3"), pair("general.name", TEXT, "narrator")] + sizes(config) + vocabulary(folder)
    infos, data, read = b"", b"", {}
    for name, tensor in read_narrator(folder).items():
        if tensor.ndim == 2:
            packed, read[name] = BLOCKS[kind](tensor)
            stored = KINDS[kind]
        else:
            packed, read[name], stored = tensor.astype(np.float32).tobytes(), tensor.astype(np.float32), KINDS["F32"]
        data += b"\0" * (-len(data) % ALIGNMENT)
        infos += text(own_name(name)) + struct.pack("<I", tensor.ndim) + b"".join(struct.pack("<Q", n) for n in reversed(tensor.shape))
        infos += struct.pack("<IQ", stored, len(data))
        data += packed
    head = b"GGUF" + struct.pack("<IQQ", 3, len(read), len(keys)) + b"".join(keys) + infos
    path.write_bytes(head + b"\0" * (-len(head) % ALIGNMENT) + data)
    return read


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3]))
