# SPDX-License-Identifier: Apache-2.0
"""Hugging Face folders with random weights and a byte-level vocabulary whose words have two letters, of any shape.

    gpt2(folder)                      GPT-2 small, float32: 498 MB
    qwen3(folder, layers=64, …)       rotary positions, so that the context may be long

text_of(tokens) makes a text of exactly so many tokens for them: one token a word.
"""
import json
import pathlib
import struct

import numpy as np

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SPACE = "Ġ"


def text_of(tokens):
    words = [LETTERS[index * 7 % 26] + LETTERS[index * index // 26 % 26] for index in range(tokens)]
    return " ".join(words)


def byte_letters():
    """The letter that byte-level BPE writes for each byte."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    names, moved = {}, 0
    for byte in range(256):
        if byte in shown:
            names[byte] = chr(byte)
        else:
            names[byte] = chr(256 + moved)
            moved += 1
    return [names[byte] for byte in range(256)]


def write_vocabulary(folder, size):
    pairs = [a + b for a in LETTERS for b in LETTERS]
    pieces = byte_letters() + pairs + [SPACE + pair for pair in pairs]
    assert size >= len(pieces), f"a vocabulary of at least {len(pieces)} pieces"
    pieces += [f"<unused{index}>" for index in range(size - len(pieces))]
    merges = [f"{pair[0]} {pair[1]}" for pair in pairs] + [f"{SPACE} {pair}" for pair in pairs]
    pathlib.Path(folder, "vocab.json").write_text(json.dumps({piece: at for at, piece in enumerate(pieces)}))
    pathlib.Path(folder, "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")


def write_safetensors(path, tensors):
    """`tensors` is {name: (shape, spread)}: normal numbers of that standard deviation; spread None: ones."""
    header, offset = {}, 0
    for name, (shape, _) in tensors.items():
        size = 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 64)
    generator = np.random.default_rng(1)
    with open(path, "wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        for shape, spread in tensors.values():
            if spread is None:
                values = np.ones(shape, np.float32)
            else:
                values = generator.standard_normal(shape, dtype=np.float32) * np.float32(spread)
            stream.write(values.tobytes())


def gpt2(folder, layers=12, heads=12, hidden=768, context=1024, vocabulary=50257):
    folder = pathlib.Path(folder)
    tensors = {"wte.weight": ((vocabulary, hidden), 0.02), "wpe.weight": ((context, hidden), 0.01)}

    def linear(name, inputs, outputs):
        tensors[name + ".weight"] = ((inputs, outputs), 0.02)
        tensors[name + ".bias"] = ((outputs,), 0.01)

    def norm(name):
        tensors[name + ".weight"] = ((hidden,), None)
        tensors[name + ".bias"] = ((hidden,), 0.01)

    for layer in range(layers):
        name = f"h.{layer}."
        norm(name + "ln_1")
        linear(name + "attn.c_attn", hidden, 3 * hidden)
        linear(name + "attn.c_proj", hidden, hidden)
        norm(name + "ln_2")
        linear(name + "mlp.c_fc", hidden, 4 * hidden)
        linear(name + "mlp.c_proj", 4 * hidden, hidden)
    norm("ln_f")
    write_safetensors(folder / "model.safetensors", tensors)
    config = dict(architectures=["GPT2LMHeadModel"], model_type="gpt2", n_layer=layers, n_head=heads, n_embd=hidden,
                  n_positions=context, vocab_size=vocabulary, activation_function="gelu_new", layer_norm_epsilon=1e-5)
    (folder / "config.json").write_text(json.dumps(config))
    write_vocabulary(folder, vocabulary)
    return folder


def qwen3(folder, layers, heads, kv_heads, head_dim, hidden, feed_forward, context, vocabulary=2048, query_spread=0.08):
    folder = pathlib.Path(folder)
    tensors = {"model.embed_tokens.weight": ((vocabulary, hidden), 1.0)}
    for layer in range(layers):
        name = f"model.layers.{layer}."
        for norm, width in (("input_layernorm", hidden), ("post_attention_layernorm", hidden),
                            ("self_attn.q_norm", head_dim), ("self_attn.k_norm", head_dim)):
            tensors[f"{name}{norm}.weight"] = ((width,), None)
        tensors[name + "self_attn.q_proj.weight"] = ((heads * head_dim, hidden), query_spread)
        tensors[name + "self_attn.k_proj.weight"] = ((kv_heads * head_dim, hidden), query_spread)
        tensors[name + "self_attn.v_proj.weight"] = ((kv_heads * head_dim, hidden), 0.02)
        tensors[name + "self_attn.o_proj.weight"] = ((hidden, heads * head_dim), 0.02)
        tensors[name + "mlp.gate_proj.weight"] = ((feed_forward, hidden), 0.02)
        tensors[name + "mlp.up_proj.weight"] = ((feed_forward, hidden), 0.02)
        tensors[name + "mlp.down_proj.weight"] = ((hidden, feed_forward), 0.02)
    tensors["model.norm.weight"] = ((hidden,), None)
    write_safetensors(folder / "model.safetensors", tensors)
    config = dict(architectures=["Qwen3ForCausalLM"], model_type="qwen3", num_hidden_layers=layers,
                  num_attention_heads=heads, num_key_value_heads=kv_heads, head_dim=head_dim, hidden_size=hidden,
                  intermediate_size=feed_forward, max_position_embeddings=context, vocab_size=vocabulary,
                  hidden_act="silu", rms_norm_eps=1e-6, rope_theta=1000000.0, tie_word_embeddings=True)
    (folder / "config.json").write_text(json.dumps(config))
    write_vocabulary(folder, vocabulary)
    return folder
