# SPDX-License-Identifier: Apache-2.0
"""The random models of make_reference.py once more as GGUF files, FOLDER/<model>.gguf, written from the published layout
(https://github.com/ggml-org/ggml/blob/master/docs/gguf.md) and the names of its architectures. Vectors are float32 as in the
files people have; Gemma's scales of norms hold the 1 that Hugging Face leaves out; GPT-2's matrices are [out, in]; rows of
Llama's queries and keys are paired.
"""
import math
import struct

import torch

U32, F32, BOOL, TEXT, LIST, I32 = 4, 6, 7, 8, 9, 5
KINDS = {torch.float32: 0, torch.float16: 1, torch.bfloat16: 30}
ALIGNMENT = 32

GATED = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output", "input_layernorm": "attn_norm",
         "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
         "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm", "self_attn.qkv_proj": "attn_qkv",
         "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.gate_up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
         "post_attention_layernorm": "ffn_norm"}
SANDWICHED = {**GATED, "post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm",
              "post_feedforward_layernorm": "post_ffw_norm"}
GPT2 = {"wte": "token_embd", "wpe": "position_embd", "ln_f": "output_norm", "ln_1": "attn_norm", "attn.c_attn": "attn_qkv",
        "attn.c_proj": "attn_output", "ln_2": "ffn_norm", "mlp.c_fc": "ffn_up", "mlp.c_proj": "ffn_down"}
BERT = {"embeddings.word_embeddings": "token_embd", "embeddings.position_embeddings": "position_embd",
        "embeddings.token_type_embeddings": "token_types", "embeddings.LayerNorm": "token_embd_norm",
        "attention.self.query": "attn_q", "attention.self.key": "attn_k", "attention.self.value": "attn_v",
        "attention.output.dense": "attn_output", "attention.output.LayerNorm": "attn_output_norm",
        "intermediate.dense": "ffn_up", "output.dense": "ffn_down", "output.LayerNorm": "layer_output_norm"}
MODERN = {"embeddings.tok_embeddings": "token_embd", "embeddings.norm": "token_embd_norm", "final_norm": "output_norm",
          "attn_norm": "attn_norm", "attn.Wqkv": "attn_qkv", "attn.Wo": "attn_output", "mlp_norm": "ffn_norm", "mlp.Wi": "ffn_up",
          "mlp.Wo": "ffn_down"}
EXPERTS = {**GATED, "mlp.gate": "ffn_gate_inp", "mlp.shared_expert_gate": "ffn_gate_inp_shexp",
           **{f"mlp.shared_expert.{part}_proj": f"ffn_{part}_shexp" for part in ("gate", "up", "down")},
           **{f"mlp.experts.{part}_proj": f"ffn_{part}_exps" for part in ("gate", "up", "down")},
           "block_sparse_moe.gate": "ffn_gate_inp", "block_sparse_moe.experts.w1": "ffn_gate_exps",
           "block_sparse_moe.experts.w3": "ffn_up_exps", "block_sparse_moe.experts.w2": "ffn_down_exps"}
ARCHITECTURES = {"mixtral": ("llama", EXPERTS), "olmoe": ("olmoe", EXPERTS), "qwen2_moe": ("qwen2moe", EXPERTS),
                 "qwen3_moe": ("qwen3moe", EXPERTS), "llama": ("llama", GATED), "gemma": ("gemma", GATED), "gemma2": ("gemma2", SANDWICHED),
                 "gemma3_text": ("gemma3", SANDWICHED), "phi3": ("phi3", GATED), "gpt2": ("gpt2", GPT2), "bert": ("bert", BERT),
                 "modernbert": ("modern-bert", MODERN)}
MIXTURES = ["mixtral-plain-bf16", "olmoe-f32", "qwen2-moe-plain-f16", "qwen3-moe-plain-f32"]
LATER = ["modern-bert-plain-bf16"]
LAYERS = ("model.layers.", "layers.", "h.", "encoder.layer.")

MODELS = ["gpt2-f32", "gemma-f32", "gemma2-plain-f16", "gemma3-plain-f32", "phi3-window-f16", "phi3-longrope-partial-f32",
          "bert-bare-gelu-bf16", "llama-biases-linear-f32"]


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


