#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Truth for the engine: small random models of each family, run by plain PyTorch formulas in float64.

    make_reference.py FOLDER

writes FOLDER/<model>/{config.json, model.safetensors, vocab.txt, tokenizer_config.json, reference.json, reference.npz}.
It imports nothing of the program and does not look at how the program computes. Sizes are odd on purpose, so that a
swapped axis cannot go unseen.
Does nothing when FOLDER is already up to date; exits with 77 where PyTorch is not installed.
"""
import contextlib
import hashlib
import json
import math
import pathlib
import struct
import sys

try:
    import numpy as np
    import torch
except ImportError as error:
    print(f"skipped: {error} (Debian packages python3-numpy and python3-torch)")
    sys.exit(77)

torch.manual_seed(20240613)
torch.set_num_threads(1)
DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
CONTEXT = 80

# ---------------------------------------------------------------------------------------------------------------- texts

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WHOLE = ["кошка", "на", "птицу", "the", "cat", "on", "сид", "смотр", "крыш", "ро"]
CONTINUED = ["##ела", "##ла", "##of", "##ing", "##ки"]
LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz0123456789"
MARKS = ".,!?-«»"
TEXTS = [
    "Кошка, которая сидела на крыше, смотрела на птицу.",
    "The cat sat on the roof.",
    "Old king gave the prince a sword, and the prince went away into the dark forest: «Прощай, король!»",
]


def make_vocabulary(size):
    pieces = SPECIAL + WHOLE + CONTINUED + list(LETTERS) + ["##" + letter for letter in LETTERS] + list(MARKS)
    pieces += [f"[unused{index}]" for index in range(size - len(pieces))]
    assert len(pieces) == len(set(pieces)) == size
    return pieces


def split_words(text):
    """Lower-cased words and single punctuation marks."""
    words, current = [], ""
    for character in text.lower():
        if character.isalnum():
            current += character
            continue
        if current:
            words.append(current)
        current = ""
        if not character.isspace():
            words.append(character)
    return words + [current] if current else words


def word_pieces(word, ids):
    """Greedy longest match from the left."""
    pieces, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = ("##" if start else "") + word[start:end]
            if piece in ids:
                break
        else:
            return [ids["[UNK]"]]
        pieces.append(ids[piece])
        start = end
    return pieces


def encode(text, vocabulary):
    ids = {piece: index for index, piece in enumerate(vocabulary)}
    inner = [piece for word in split_words(text) for piece in word_pieces(word, ids)]
    return [ids["[CLS]"]] + inner + [ids["[SEP]"]]


# -------------------------------------------------------------------------------------------------------------- weights


class Checkpoint:
    """Random tensors, rounded to how the file stores them; `self[name]` is their value in float64."""

    def __init__(self, stored):
        self.stored_as = stored
        self.tensors = {}

    def __getitem__(self, name):
        return self.tensors[name].to(torch.float64)

    def add(self, name, shape, spread, mean=0.0):
        self.tensors[name] = (mean + spread * torch.randn(*shape)).to(DTYPES[self.stored_as])

    def linear(self, name, outputs, inputs, bias):
        self.add(name + ".weight", (outputs, inputs), 1.3 / math.sqrt(inputs))
        if bias:
            self.add(name + ".bias", (outputs,), 0.3)

    def project(self, name, x):
        y = x @ self[name + ".weight"].T
        return y + self[name + ".bias"] if name + ".bias" in self.tensors else y

    def write(self, path):
        header, blobs, offset = {"__metadata__": {"format": "pt"}}, [], 0
        for name, tensor in self.tensors.items():
            flat = tensor.contiguous()
            data = (flat.view(torch.int16) if flat.element_size() == 2 else flat).numpy().tobytes()
            header[name] = {"dtype": self.stored_as, "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
            blobs.append(data)
            offset += len(data)
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


# ------------------------------------------------------------------------------------------------------------ attention


def allowed(tokens, causal, window):
    query = torch.arange(tokens)[:, None]
    key = torch.arange(tokens)[None, :]
    mask = key <= query if causal else torch.ones(tokens, tokens, dtype=torch.bool)
    return mask & ((query - key).abs() < window) if window else mask


def attention(q, k, v, mask, temperature):
    """q [H,T,d], k and v [G,T,d] -> scores, weights [H,T,T] and outputs [H,T,d]."""
    group = q.shape[0] // k.shape[0]
    k, v = k.repeat_interleave(group, 0), v.repeat_interleave(group, 0)
    scores = torch.einsum("hqd,hkd->hqk", q, k) / math.sqrt(q.shape[-1])
    weights = torch.softmax((scores / temperature).masked_fill(~mask, -math.inf), -1)
    return scores, weights, torch.einsum("hqk,hkd->hqd", weights, v)


def heads_of(x, heads):
    return x.view(x.shape[0], heads, -1).transpose(0, 1)


def side_by_side(x):
    return x.transpose(0, 1).reshape(x.shape[1], -1)


class Recorder(dict):
    def layer(self, **tensors):
        for name, tensor in tensors.items():
            self.setdefault(name, []).append(tensor)

    def arrays(self):
        stacked = {name: torch.stack(value) if isinstance(value, list) else value for name, value in self.items()}
        return {name: value.to(torch.float32).numpy() for name, value in stacked.items()}


# ----------------------------------------------------------------------------------------------------------------- BERT

ACTIVATIONS = {
    "gelu": lambda x: 0.5 * x * (1 + torch.erf(x / math.sqrt(2))),
    "gelu_new": lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "relu": torch.relu,
    "silu": lambda x: x / (1 + torch.exp(-x)),
}


def layer_norm(w, name, x, epsilon):
    x = x - x.mean(-1, keepdim=True)
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + epsilon) * w[name + ".weight"] + w[name + ".bias"]


def bert_weights(c, stored, root):
    w, hidden = Checkpoint(stored), c["hidden_size"]

    def norm(name):
        w.add(name + ".weight", (hidden,), 0.2, 1.0)
        w.add(name + ".bias", (hidden,), 0.2)

    w.add(root + "embeddings.word_embeddings.weight", (c["vocab_size"], hidden), 1.0)
    w.add(root + "embeddings.position_embeddings.weight", (c["max_position_embeddings"], hidden), 0.7)
    w.add(root + "embeddings.token_type_embeddings.weight", (c["type_vocab_size"], hidden), 0.5)
    norm(root + "embeddings.LayerNorm")
    for layer in range(c["num_hidden_layers"]):
        name = f"{root}encoder.layer.{layer}."
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            w.linear(name + part, hidden, hidden, True)
        norm(name + "attention.output.LayerNorm")
        w.linear(name + "intermediate.dense", c["intermediate_size"], hidden, True)
        w.linear(name + "output.dense", hidden, c["intermediate_size"], True)
        norm(name + "output.LayerNorm")
    if c["architectures"] == ["BertForMaskedLM"]:
        w.linear("cls.predictions.transform.dense", hidden, hidden, True)
        norm("cls.predictions.transform.LayerNorm")
        w.add("cls.predictions.bias", (c["vocab_size"],), 0.5)
        if not c["tie_word_embeddings"]:
            w.add("cls.predictions.decoder.weight", (c["vocab_size"], hidden), 0.3)
    return w


def bert_run(c, w, root, ids, mask_mode, temperature):
    heads, epsilon, activation = c["num_attention_heads"], c["layer_norm_eps"], ACTIVATIONS[c["hidden_act"]]
    mask = allowed(len(ids), mask_mode == "causal", 0)
    record = Recorder()
    x = w[root + "embeddings.word_embeddings.weight"][ids]
    x = x + w[root + "embeddings.position_embeddings.weight"][: len(ids)] + w[root + "embeddings.token_type_embeddings.weight"][0]
    x = layer_norm(w, root + "embeddings.LayerNorm", x, epsilon)
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"{root}encoder.layer.{layer}."
        q, k, v = (heads_of(w.project(name + "attention.self." + part, x), heads) for part in ("query", "key", "value"))
        scores, weights, out = attention(q, k, v, mask, temperature)
        written = w.project(name + "attention.output.dense", side_by_side(out))
        x = layer_norm(w, name + "attention.output.LayerNorm", x + written, epsilon)
        inner = w.project(name + "output.dense", activation(w.project(name + "intermediate.dense", x)))
        x = layer_norm(w, name + "output.LayerNorm", x + inner, epsilon)
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    if c["architectures"] == ["BertForMaskedLM"]:
        y = activation(w.project("cls.predictions.transform.dense", x))
        y = layer_norm(w, "cls.predictions.transform.LayerNorm", y, epsilon)
        decoder = "embeddings.word_embeddings.weight" if c["tie_word_embeddings"] else "cls.predictions.decoder.weight"
        decoder = root + decoder if c["tie_word_embeddings"] else decoder
        record["logits"] = y @ w[decoder].T + w["cls.predictions.bias"]
    return record.arrays()


# ------------------------------------------------------------------------------------------- Llama, Mistral, Qwen2, Qwen3


def rms_norm(x, scale, epsilon):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + epsilon) * scale


def llama_weights(c, stored):
    w, hidden, d = Checkpoint(stored), c["hidden_size"], c["head_dim"]
    q_width, k_width = c["num_attention_heads"] * d, c["num_key_value_heads"] * d
    kind = c["model_type"]
    qkv_bias = kind == "qwen2" or c.get("attention_bias", False)
    w.add("model.embed_tokens.weight", (c["vocab_size"], hidden), 1.0)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        w.add(name + "input_layernorm.weight", (hidden,), 0.2, 1.0)
        w.linear(name + "self_attn.q_proj", q_width, hidden, qkv_bias)
        w.linear(name + "self_attn.k_proj", k_width, hidden, qkv_bias)
        w.linear(name + "self_attn.v_proj", k_width, hidden, qkv_bias)
        w.linear(name + "self_attn.o_proj", hidden, q_width, kind != "qwen2" and qkv_bias)
        if kind == "qwen3":
            w.add(name + "self_attn.q_norm.weight", (d,), 0.3, 1.4)
            w.add(name + "self_attn.k_norm.weight", (d,), 0.3, 1.4)
        w.add(name + "post_attention_layernorm.weight", (hidden,), 0.2, 1.0)
        for part in ("gate_proj", "up_proj"):
            w.linear(name + "mlp." + part, c["intermediate_size"], hidden, c.get("mlp_bias", False))
        w.linear(name + "mlp.down_proj", hidden, c["intermediate_size"], c.get("mlp_bias", False))
    w.add("model.norm.weight", (hidden,), 0.2, 1.0)
    if not c["tie_word_embeddings"]:
        w.add("lm_head.weight", (c["vocab_size"], hidden), 0.4)
    return w


def frequencies(c, tokens):
    """Radians per token for each pair of dimensions, and what cos and sin are multiplied by."""
    d, base, scaling = c["head_dim"], c["rope_theta"], c.get("rope_scaling")
    k = torch.arange(0, d, 2, dtype=torch.float64) / d
    theta = base**-k
    if not scaling:
        return theta, 1.0
    kind, factor = scaling["rope_type"], scaling["factor"]
    original = scaling.get("original_max_position_embeddings", c["max_position_embeddings"])
    if kind == "linear":
        return theta / factor, 1.0
    if kind == "dynamic":
        if tokens <= original:
            return theta, 1.0
        return (base * (factor * tokens / original - (factor - 1)) ** (d / (d - 2))) ** -k, 1.0
    if kind == "llama3":
        low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
        wavelength = 2 * math.pi / theta
        t = (original / wavelength - low) / (high - low)
        blended = (1 - t) * theta / factor + t * theta
        return torch.where(wavelength < original / high, theta,
                           torch.where(wavelength > original / low, theta / factor, blended)), 1.0
    assert kind == "yarn"

    def pair(turns):
        return d * math.log(original / (turns * 2 * math.pi)) / (2 * math.log(base))

    first, last = pair(scaling["beta_fast"]), pair(scaling["beta_slow"])
    if scaling.get("truncate", True):
        first, last = math.floor(first), math.ceil(last)
    first, last = max(first, 0), min(last, d - 1)
    ramp = ((torch.arange(d // 2, dtype=torch.float64) - first) / max(last - first, 0.001)).clamp(0, 1)
    return theta / factor * ramp + theta * (1 - ramp), 0.1 * math.log(factor) + 1


def rotate(x, theta, factor):
    """x [heads, T, d]; the pair (k, k + d/2) at position t turns by t·θ_k, as a complex number does."""
    half = x.shape[-1] // 2
    angle = torch.arange(x.shape[1], dtype=torch.float64)[:, None] * theta
    turned = torch.complex(x[..., :half], x[..., half:]) * torch.polar(torch.full_like(angle, factor), angle)
    return torch.cat([turned.real, turned.imag], -1)


def turns(c, layer):
    """SmolLM3 does not turn queries and keys in some layers, every fourth where it does not list them."""
    return c["no_rope_layers"][layer] if "no_rope_layers" in c else c["model_type"] != "smollm3" or (layer + 1) % 4 != 0


def window_of(c, layer):
    if c["model_type"] == "mistral":
        return c.get("sliding_window") or 0
    return c["sliding_window"] if c.get("use_sliding_window") and layer >= c["max_window_layers"] else 0


def llama_run(c, w, ids, mask_mode, temperature):
    heads, kv_heads, epsilon = c["num_attention_heads"], c["num_key_value_heads"], c["rms_norm_eps"]
    theta, factor = frequencies(c, len(ids))
    record = Recorder()
    x = w["model.embed_tokens.weight"][ids]
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        y = rms_norm(x, w[name + "input_layernorm.weight"], epsilon)
        q = heads_of(w.project(name + "self_attn.q_proj", y), heads)
        k = heads_of(w.project(name + "self_attn.k_proj", y), kv_heads)
        v = heads_of(w.project(name + "self_attn.v_proj", y), kv_heads)
        if c["model_type"] == "qwen3":
            q = rms_norm(q, w[name + "self_attn.q_norm.weight"], epsilon)
            k = rms_norm(k, w[name + "self_attn.k_norm.weight"], epsilon)
        if turns(c, layer):
            q, k = rotate(q, theta, factor), rotate(k, theta, factor)
        mask = allowed(len(ids), mask_mode != "bidirectional", window_of(c, layer))
        scores, weights, out = attention(q, k, v, mask, temperature)
        written = w.project(name + "self_attn.o_proj", side_by_side(out))
        x = x + written
        y = rms_norm(x, w[name + "post_attention_layernorm.weight"], epsilon)
        gate = ACTIVATIONS["silu"](w.project(name + "mlp.gate_proj", y))
        inner = w.project(name + "mlp.down_proj", gate * w.project(name + "mlp.up_proj", y))
        x = x + inner
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    y = rms_norm(x, w["model.norm.weight"], epsilon)
    record["logits"] = y @ w["model.embed_tokens.weight" if c["tie_word_embeddings"] else "lm_head.weight"].T
    return record.arrays()


# --------------------------------------------------------------------------------------------------------------- models


def bert(hidden, activation, tied=True, architecture="BertForMaskedLM"):
    return {"architectures": [architecture], "model_type": "bert", "hidden_size": hidden, "num_attention_heads": 3,
            "num_hidden_layers": 2, "intermediate_size": 50, "vocab_size": 173, "max_position_embeddings": CONTEXT,
            "type_vocab_size": 2, "hidden_act": activation, "layer_norm_eps": 1e-12, "tie_word_embeddings": tied}


def llama(kind, hidden, heads, kv_heads, head_dim, tied, **more):
    names = {"llama": "Llama", "mistral": "Mistral", "qwen2": "Qwen2", "qwen3": "Qwen3", "smollm3": "SmolLM3"}
    return {"architectures": [names[kind] + "ForCausalLM"], "model_type": kind, "hidden_size": hidden,
            "num_attention_heads": heads, "num_key_value_heads": kv_heads, "head_dim": head_dim, "num_hidden_layers": 3,
            "intermediate_size": 45, "vocab_size": 173, "max_position_embeddings": CONTEXT, "hidden_act": "silu",
            "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "tie_word_embeddings": tied, **more}


LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 40}
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 24, "beta_fast": 3.0, "beta_slow": 0.5}
DYNAMIC = {"rope_type": "dynamic", "factor": 2.0, "original_max_position_embeddings": 30}
MODELS = {
    "bert-gelu-f32": (bert(39, "gelu"), "F32"),
    "bert-tanh-f16": (bert(27, "gelu_new", tied=False), "F16"),
    "bert-bare-bf16": (bert(33, "relu", architecture="BertModel"), "BF16"),
    "bert-bare-gelu-bf16": (bert(36, "gelu", architecture="BertModel"), "BF16"),
    "qwen3-one-kv-head-bf16": (llama("qwen3", 40, 3, 1, 14, True, rope_theta=1000000.0), "BF16"),
    "qwen2-window-f16": (llama("qwen2", 36, 3, 3, 12, False, use_sliding_window=True, sliding_window=5, max_window_layers=1), "F16"),
    "mistral-window-f32": (llama("mistral", 30, 3, 3, 8, False, sliding_window=9), "F32"),
    "llama-biases-linear-f32": (llama("llama", 34, 3, 1, 10, True, attention_bias=True, mlp_bias=True,
                                      rope_scaling={"rope_type": "linear", "factor": 3.0}), "F32"),
    "llama-llama3-f32": (llama("llama", 31, 6, 3, 18, False, rope_scaling=LLAMA3), "F32"),
    "llama-yarn-f32": (llama("llama", 29, 3, 3, 16, True, rope_scaling=YARN), "F32"),
    "llama-dynamic-f32": (llama("llama", 29, 3, 1, 16, True, rope_scaling=DYNAMIC), "F32"),
}
LATER_MODELS = {  # written last, so that the random numbers of those above stay what they were
    "smollm3-listed-f32": (llama("smollm3", 30, 3, 1, 10, True, no_rope_layers=[1, 0, 1]), "F32"),
    "smollm3-every-fourth-bf16": ({**llama("smollm3", 32, 4, 2, 8, False), "num_hidden_layers": 5}, "BF16"),
}
LENS_RUN = 0  # the case whose logits after every layer are kept
RUNS = [("as_trained", 1.0), ("causal", 1.0), ("bidirectional", 1.0), ("as_trained", 0.6)]


def own_functions(config):
    """What makes the weights of the families of this file, and what runs them."""
    root = "bert." if config["architectures"] == ["BertForMaskedLM"] else ""
    if config["model_type"] == "bert":
        return lambda c, stored: bert_weights(c, stored, root), lambda c, w, *run: bert_run(c, w, root, *run)
    return llama_weights, llama_run


def lens(config, weights, run_model, *run):
    """[L + 1, T, V]: the logits of models that end after 0, 1, … L layers."""
    layers = next(name for name in ("num_hidden_layers", "n_layer", "n_layers") if name in config)
    return np.stack([run_model({**config, layers: count}, weights, *run)["logits"] for count in range(config[layers] + 1)])


def write_model(folder, config, stored, make_weights, run_model, ways=RUNS):
    folder.mkdir(parents=True, exist_ok=True)
    weights = make_weights(config, stored)
    vocabulary = make_vocabulary(config["vocab_size"])
    weights.write(folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": True, "strip_accents": False}) + "\n")

    arrays, runs = {}, []
    cases = [(text, *RUNS[0]) for text in TEXTS] + [(TEXTS[2], *run) for run in ways[1:]]
    cases.append(("", *RUNS[0]))  # the two specials alone
    for index, (text, mask, temperature) in enumerate(cases):
        ids = encode(text, vocabulary)
        run = run_model(config, weights, ids, mask, temperature)
        arrays.update({f"run{index}_{name}": array for name, array in run.items()})
        if index == LENS_RUN and "logits" in run and "text_config" not in config:
            arrays[f"run{index}_lens"] = lens(config, weights, run_model, ids, mask, temperature)
        runs.append({"name": f"run{index}", "text": text, "ids": ids, "mask": mask, "temperature": temperature})
    np.savez_compressed(folder / "reference.npz", **arrays)
    (folder / "reference.json").write_text(json.dumps({"runs": runs}, ensure_ascii=False, indent=1) + "\n")
    return weights.tensors


@contextlib.contextmanager
def seeded():
    """Random numbers of their own, so that models keep theirs whatever is written before them."""
    with torch.random.fork_rng():
        torch.manual_seed(20240613)
        yield


def write_group(folder, models, twins=(), write=write_model):
    """Models by name, and those of `twins` as GGUF files, too; returns their tensors."""
    import gguf_files
    tensors_of = {}
    with seeded():
        for name, model in models.items():
            tensors_of[name] = write(folder / name, *model)
            print("wrote", folder / name)
            if name in twins:
                vocabulary = make_vocabulary(model[0]["vocab_size"])
                gguf_files.write(folder / (name + ".gguf"), model[0], tensors_of[name], vocabulary)
    return tensors_of


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_reference.py FOLDER")
    folder = pathlib.Path(sys.argv[1])
    stamp = folder / "stamp.txt"
    scripts = sorted(pathlib.Path(__file__).parent.glob("*.py"))
    models = pathlib.Path(__file__).parents[2] / "assets" / "models"
    shipped = [models / name / file for name in ("digits", "melody") for file in ("config.json", "model.safetensors")]
    shipped.append(models / "melody" / "tokenizer.json")
    shipped += sorted((models / "narrator-relatives").glob("*/*.*"))
    version = hashlib.sha256(b"".join(file.read_bytes() for file in scripts + shipped)).hexdigest()
    if stamp.exists() and stamp.read_text() == version:
        return
    import families  # they use the functions above
    import gated_families
    import vision_families
    import gguf_files
    import torch_files
    models = {name: (*model, *own_functions(model[0])) for name, model in MODELS.items()}
    models |= families.MODELS | gated_families.MODELS
    tensors_of = {}
    for name, model in models.items():
        tensors_of[name] = write_model(folder / name, *model)
        print("wrote", folder / name)
    import seq2seq_families
    for name, model in seq2seq_families.MODELS.items():
        seq2seq_families.write_model(folder / name, *model)
        print("wrote", folder / name)
    torch_files.write_all(folder, tensors_of)
    for name in gguf_files.MODELS:
        config = models[name][0]
        gguf_files.write(folder / (name + ".gguf"), config, tensors_of[name], make_vocabulary(config["vocab_size"]))
    for name, model in vision_families.MODELS.items():
        vision_families.write_vision_model(folder / name, *model)
        print("wrote", folder / name)
    import edited_runs
    for name, model in edited_runs.MODELS.items():
        edited_runs.write_model(folder / name, *model)
        print("wrote", folder / name)
    for name, model in LATER_MODELS.items():
        write_model(folder / name, *model, *own_functions(model[0]))
        print("wrote", folder / name)
    for name, model in seq2seq_families.LATER_MODELS.items():
        seq2seq_families.write_model(folder / name, *model)
        print("wrote", folder / name)
    import tuned_families
    for name, model in tuned_families.MODELS.items():
        write_model(folder / name, *model)
        print("wrote", folder / name)
    import mixture_families
    write_group(folder, mixture_families.MODELS, gguf_files.MIXTURES)
    import dense_families
    write_group(folder, dense_families.MODELS, gguf_files.DENSE)
    with seeded():
        import adapters
        adapters.write_all(folder, models, tensors_of)
    import sink_families
    for name, tensors in write_group(folder, sink_families.MODELS, sink_families.GGUF).items():
        config = sink_families.MODELS[name][0]
        if "quantization_config" in config:
            sink_families.write_widened(folder / "gpt-oss-widened-bf16", config, tensors)
    write_group(folder, sink_families.EDITED, write=edited_runs.write_model)
    import latent_families
    write_group(folder, latent_families.MODELS, latent_families.GGUF)
    import quantised_families
    write_group(folder, quantised_families.MODELS)
    import tower_families
    write_group(folder, tower_families.MODELS, write=vision_families.write_vision_model)
    write_group(folder, tower_families.TEXT_MODELS)
    import later_encoders
    write_group(folder, later_encoders.MODELS, gguf_files.LATER)
    write_group(folder, later_encoders.MOVED, write=later_encoders.write_moved_model)
    import delta_families
    write_group(folder, {name: (*model, delta_families.WAYS) for name, model in delta_families.MODELS.items()}, delta_families.GGUF)
    import learners
    write_group(folder, learners.MODELS)
    with seeded():
        for name, config in learners.GRADIENTS.items():
            learners.write_learning(folder / name, config)
            print("wrote", folder / name)
        import guided_encoders
        guided_encoders.write_all(folder)
    import state_families
    write_group(folder, {name: (*model, delta_families.WAYS) for name, model in state_families.MODELS.items()}, state_families.GGUF)
    import scan_families
    write_group(folder, {name: (*model, delta_families.WAYS) for name, model in scan_families.MODELS.items()}, scan_families.GGUF)
    import gemma4_families
    write_group(folder, gemma4_families.MODELS, gemma4_families.GGUF)
    import gemma3n_families
    write_group(folder, gemma3n_families.MODELS, gemma3n_families.GGUF)
    import built_in_models
    built_in_models.write_all(folder)
    import kinds_of_attention
    kinds_of_attention.write_all(folder)
    stamp.write_text(version)


if __name__ == "__main__":
    main()
