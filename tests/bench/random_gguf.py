# SPDX-License-Identifier: Apache-2.0
"""Llama models of any size as .gguf files, with random weights in the kinds of numbers that people download:

    write(path, "Q4_K_M", TINY_LLAMA)     also Q8_0, F16, BF16, F32

The numbers are as large as those of a real model, so that nothing overflows; what a product costs does not depend on them.
"""
import struct

import numpy as np

from random_models import LETTERS, SPACE, byte_letters

TINY_LLAMA = dict(layers=22, heads=32, kv_heads=4, hidden=2048, feed_forward=5632, vocabulary=32000, tied=False)  # 1.1 billion
SMALL = dict(layers=30, heads=9, kv_heads=3, hidden=576, feed_forward=1536, vocabulary=49152, tied=True)  # 134 million
SEVEN = dict(layers=32, heads=32, kv_heads=32, hidden=4096, feed_forward=11008, vocabulary=32000, tied=False)  # 6.7 billion

# ggml's number of a kind, numbers and bytes of a block. Source: ggml's documentation of GGUF.
KINDS = {"F32": (0, 1, 4), "F16": (1, 1, 2), "BF16": (30, 1, 2), "Q8_0": (8, 32, 34), "Q4_K": (12, 256, 144),
         "Q6_K": (14, 256, 210)}
FILE_TYPES = {"F32": 0, "F16": 1, "Q8_0": 7, "Q4_K_M": 15, "BF16": 32}
SPREAD = 0.02
ALIGNMENT = 32
AT_ONCE = 1 << 24  # numbers


def half(number):
    return np.frombuffer(np.float16(number).tobytes(), np.uint8)


def random_blocks(kind, count, generator):
    """So many blocks of a kind."""
    if kind in ("F32", "F16", "BF16"):
        numbers = generator.standard_normal(count, dtype=np.float32) * np.float32(SPREAD)
        if kind == "F32":
            return numbers.tobytes()
        if kind == "F16":
            return numbers.astype(np.float16).tobytes()
        return (numbers.view(np.uint32) >> 16).astype(np.uint16).tobytes()
    size = KINDS[kind][2]
    blocks = np.frombuffer(generator.bytes(count * size), np.uint8).reshape(count, size).copy()
    if kind == "Q8_0":
        blocks[:, 0:2] = half(SPREAD / 73.9)
    elif kind == "Q4_K":  # every group: scale 32, minimum 32
        blocks[:, 0:2] = half(SPREAD / 32 / 4.61)
        blocks[:, 2:4] = half(7.5 * SPREAD / 32 / 4.61)
        blocks[:, 4:12] = 0xA0
        blocks[:, 12:16] = 0
    else:
        blocks[:, 192:208] = 32
        blocks[:, 208:210] = half(SPREAD / 32 / 18.5)
    return blocks.tobytes()


def kind_of(name, mixture, layer, layers):
    """The mixture called Q4_K_M keeps the output, half of the values and half of what leads out of feed-forward in Q6_K."""
    if mixture != "Q4_K_M":
        return mixture
    if name == "output.weight":
        return "Q6_K"
    more = layer is not None and (layer < layers // 8 or layer >= 7 * layers // 8 or (layer - layers // 8) % 3 == 2)
    return "Q6_K" if more and name.endswith(("attn_v.weight", "ffn_down.weight")) else "Q4_K"


def tensors_of(shape):
    """(name, layer, rows, columns); norms have no rows."""
    hidden, feed_forward = shape["hidden"], shape["feed_forward"]
    keys = hidden // shape["heads"] * shape["kv_heads"]
    yield "token_embd.weight", None, shape["vocabulary"], hidden
    for layer in range(shape["layers"]):
        for name, rows, columns in (("attn_norm", None, hidden), ("attn_q", hidden, hidden), ("attn_k", keys, hidden),
                                    ("attn_v", keys, hidden), ("attn_output", hidden, hidden), ("ffn_norm", None, hidden),
                                    ("ffn_gate", feed_forward, hidden), ("ffn_up", feed_forward, hidden),
                                    ("ffn_down", hidden, feed_forward)):
            yield f"blk.{layer}.{name}.weight", layer, rows, columns
    yield "output_norm.weight", None, None, hidden
    if not shape["tied"]:
        yield "output.weight", None, shape["vocabulary"], hidden


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key, value):
    if isinstance(value, str):
        return text(key) + struct.pack("<I", 8) + text(value)
    if isinstance(value, bool):
        return text(key) + struct.pack("<IB", 7, value)
    if isinstance(value, int):
        return text(key) + struct.pack("<II", 4, value)
    if isinstance(value, float):
        return text(key) + struct.pack("<If", 6, value)
    of_texts = isinstance(value[0], str)
    data = b"".join(map(text, value)) if of_texts else struct.pack(f"<{len(value)}i", *value)
    return text(key) + struct.pack("<IIQ", 9, 8 if of_texts else 5, len(value)) + data


def metadata_of(mixture, shape):
    pairs = [a + b for a in LETTERS for b in LETTERS]
    pieces = byte_letters() + pairs + [SPACE + pair for pair in pairs]
    pieces += [f"<unused{index}>" for index in range(shape["vocabulary"] - len(pieces))]
    merges = [f"{a} {b}" for a in LETTERS for b in LETTERS] + [f"{SPACE} {pair}" for pair in pairs]
    return {
        "general.architecture": "llama", "general.name": "random", "general.file_type": FILE_TYPES[mixture],
        "llama.block_count": shape["layers"], "llama.context_length": 2048, "llama.embedding_length": shape["hidden"],
        "llama.feed_forward_length": shape["feed_forward"], "llama.attention.head_count": shape["heads"],
        "llama.attention.head_count_kv": shape["kv_heads"], "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": shape["hidden"] // shape["heads"], "llama.rope.freq_base": 10000.0,
        "llama.vocab_size": shape["vocabulary"],
        "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "gpt-2", "tokenizer.ggml.tokens": pieces,
        "tokenizer.ggml.token_type": [1] * len(pieces), "tokenizer.ggml.merges": merges,
        "tokenizer.ggml.bos_token_id": 0, "tokenizer.ggml.eos_token_id": 1, "tokenizer.ggml.add_bos_token": False,
    }


def write(path, mixture, shape):
    generator = np.random.default_rng(1)
    tensors, offset, listing = [], 0, b""
    for name, layer, rows, columns in tensors_of(shape):
        kind = "F32" if rows is None else kind_of(name, mixture, layer, shape["layers"])
        number, of_block, block_bytes = KINDS[kind]
        axes = (columns,) if rows is None else (columns, rows)
        blocks = int(np.prod(axes)) // of_block
        listing += text(name) + struct.pack(f"<I{len(axes)}QIQ", len(axes), *axes, number, offset)
        tensors.append((kind, rows, blocks))
        offset += -(-blocks * block_bytes // ALIGNMENT) * ALIGNMENT
    metadata = metadata_of(mixture, shape)
    with open(path, "wb") as stream:
        stream.write(b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata)))
        stream.write(b"".join(entry(key, value) for key, value in metadata.items()) + listing)
        for kind, rows, blocks in tensors:
            stream.write(bytes(-stream.tell() % ALIGNMENT))
            if rows is None:
                stream.write(np.ones(blocks, np.float32).tobytes())
            for first in range(0, blocks if rows is not None else 0, AT_ONCE // KINDS[kind][1]):
                stream.write(random_blocks(kind, min(blocks - first, AT_ONCE // KINDS[kind][1]), generator))
    return path