PACKED = {U32: lambda v: struct.pack("<I", v), I32: lambda v: struct.pack("<i", v), F32: lambda v: struct.pack("<f", v),
          BOOL: lambda v: struct.pack("<?", v), TEXT: text}


def pair(key, kind, value):
    return text(key) + struct.pack("<I", kind) + PACKED[kind](value)


def listed(key, kind, values):
    return text(key) + struct.pack("<IIQ", LIST, kind, len(values)) + b"".join(map(PACKED[kind], values))


def sizes(c):
    """Key (after the architecture's name), kind, value."""
    if c["model_type"] == "gpt2":
        return [("context_length", U32, c["n_positions"]), ("embedding_length", U32, c["n_embd"]), ("block_count", U32, c["n_layer"]),
                ("feed_forward_length", U32, c.get("n_inner") or 4 * c["n_embd"]), ("attention.head_count", U32, c["n_head"]),
                ("attention.layer_norm_epsilon", F32, c["layer_norm_epsilon"])]
    if c["model_type"] == "modernbert":
        return [("context_length", U32, c["max_position_embeddings"]), ("embedding_length", U32, c["hidden_size"]),
                ("block_count", U32, c["num_hidden_layers"]), ("feed_forward_length", U32, c["intermediate_size"]),
                ("attention.head_count", U32, c["num_attention_heads"]), ("attention.layer_norm_epsilon", F32, c["norm_eps"]),
                ("attention.causal", BOOL, False), ("attention.sliding_window", U32, c["local_attention"]),
                ("attention.sliding_window_pattern", U32, c["global_attn_every_n_layers"]),
                ("rope.freq_base", F32, c["global_rope_theta"]), ("rope.freq_base_swa", F32, c["local_rope_theta"])]
    epsilon = ("attention.layer_norm_epsilon", F32, c["layer_norm_eps"]) if c["model_type"] == "bert" else (
        "attention.layer_norm_rms_epsilon", F32, c["rms_norm_eps"])
    keys = [("context_length", U32, c["max_position_embeddings"]), ("embedding_length", U32, c["hidden_size"]),
            ("block_count", U32, c["num_hidden_layers"]), ("feed_forward_length", U32, c["intermediate_size"]),
            ("attention.head_count", U32, c["num_attention_heads"]), epsilon]
    if c["model_type"] == "bert":
        return keys + [("attention.causal", BOOL, False)]
    keys += [("attention.head_count_kv", U32, c["num_key_value_heads"]), ("rope.freq_base", F32, c["rope_theta"])]
    if c["model_type"] in ("mixtral", "olmoe", "qwen2_moe", "qwen3_moe"):
        keys += [("expert_count", U32, c.get("num_local_experts") or c["num_experts"]),
                 ("expert_used_count", U32, c["num_experts_per_tok"])]
        keys += [(key, U32, c[name]) for key, name in (("expert_feed_forward_length", "moe_intermediate_size"),
                                                       ("expert_shared_feed_forward_length", "shared_expert_intermediate_size"))
                 if name in c]
    if c.get("sliding_window"):
        keys.append(("attention.sliding_window", U32, c["sliding_window"]))
    if "head_dim" in c:
        keys += [("attention.key_length", U32, c["head_dim"]), ("attention.value_length", U32, c["head_dim"])]
    if c["model_type"] == "gemma2":
        keys += [("attn_logit_softcapping", F32, c["attn_logit_softcapping"]),
                 ("final_logit_softcapping", F32, c["final_logit_softcapping"])]
    scaling = c.get("rope_scaling", {})
    if scaling.get("rope_type") == "linear":
        keys += [("rope.scaling.type", TEXT, "linear"), ("rope.scaling.factor", F32, scaling["factor"])]
    if c["model_type"] == "phi3":
        head_dim = c["hidden_size"] // c["num_attention_heads"]
        keys.append(("rope.dimension_count", U32, int(head_dim * c.get("partial_rotary_factor", 1.0))))
    if scaling.get("type") == "longrope":
        original = c["original_max_position_embeddings"]
        growth = c["max_position_embeddings"] / original
        keys += [("rope.scaling.original_context_length", U32, original),
                 ("rope.scaling.attn_factor", F32, math.sqrt(1 + math.log(growth) / math.log(original)))]
    return keys


def word_pieces(vocabulary):
    """Pieces that start a word are marked, not those that continue one."""
    def marked(piece):
        if piece.startswith("["):
            return piece
        return piece[2:] if piece.startswith("##") else "\u2581" + piece
    kinds = [3 if piece in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]") else 1 for piece in vocabulary]
    return [pair("tokenizer.ggml.model", TEXT, "bert"),
            listed("tokenizer.ggml.tokens", TEXT, [marked(piece) for piece in vocabulary]),
            listed("tokenizer.ggml.token_type", I32, kinds)] + [
                pair(f"tokenizer.ggml.{name}_token_id", U32, vocabulary.index(piece))
                for name, piece in (("unknown", "[UNK]"), ("cls", "[CLS]"), ("seperator", "[SEP]"), ("mask", "[MASK]"))]


def own_name(name, names):
    stem, kind = name.rsplit(".", 1)
    for prefix in LAYERS:
        if stem.startswith(prefix):
            layer, part = stem[len(prefix):].split(".", 1)
            return f"blk.{layer}.{names[part]}.{kind}"
    return f"{names[stem]}.{kind}"


def paired_rows(tensor, heads):
    """Rows k and k + d/2 of each head side by side."""
    rows = tensor.shape[0] // heads
    return tensor.reshape(heads, 2, rows // 2, -1).transpose(1, 2).reshape(tensor.shape)


def experts_together(tensors):
    """"…experts.3.w1.weight" of all experts as one tensor "…experts.w1.weight" [experts, …]."""
    result, together = {}, {}
    for name, tensor in tensors.items():
        before, mark, after = name.partition(".experts.")
        if not mark:
            result[name] = tensor
            continue
        number, part = after.split(".", 1)
        assert int(number) == len(together.setdefault(before + mark + part, []))
        together[before + mark + part].append(tensor)
    return result | {name: torch.stack(each) for name, each in together.items()}


def tensors_of(c, tensors):
    kind, names = ARCHITECTURES[c["model_type"]]
    tensors = experts_together(tensors)
    result = {}
    for name, tensor in tensors.items():
        own = own_name(name, names)
        if "ffn_gate_inp_shexp" in own:
            tensor = tensor.flatten()
        if tensor.dim() == 1 or "norm" in own:
            tensor = tensor.float() + (1 if kind.startswith("gemma") else 0)
        if kind == "gpt2" and tensor.dim() == 2 and "embd" not in own:
            tensor = tensor.T
        if kind == "llama" and "attn_q" in own:
            tensor = paired_rows(tensor, c["num_attention_heads"])
        if kind == "llama" and "attn_k" in own:
            tensor = paired_rows(tensor, c["num_key_value_heads"])
        result[own] = tensor.contiguous()
    scaling = c.get("rope_scaling", {})
    if scaling.get("type") == "longrope":
        result["rope_factors_short.weight"] = torch.tensor(scaling["short_factor"])
        result["rope_factors_long.weight"] = torch.tensor(scaling["long_factor"])
    return result


def write(path, c, tensors, vocabulary):
    kind, _ = ARCHITECTURES[c["model_type"]]
    keys = [pair("general.architecture", TEXT, kind)] + [pair(f"{kind}.{key}", *value) for key, *value in sizes(c)]
    keys += word_pieces(vocabulary)
    infos, blobs, offset = [], [], 0
    stored = tensors_of(c, tensors)
    for name, tensor in stored.items():
        data = (tensor.view(torch.int16) if tensor.element_size() == 2 else tensor).numpy().tobytes()
        infos.append(text(name) + struct.pack("<I", tensor.dim()) + b"".join(struct.pack("<Q", n) for n in reversed(tensor.shape)) +
                     struct.pack("<IQ", KINDS[tensor.dtype], offset))
        blobs.append(data + b"\0" * (-len(data) % ALIGNMENT))
        offset += len(blobs[-1])
    head = b"GGUF" + struct.pack("<IQQ", 3, len(stored), len(keys)) + b"".join(keys) + b"".join(infos)
    path.write_bytes(head + b"\0" * (-len(head) % ALIGNMENT) + b"".join(blobs))
