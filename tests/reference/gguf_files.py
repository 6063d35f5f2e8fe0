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
KINDS = {torch.float32: 0, torch.float16: 1, torch.bfloat16: 30, torch.uint8: 39}  # bytes: blocks of MXFP4
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
WRITTEN = {**GATED, "post_attention_layernorm": "post_attention_norm", "post_feedforward_layernorm": "post_ffw_norm"}
UNGATED = {**GATED, "mlp.c_fc": "ffn_up", "mlp.c_proj": "ffn_down"}
STABLE = {**GATED, "self_attn.q_layernorm": "attn_q_norm", "self_attn.k_layernorm": "attn_k_norm"}
FALCON = {"word_embeddings": "token_embd", "ln_f": "output_norm", "lm_head": "output", "input_layernorm": "attn_norm",
          "ln_mlp": "attn_norm", "ln_attn": "attn_norm_2", "self_attention.query_key_value": "attn_qkv",
          "self_attention.dense": "attn_output", "mlp.dense_h_to_4h": "ffn_up", "mlp.dense_4h_to_h": "ffn_down"}
SUNK = {**GATED, "self_attn.sinks": "attn_sinks", "post_attention_layernorm": "post_attention_norm", "mlp.router": "ffn_gate_inp",
        **{f"mlp.experts.{part}_proj": f"ffn_{part}_exps" for part in ("gate", "up", "down")}}
LATENT = {**EXPERTS, "self_attn.q_a_proj": "attn_q_a", "self_attn.q_a_layernorm": "attn_q_a_norm", "self_attn.q_b_proj": "attn_q_b",
          "self_attn.kv_a_proj_with_mqa": "attn_kv_a_mqa", "self_attn.kv_a_layernorm": "attn_kv_a_norm",
          "self_attn.kv_b_proj": "attn_kv_b", "self_attn.k_b_proj": "attn_k_b", "self_attn.v_b_proj": "attn_v_b",
          **{f"mlp.shared_experts.{part}_proj": f"ffn_{part}_shexp" for part in ("gate", "up", "down")}}
PAIRED = {**SANDWICHED, "embed_tokens_per_layer": "per_layer_token_embd", "model.embed_tokens_per_layer": "per_layer_token_embd",
          "model.per_layer_model_projection": "per_layer_model_proj", "model.per_layer_projection_norm": "per_layer_proj_norm",
          "per_layer_input_gate": "inp_gate", "per_layer_projection": "proj", "post_per_layer_input_norm": "post_norm",
          "router.proj": "ffn_gate_inp", "pre_feedforward_layernorm_2": "pre_ffw_norm_2",
          "post_feedforward_layernorm_1": "post_ffw_norm_1", "post_feedforward_layernorm_2": "post_ffw_norm_2"}
STREAMS = {**PAIRED, "model.altup_projections": "altup_proj", "model.altup_unembed_projections": "altup_unembd_proj",
           "altup.modality_router": "altup_router", "altup.router_norm": "altup_router_norm",
           "altup.prediction_coefs": "altup_predict_coef", "altup.correction_coefs": "altup_correct_coef",
           "laurel.linear_left": "laurel_l", "laurel.linear_right": "laurel_r", "laurel.post_laurel_norm": "laurel_post_norm"}
# Tensors whose names have no ending, or another one here.
BARE = {"altup.correct_output_scale": "altup_correct_scale.weight", "layer_scalar": "layer_output_scale.weight", "router.scale": "ffn_gate_inp.scale",
        "router.per_expert_scale": "ffn_down_exps.scale", "experts.gate_up_proj": "ffn_gate_up_exps.weight",
        "experts.down_proj": "ffn_down_exps.weight", "mixer.A_log": "ssm_a", "mixer.D": "ssm_d", "mixer.dt_bias": "ssm_dt.bias",
        "mixer.gate.e_score_correction_bias": "exp_probs_b.bias", "linear_attn.A_log": "ssm_a", "linear_attn.dt_bias": "ssm_dt.bias"}
MAMBA = {"backbone.embeddings": "token_embd", "backbone.norm_f": "output_norm", "lm_head": "output", "norm": "attn_norm",
         "mixer.in_proj": "ssm_in", "mixer.conv1d": "ssm_conv1d", "mixer.norm": "ssm_norm", "mixer.out_proj": "ssm_out",
         "mixer.q_proj": "attn_q", "mixer.k_proj": "attn_k", "mixer.v_proj": "attn_v", "mixer.o_proj": "attn_output",
         "mixer.up_proj": "ffn_up", "mixer.down_proj": "ffn_down", "mixer.gate": "ffn_gate_inp",
         "mixer.experts.up_proj": "ffn_up_exps", "mixer.experts.down_proj": "ffn_down_exps",
         "mixer.shared_experts.up_proj": "ffn_up_shexp", "mixer.shared_experts.down_proj": "ffn_down_shexp"}
DELTA = {**EXPERTS, "post_attention_layernorm": "post_attention_norm", "linear_attn.in_proj_qkv": "attn_qkv",
         "linear_attn.in_proj_z": "attn_gate", "linear_attn.in_proj_ba": "ssm_ba", "linear_attn.in_proj_b": "ssm_beta",
         "linear_attn.in_proj_a": "ssm_alpha", "linear_attn.conv1d": "ssm_conv1d", "linear_attn.norm": "ssm_norm",
         "linear_attn.out_proj": "ssm_out"}
ARCHITECTURES = {"gemma3n_text": ("gemma3n", STREAMS), "gemma4_text": ("gemma4", PAIRED), "nemotron_h": ("nemotron_h", MAMBA), "qwen3_next": ("qwen3next", DELTA),
                 "qwen3_5_text": ("qwen35", DELTA), "qwen3_5_moe_text": ("qwen35moe", DELTA),
                 "olmo2": ("olmo2", WRITTEN), "olmo3": ("olmo2", WRITTEN), "granite": ("granite", GATED),
                 "starcoder2": ("starcoder2", UNGATED), "stablelm": ("stablelm", STABLE), "cohere": ("command-r", GATED),
                 "cohere2": ("cohere2", GATED), "falcon": ("falcon", FALCON), "gpt_oss": ("gpt-oss", SUNK),
                 "deepseek_v2": ("deepseek2", LATENT), "deepseek_v3": ("deepseek2", LATENT),
                 "mixtral": ("llama", EXPERTS), "olmoe": ("olmoe", EXPERTS), "qwen2_moe": ("qwen2moe", EXPERTS),
                 "qwen3_moe": ("qwen3moe", EXPERTS), "llama": ("llama", GATED), "gemma": ("gemma", GATED), "gemma2": ("gemma2", SANDWICHED),
                 "gemma3_text": ("gemma3", SANDWICHED), "phi3": ("phi3", GATED), "gpt2": ("gpt2", GPT2), "bert": ("bert", BERT),
                 "modernbert": ("modern-bert", MODERN), "falcon_h1": ("falcon-h1", {}), "granitemoehybrid": ("granitehybrid", {}), "jamba": ("jamba", {}), "mamba": ("mamba", {}),
                 "mamba2": ("mamba2", {})}
STATES = ("granitemoehybrid", "falcon_h1", "jamba", "mamba", "mamba2")
MIXTURES = ["mixtral-plain-bf16", "olmoe-f32", "qwen2-moe-plain-f16", "qwen3-moe-plain-f32"]
DENSE = ["olmo2-f32", "olmo3-yarn-f32", "granite-f32", "starcoder2-f32", "stablelm-f32", "stablelm-parallel-bf16", "cohere-f32",
         "cohere-normed-f16", "cohere2-f32", "falcon-one-kv-head-f32", "falcon-groups-bf16", "falcon-groups-one-norm-f16"]
LATER = ["modern-bert-plain-bf16"]
LAYERS = ("model.layers.", "backbone.layers.", "layers.", "h.", "encoder.layer.")

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


def latent_sizes(c):
    """DeepSeek. V3's file is of the newer layout, in which a cache keeps the latent row as a key and value of one head."""
    rank, turned, newer = c["kv_lora_rank"], c["qk_rope_head_dim"], c["model_type"] == "deepseek_v3"
    key, value = c["qk_nope_head_dim"] + turned, c["v_head_dim"]
    keys = [("attention.head_count_kv", U32, 1 if newer else c["num_attention_heads"]), ("rope.freq_base", F32, c["rope_theta"]),
            ("attention.kv_lora_rank", U32, rank), ("rope.dimension_count", U32, turned),
            ("attention.key_length", U32, rank + turned if newer else key), ("attention.value_length", U32, rank if newer else value),
            ("leading_dense_block_count", U32, c["first_k_dense_replace"]), ("expert_count", U32, c["n_routed_experts"]),
            ("expert_used_count", U32, c["num_experts_per_tok"]), ("expert_shared_count", U32, c["n_shared_experts"]),
            ("expert_feed_forward_length", U32, c["moe_intermediate_size"]), ("expert_weights_scale", F32, c["routed_scaling_factor"])]
    if newer:
        keys += [("attention.key_length_mla", U32, key), ("attention.value_length_mla", U32, value),
                 ("expert_gating_func", U32, 2), ("expert_weights_norm", BOOL, c["norm_topk_prob"]),
                 ("expert_group_count", U32, c["n_group"]), ("expert_group_used_count", U32, c["topk_group"])]
    if c["q_lora_rank"]:
        keys.append(("attention.q_lora_rank", U32, c["q_lora_rank"]))
    scaling = c["rope_scaling"]
    return keys + [("rope.scaling.type", TEXT, "yarn"), ("rope.scaling.factor", F32, scaling["factor"]),
                   ("rope.scaling.original_context_length", U32, scaling["original_max_position_embeddings"]),
                   ("rope.scaling.yarn_beta_fast", F32, scaling["beta_fast"]), ("rope.scaling.yarn_beta_slow", F32, scaling["beta_slow"]),
                   ("rope.scaling.yarn_log_multiplier", F32, 0.1 * scaling["mscale_all_dim"])]


def without_last_layers(c, tensors):
    """Layers that predict further tokens are left out of the files people have."""
    behind = f"model.layers.{c.get('num_hidden_layers')}."
    return {name: tensor for name, tensor in tensors.items() if not name.startswith(behind)}


def keys_and_values_apart(c, tensors):
    """The newer layout: kv_b_proj in two, that of keys turned head by head."""
    result = {}
    for name, tensor in tensors.items():
        if not name.endswith("kv_b_proj.weight"):
            result[name] = tensor
            continue
        both = tensor.view(c["num_attention_heads"], c["qk_nope_head_dim"] + c["v_head_dim"], -1)
        result[name.replace("kv_b_proj", "k_b_proj")] = both[:, : c["qk_nope_head_dim"]].transpose(1, 2)
        result[name.replace("kv_b_proj", "v_b_proj")] = both[:, c["qk_nope_head_dim"]:]
    return result


def gemma4_sizes(c):
    far = [kind == "full_attention" for kind in c["layer_types"]]
    first = c["num_hidden_layers"] - c["num_kv_shared_layers"]
    wide = [c["intermediate_size"] * (2 if c["use_double_wide_mlp"] and layer >= first else 1) for layer in range(len(far))]
    keys = [("context_length", U32, c["max_position_embeddings"]), ("embedding_length", U32, c["hidden_size"]),
            ("block_count", U32, c["num_hidden_layers"]), ("attention.head_count", U32, c["num_attention_heads"]),
            ("attention.layer_norm_rms_epsilon", F32, c["rms_norm_eps"]), ("attention.sliding_window", U32, c["sliding_window"]),
            ("attention.sliding_window_pattern", BOOL, [not each for each in far]),
            ("attention.key_length", U32, c["global_head_dim"]), ("attention.value_length", U32, c["global_head_dim"]),
            ("attention.key_length_swa", U32, c["head_dim"]), ("attention.value_length_swa", U32, c["head_dim"]),
            ("rope.dimension_count", U32, c["global_head_dim"]), ("rope.dimension_count_swa", U32, c["head_dim"]),
            ("rope.freq_base", F32, c["rope_parameters"]["full_attention"]["rope_theta"]),
            ("rope.freq_base_swa", F32, c["rope_parameters"]["sliding_attention"]["rope_theta"]),
            ("attention.shared_kv_layers", U32, c["num_kv_shared_layers"]),
            ("embedding_length_per_layer_input", U32, c["hidden_size_per_layer_input"]),
            ("feed_forward_length", I32 if c["use_double_wide_mlp"] else U32, wide if c["use_double_wide_mlp"] else wide[0])]
    if c.get("num_global_key_value_heads"):
        heads = [c["num_global_key_value_heads"] if each else c["num_key_value_heads"] for each in far]
        keys.append(("attention.head_count_kv", I32, heads))
    else:
        keys.append(("attention.head_count_kv", U32, c["num_key_value_heads"]))
    if c["enable_moe_block"]:
        keys += [("expert_count", U32, c["num_experts"]), ("expert_used_count", U32, c["top_k_experts"]),
                 ("expert_feed_forward_length", U32, c["moe_intermediate_size"])]
    if c["final_logit_softcapping"]:
        keys.append(("final_logit_softcapping", F32, c["final_logit_softcapping"]))
    return keys


def nemotron_sizes(c):
    letters, mixed = c["hybrid_override_pattern"], "E" in c["hybrid_override_pattern"]
    widths = {"-": c["intermediate_size"], "E": c["moe_intermediate_size"]}
    keys = [("context_length", U32, c["max_position_embeddings"]), ("embedding_length", U32, c["hidden_size"]),
            ("block_count", U32, len(letters)), ("attention.head_count", U32, c["num_attention_heads"]),
            ("attention.head_count_kv", I32, [c["num_key_value_heads"] if each == "*" else 0 for each in letters]),
            ("attention.layer_norm_rms_epsilon", F32, c["layer_norm_epsilon"]), ("attention.key_length", U32, c["head_dim"]),
            ("attention.value_length", U32, c["head_dim"]),
            ("feed_forward_length", I32, [widths.get(each, 0) for each in letters]), ("ssm.conv_kernel", U32, c["conv_kernel"]),
            ("ssm.state_size", U32, c["ssm_state_size"]), ("ssm.group_count", U32, c["n_groups"]),
            ("ssm.inner_size", U32, c["mamba_num_heads"] * c["mamba_head_dim"]), ("ssm.time_step_rank", U32, c["mamba_num_heads"])]
    if mixed:
        keys += [("expert_count", U32, c["n_routed_experts"]), ("expert_used_count", U32, c["num_experts_per_tok"]),
                 ("expert_feed_forward_length", U32, c["moe_intermediate_size"]), ("expert_shared_count", U32, c["n_shared_experts"]),
                 ("expert_shared_feed_forward_length", U32, c["moe_shared_expert_intermediate_size"]),
                 ("expert_weights_norm", BOOL, c["norm_topk_prob"]), ("expert_weights_scale", F32, c["routed_scaling_factor"]),
                 ("expert_group_count", U32, c["n_group"])]
    return keys


def delta_sizes(c):
    rope = c.get("rope_parameters") or c
    keys = [("context_length", U32, c["max_position_embeddings"]), ("embedding_length", U32, c["hidden_size"]),
            ("block_count", U32, c["num_hidden_layers"]), ("feed_forward_length", U32, c["intermediate_size"]),
            ("attention.head_count", U32, c["num_attention_heads"]), ("attention.head_count_kv", U32, c["num_key_value_heads"]),
            ("attention.layer_norm_rms_epsilon", F32, c["rms_norm_eps"]), ("attention.key_length", U32, c["head_dim"]),
            ("attention.value_length", U32, c["head_dim"]), ("rope.freq_base", F32, rope["rope_theta"]),
            ("rope.dimension_count", U32, int(c["head_dim"] * rope.get("partial_rotary_factor", 0.25))),
            ("ssm.conv_kernel", U32, c["linear_conv_kernel_dim"]), ("ssm.state_size", U32, c["linear_key_head_dim"]),
            ("ssm.group_count", U32, c["linear_num_key_heads"]), ("ssm.time_step_rank", U32, c["linear_num_value_heads"]),
            ("ssm.inner_size", U32, c["linear_num_value_heads"] * c["linear_value_head_dim"])]
    if "layer_types" in c:
        keys.append(("attention.recurrent_layers", BOOL, [kind != "full_attention" for kind in c["layer_types"]]))
    else:
        keys.append(("full_attention_interval", U32, 4))
    if "num_experts" in c:
        keys += [("expert_count", U32, c["num_experts"]), ("expert_used_count", U32, c["num_experts_per_tok"]),
                 ("expert_feed_forward_length", U32, c["moe_intermediate_size"]),
                 ("expert_shared_feed_forward_length", U32, c["shared_expert_intermediate_size"])]
    return keys
def state_sizes(c):
    """Granite 4, Falcon-H1, Jamba, Mamba, Mamba-2."""
    keys = [("embedding_length", U32, c["hidden_size"]), ("block_count", U32, c["num_hidden_layers"])]
    if c["model_type"] == "falcon_h1":
        return keys + [("context_length", U32, c["max_position_embeddings"]), ("feed_forward_length", U32, c["intermediate_size"]),
                       ("attention.head_count", U32, c["num_attention_heads"]), ("attention.head_count_kv", U32, c["num_key_value_heads"]),
                       ("attention.key_length", U32, c["head_dim"]), ("attention.value_length", U32, c["head_dim"]),
                       ("attention.layer_norm_rms_epsilon", F32, c["rms_norm_eps"]), ("rope.freq_base", F32, c["rope_theta"]),
                       ("ssm.conv_kernel", U32, c["mamba_d_conv"]), ("ssm.inner_size", U32, c["mamba_d_ssm"]),
                       ("ssm.state_size", U32, c["mamba_d_state"]), ("ssm.time_step_rank", U32, c["mamba_n_heads"]),
                       ("ssm.group_count", U32, c["mamba_n_groups"])]
    if c["model_type"] == "jamba":
        kv = [c["num_key_value_heads"] if layer % c["attn_layer_period"] == c["attn_layer_offset"] else 0
              for layer in range(c["num_hidden_layers"])]
        rank = -(-c["hidden_size"] // 16) if c["mamba_dt_rank"] == "auto" else c["mamba_dt_rank"]
        return keys + [("context_length", U32, c["max_position_embeddings"]), ("feed_forward_length", U32, c["intermediate_size"]),
                       ("attention.head_count", U32, c["num_attention_heads"]), ("attention.head_count_kv", U32, kv),
                       ("attention.layer_norm_rms_epsilon", F32, c["rms_norm_eps"]), ("ssm.conv_kernel", U32, c["mamba_d_conv"]),
                       ("ssm.inner_size", U32, c["mamba_expand"] * c["hidden_size"]), ("ssm.state_size", U32, c["mamba_d_state"]),
                       ("ssm.time_step_rank", U32, rank), ("expert_count", U32, c["num_experts"]),
                       ("expert_used_count", U32, c["num_experts_per_tok"])]
    if c["model_type"] == "granitemoehybrid":
        keys += [("context_length", U32, c["max_position_embeddings"]), ("feed_forward_length", U32, c["intermediate_size"]),
                 ("expert_shared_feed_forward_length", U32, c["shared_intermediate_size"]),
                 ("attention.head_count", U32, c["num_attention_heads"]), ("rope.freq_base", F32, c["rope_theta"]),
                 ("attention.head_count_kv", U32, [c["num_key_value_heads"] * (kind == "attention") for kind in c["layer_types"]]),
                 ("attention.layer_norm_rms_epsilon", F32, c["rms_norm_eps"]), ("attention.scale", F32, c["attention_multiplier"]),
                 ("embedding_scale", F32, c["embedding_multiplier"]), ("residual_scale", F32, c["residual_multiplier"]),
                 ("logit_scale", F32, c["logits_scaling"]), ("rope.scaling.finetuned", BOOL, c["position_embedding_type"] == "rope"),
                 ("ssm.conv_kernel", U32, c["mamba_d_conv"]), ("ssm.inner_size", U32, c["mamba_expand"] * c["hidden_size"]),
                 ("ssm.state_size", U32, c["mamba_d_state"]), ("ssm.time_step_rank", U32, c["mamba_n_heads"]),
                 ("ssm.group_count", U32, c["mamba_n_groups"])]
        experts = [("expert_count", U32, c["num_local_experts"]), ("expert_used_count", U32, c["num_experts_per_tok"])]
        return keys + (experts if c["num_local_experts"] else [])
    second = c["model_type"] == "mamba2"
    rank = c["num_heads"] if second else -(-c["hidden_size"] // 16) if c["time_step_rank"] == "auto" else c["time_step_rank"]
    inner = c["num_heads"] * c["head_dim"] if second else c["expand"] * c["hidden_size"]
    keys += [("context_length", U32, 2 ** 20), ("feed_forward_length", U32, 0), ("attention.head_count", U32, 0),
             ("attention.layer_norm_rms_epsilon", F32, c["layer_norm_epsilon"]), ("ssm.conv_kernel", U32, c["conv_kernel"]),
             ("ssm.inner_size", U32, inner), ("ssm.state_size", U32, c["state_size"]), ("ssm.time_step_rank", U32, rank)]
    return keys + [("ssm.group_count", U32, c["n_groups"]) if second else ("ssm.dt_b_c_rms", BOOL, False)]


def multiplied(c, name, tensor):
    """Falcon-H1: what the model multiplies by is a part of the matrices."""
    part, read = name.rsplit(".", 2)[-2], c["attention_in_multiplier"]
    if part == "in_proj":
        narrow = c["mamba_n_groups"] * c["mamba_d_state"]
        counts = [c["mamba_d_ssm"], c["mamba_d_ssm"], narrow, narrow, c["mamba_n_heads"]]
        factors = torch.cat([torch.full((count, 1), factor) for count, factor in zip(counts, c["ssm_multipliers"])])
        return tensor * factors * c["ssm_in_multiplier"]
    return tensor * {"down_proj": c["mlp_multipliers"][1], "gate_proj": c["mlp_multipliers"][0], "k_proj": c["key_multiplier"] * read,
                     "q_proj": read, "v_proj": read, "o_proj": c["attention_out_multiplier"], "out_proj": c["ssm_out_multiplier"],
                     "lm_head": c["lm_head_multiplier"], "embed_tokens": c["embedding_multiplier"]}.get(part, 1.0)


def state_tensors(c, tensors):
    ends = {"A_log": "ssm_a", "D": "ssm_d", "dt_bias": "ssm_dt.bias"}
    parts = {**GATED, "pre_ff_layernorm": "ffn_norm", "norm": "attn_norm", "in_proj": "ssm_in", "conv1d": "ssm_conv1d", "x_proj": "ssm_x",
             "dt_proj": "ssm_dt", "out_proj": "ssm_out", "feed_forward.router": "ffn_gate_inp",
             **{f"{part}_layernorm": f"ssm_{part}_norm" for part in ("dt", "b", "c")},
             **{f"feed_forward.experts.{part}_proj": f"ffn_{part}_exps" for part in ("gate", "up", "down")},
             "block_sparse_moe.router.layer": "ffn_gate_inp", "block_sparse_moe.output_linear": "ffn_down_exps",
             "shared_mlp.output_linear": "ffn_down_shexp" if c.get("num_local_experts") else "ffn_down", **{f"feed_forward.{part}_proj": f"ffn_{part}" for part in ("gate", "up", "down")}}
    outside = {"norm": "output_norm", "embed_tokens": "token_embd", "embeddings": "token_embd", "final_layernorm": "output_norm", "norm_f": "output_norm",
               "lm_head": "output"}
    result = {}
    for name, tensor in experts_together(tensors).items():
        if c["model_type"] == "falcon_h1" and tensor.dim() == 2:
            tensor = multiplied(c, name, tensor)
        if ".layers." not in name:
            stem, kind = name.rsplit(".", 1)
            result[f"{outside[stem.split('.')[-1]]}.{kind}"] = tensor
            continue
        layer, part = name.split(".layers.")[1].split(".", 1)
        inside, part = part.startswith(("mamba.", "mixer.")), part.removeprefix("mamba.").removeprefix("mixer.")
        if part in ends:
            tensor = -torch.exp(tensor.float()) if part == "A_log" else tensor.float()
            own = ends[part]
            if c["model_type"] not in ("jamba", "mamba") and part in ("A_log", "D"):
                tensor = tensor[:, None]
        else:
            stem, kind = part.rsplit(".", 1)
            if stem.endswith(".input_linear"):  # Granite 4: gate above up
                ending = {"block_sparse_moe": "_exps", "shared_mlp": "_shexp" if c["num_local_experts"] else ""}[stem.split(".")[0]]
                for which, half in zip(("gate", "up"), tensor.chunk(2, -2)):
                    result[f"blk.{layer}.ffn_{which}{ending}.{kind}"] = half.contiguous()
                continue
            if c["model_type"] == "granitemoehybrid" and stem in ("self_attn.q_proj", "self_attn.k_proj"):
                tensor = paired_rows(tensor, c["num_attention_heads" if "q_proj" in stem else "num_key_value_heads"])
            own = ("ssm_norm" if inside and stem == "norm" else parts[stem]) + "." + kind
            if own == "ssm_conv1d.weight":
                tensor = tensor[:, 0]
            if own == "ssm_norm.weight":
                tensor = tensor.view(c.get("mamba_n_groups") or c["n_groups"], -1)
        result[f"blk.{layer}.{own}"] = tensor.contiguous()
    return result


def sizes(c):
    """Key (after the architecture's name), kind, value."""
    if c["model_type"] in SIZES:
        return SIZES[c["model_type"]](c)
    if c["model_type"] in STATES:
        return state_sizes(c)
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
    shifted = next((c[key] for key in ("layer_norm_eps", "norm_epsilon", "layer_norm_epsilon") if key in c), None)
    epsilon = ("attention.layer_norm_epsilon", F32, shifted) if shifted else ("attention.layer_norm_rms_epsilon", F32, c["rms_norm_eps"])
    inner = c.get("intermediate_size") or c.get("ffn_hidden_size") or 4 * c["hidden_size"]
    keys = [("context_length", U32, c["max_position_embeddings"]), ("embedding_length", U32, c["hidden_size"]),
            ("block_count", U32, c["num_hidden_layers"]), ("feed_forward_length", U32, inner),
            ("attention.head_count", U32, c["num_attention_heads"]), epsilon]
    if c["model_type"] == "bert":
        return keys + [("attention.causal", BOOL, False)]
    if c["model_type"] == "falcon":
        one = c["multi_query"] and not c["new_decoder_architecture"]
        return keys + [("attention.head_count_kv", U32, 1 if one else c["num_kv_heads"]), ("tensor_data_layout", TEXT, "jploski")]
    if "kv_lora_rank" in c:
        return keys + latent_sizes(c)
    keys += [("attention.head_count_kv", U32, c["num_key_value_heads"]), ("rope.freq_base", F32, c["rope_theta"])]
    keys += [(key, F32, c[name]) for key, name in (("attention.scale", "attention_multiplier"), ("logit_scale", "logit_scale"),
                                                   ("embedding_scale", "embedding_multiplier"), ("logit_scale", "logits_scaling"),
                                                   ("residual_scale", "residual_multiplier")) if name in c]
    if c["model_type"] in ("mixtral", "olmoe", "qwen2_moe", "qwen3_moe"):
        keys += [("expert_count", U32, c.get("num_local_experts") or c["num_experts"]),
                 ("expert_used_count", U32, c["num_experts_per_tok"])]
        keys += [(key, U32, c[name]) for key, name in (("expert_feed_forward_length", "moe_intermediate_size"),
                                                       ("expert_shared_feed_forward_length", "shared_expert_intermediate_size"))
                 if name in c]
    if c["model_type"] == "gpt_oss":
        scaling = c["rope_scaling"]
        keys += [("expert_count", U32, c["num_local_experts"]), ("expert_used_count", U32, c["num_experts_per_tok"]),
                 ("expert_feed_forward_length", U32, c["intermediate_size"]), ("rope.scaling.type", TEXT, "yarn"),
                 ("rope.scaling.factor", F32, scaling["factor"]), ("rope.scaling.yarn_beta_fast", F32, scaling["beta_fast"]),
                 ("rope.scaling.yarn_beta_slow", F32, scaling["beta_slow"]),
                 ("rope.scaling.original_context_length", U32, scaling["original_max_position_embeddings"])]
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
    if c["model_type"] == "olmo3":  # a flag for each layer
        flags = [(layer + 1) % 4 != 0 for layer in range(c["num_hidden_layers"])]
        keys += [("attention.sliding_window_pattern", BOOL, flags), ("rope.scaling.type", TEXT, "yarn"),
                 ("rope.scaling.factor", F32, scaling["factor"]), ("rope.scaling.yarn_attn_factor", F32, scaling["attention_factor"]),
                 ("rope.scaling.original_context_length", U32, scaling["original_max_position_embeddings"]),
                 ("rope.scaling.yarn_beta_fast", F32, scaling["beta_fast"]), ("rope.scaling.yarn_beta_slow", F32, scaling["beta_slow"])]
    if "sliding_window_pattern" in c and c["model_type"] == "cohere2":
        keys.append(("attention.sliding_window_pattern", U32, c["sliding_window_pattern"]))
    if c["model_type"] == "stablelm":
        keys += [("rope.dimension_count", U32, int(c["hidden_size"] // c["num_attention_heads"] * c["partial_rotary_factor"])),
                 ("use_parallel_residual", BOOL, c["use_parallel_residual"])]
    if c["model_type"] == "phi3":
        head_dim = c["hidden_size"] // c["num_attention_heads"]
        keys.append(("rope.dimension_count", U32, int(head_dim * c.get("partial_rotary_factor", 1.0))))
    if scaling.get("type") == "longrope":
        original = c["original_max_position_embeddings"]
        growth = c["max_position_embeddings"] / original
        keys += [("rope.scaling.original_context_length", U32, original),
                 ("rope.scaling.attn_factor", F32, math.sqrt(1 + math.log(growth) / math.log(original)))]
    return keys


def gemma3n_sizes(c):
    """Files have the number of layers that share keys as a fraction, and thresholds of gates in standard deviations."""
    shares = torch.tensor(c["activation_sparsity_pattern"], dtype=torch.float32)
    widths = c["intermediate_size"]
    return [("context_length", U32, c["max_position_embeddings"]), ("embedding_length", U32, c["hidden_size"]),
            ("block_count", U32, c["num_hidden_layers"]), ("attention.head_count", U32, c["num_attention_heads"]),
            ("attention.head_count_kv", U32, c["num_key_value_heads"]), ("attention.key_length", U32, c["head_dim"]),
            ("attention.value_length", U32, c["head_dim"]), ("attention.layer_norm_rms_epsilon", F32, c["rms_norm_eps"]),
            ("attention.sliding_window", U32, c["sliding_window"]),
            ("attention.sliding_window_pattern", BOOL, [kind == "sliding_attention" for kind in c["layer_types"]]),
            ("attention.shared_kv_layers", F32, float(c["num_kv_shared_layers"])), ("rope.freq_base", F32, c["rope_theta"]),
            ("rope.freq_base_swa", F32, c["rope_local_base_freq"]), ("final_logit_softcapping", F32, c["final_logit_softcapping"]),
            ("embedding_length_per_layer_input", U32, c["hidden_size_per_layer_input"]),
            ("altup.active_idx", U32, c["altup_active_idx"]), ("altup.num_inputs", U32, c["altup_num_inputs"]),
            ("activation_sparsity_scale", F32, torch.distributions.Normal(0.0, 1.0).icdf(shares).tolist()),
            ("feed_forward_length", I32 if isinstance(widths, list) else U32, widths)]


def streams_together(c, tensors):
    """Gemma 3n: the matrices of all streams in one, one below the other."""
    result = dict(tensors)
    for part in ("model.altup_projections", "model.altup_unembed_projections"):
        each = [result.pop(f"{part}.{index}.weight") for index in range(c["altup_num_inputs"] - 1)]
        result[part + ".weight"] = torch.stack(each)
    return result


SIZES = {"gemma3n_text": gemma3n_sizes, "gemma4_text": gemma4_sizes, "nemotron_h": nemotron_sizes, "qwen3_next": delta_sizes, "qwen3_5_text": delta_sizes,
         "qwen3_5_moe_text": delta_sizes}


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
    for ending, own in BARE.items():
        if name.endswith("." + ending):
            return f"blk.{name.split('.')[2]}.{own}"
    if name.endswith(".e_score_correction_bias"):
        return f"blk.{name.split('.')[2]}.exp_probs_b.bias"
    stem, kind = name.removeprefix("transformer.").rsplit(".", 1)
    for prefix in LAYERS:
        if stem.startswith(prefix):
            layer, part = stem[len(prefix):].split(".", 1)
            return f"blk.{layer}.{names[part]}.{kind}"
    return f"{names[stem]}.{kind}"


def paired_rows(tensor, heads):
    """Rows k and k + d/2 of each head side by side."""
    rows = tensor.shape[0] // heads
    return tensor.reshape(heads, 2, rows // 2, -1).transpose(1, 2).reshape(tensor.shape)


def heads_together(tensors):
    """"….q_layernorm.norms.3.weight" of all heads as one tensor [heads, d]."""
    result, together = {}, {}
    for name, tensor in tensors.items():
        before, mark, _ = name.partition(".norms.")
        if mark:
            together.setdefault(before + ".weight", []).append(tensor)
        else:
            result[name] = tensor
    return result | {name: torch.stack(each) for name, each in together.items()}


def parts_apart(c, tensor):
    """Falcon's rows [groups, query heads of a group + 2, d] as all queries, all keys, all values."""
    head_dim = c["hidden_size"] // c["num_attention_heads"]
    groups = c["num_kv_heads"] if c["new_decoder_architecture"] else 1
    rows = tensor.view(groups, -1, head_dim, tensor.shape[-1])
    return torch.cat([rows[:, :-2].flatten(0, 2), rows[:, -2].flatten(0, 1), rows[:, -1].flatten(0, 1)])


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


def joined_blocks(blocks, scales):
    """[…, groups, 16] and [….groups] of safetensors as blocks of 17 bytes: the scale, then numbers 0…15 in low halves, 16…31 in high ones."""
    numbers = torch.stack([blocks % 16, blocks // 16], -1).flatten(-2)
    return torch.cat([scales[..., None], numbers[..., :16] + numbers[..., 16:] * 16], -1)


def experts_apart(tensors):
    """gpt-oss: gate and up, which lie by turns, as two tensors of matrices [out, in]; sinks with ".weight"."""
    result = {}
    for name, tensor in tensors.items():
        stem, _, part = name.partition(".experts.")
        if name.endswith(".sinks"):
            result[name + ".weight"] = tensor
        elif not part:
            result[name] = tensor
        elif not part.endswith("_scales"):
            kind = ".bias" if part.endswith("_bias") else ".weight"
            if part.endswith("_blocks"):
                tensor = joined_blocks(tensor, tensors[name.removesuffix("_blocks") + "_scales"])
            elif kind == ".weight":
                tensor = tensor.transpose(1, 2)
            before = stem + ".experts."
            if part.startswith("gate_up"):
                result[before + "gate_proj" + kind], result[before + "up_proj" + kind] = tensor[:, 0::2], tensor[:, 1::2]
            else:
                result[before + "down_proj" + kind] = tensor
    return result


def values_by_turns(c, tensor, axis, width):
    """Value heads along an axis: the first of each key head, then the second of each …"""
    keys, values = c["linear_num_key_heads"], c["linear_num_value_heads"]
    order = [(head * (values // keys) + turn) * width + at for turn in range(values // keys) for head in range(keys)
             for at in range(width)]
    return tensor.index_select(axis, torch.tensor(order))


def delta_tensor(c, part, tensor):
    """What the converter makes of a tensor of a delta layer."""
    d, keys = c["linear_key_head_dim"], 2 * c["linear_num_key_heads"] * c["linear_key_head_dim"]
    turns = c["model_type"] != "qwen3_next"
    if part == "A_log":
        tensor = -torch.exp(tensor.float())
    if part == "conv1d.weight":
        tensor = tensor.squeeze(1)
    if not turns:
        return tensor
    if part in ("conv1d.weight", "in_proj_qkv.weight"):
        return torch.cat([tensor[:keys], values_by_turns(c, tensor[keys:], 0, d)])
    if part == "in_proj_z.weight":
        return values_by_turns(c, tensor, 0, d)
    if part in ("in_proj_a.weight", "in_proj_b.weight", "A_log", "dt_bias"):
        return values_by_turns(c, tensor, 0, 1)
    return values_by_turns(c, tensor, 1, d) if part == "out_proj.weight" else tensor


def delta_tensors(c, tensors):
    """The gated delta layers of Qwen3-Next and Qwen3.5."""
    result, heads, values = {}, c["linear_num_key_heads"], c["linear_num_value_heads"] // c["linear_num_key_heads"]
    for name, tensor in tensors.items():
        layer, mark, part = name.partition(".linear_attn.")
        if part == "in_proj_qkvz.weight":
            d = c["linear_key_head_dim"]
            parts = tensor.view(heads, (2 + 2 * values) * d, -1).split([d, d, values * d, values * d], 1)
            q, k, v, z = (each.flatten(0, 1) for each in parts)
            result[layer + mark + "in_proj_qkv.weight"], result[layer + mark + "in_proj_z.weight"] = torch.cat([q, k, v]), z
        else:
            result[name] = delta_tensor(c, part, tensor) if mark else tensor
    return result


def nemotron_tensors(c, tensors):
    """The Mamba-2 layers of Nemotron-H."""
    result = {}
    for name, tensor in tensors.items():
        if name.endswith("A_log"):
            tensor = -torch.exp(tensor.float())
        if name.endswith(("A_log", "mixer.D")):
            tensor = tensor.float().view(-1, 1)
        if name.endswith("conv1d.weight"):
            tensor = tensor.squeeze(1)
        result[name] = tensor.view(c["n_groups"], -1) if name.endswith("mixer.norm.weight") else tensor
    return result


def unread_keys_left(c, tensors):
    """Gemma 4: what files hold beside the weights of the class."""
    far = c["rope_parameters"]["full_attention"]
    turned, pairs = int(far["partial_rotary_factor"] * c["global_head_dim"] / 2), c["global_head_dim"] // 2
    return {**tensors, "rope_freqs.weight": torch.tensor([1.0] * turned + [1e30] * (pairs - turned))}


def experts_divided(tensors):
    """Qwen's newer layout, "experts.gate_up_proj" of all, as gates and ups."""
    result = {}
    for name, tensor in tensors.items():
        if name.endswith("mlp.experts.gate_up_proj"):
            gate, up = tensor.chunk(2, 1)
            result[name.replace("gate_up_proj", "gate_proj.weight")], result[name.replace("gate_up_proj", "up_proj.weight")] = gate, up
        else:
            result[name + ".weight" if name.endswith("mlp.experts.down_proj") else name] = tensor
    return result


def tensors_of(c, tensors):
    kind, names = ARCHITECTURES[c["model_type"]]
    if c["model_type"] in SIZES:
        return own_tensors(c, kind, names, tensors)
    if c["model_type"] in STATES:
        return state_tensors(c, tensors)
    tensors = without_last_layers(c, tensors)
    tensors = experts_apart(tensors) if kind == "gpt-oss" else heads_together(experts_together(tensors))
    if c["model_type"] == "deepseek_v3":
        tensors = keys_and_values_apart(c, tensors)
    result = {}
    for name, tensor in tensors.items():
        own = own_name(name, names)
        if "ffn_gate_inp_shexp" in own:
            tensor = tensor.flatten()
        if tensor.dim() == 1 or "norm" in own or own.endswith(".bias"):
            tensor = tensor.float() + (1 if kind.startswith("gemma") else 0)
        if kind == "gpt2" and tensor.dim() == 2 and "embd" not in own:
            tensor = tensor.T
        if kind == "falcon" and "attn_qkv" in own:
            tensor = parts_apart(c, tensor)
        if kind in ("llama", "granite") and "attn_q" in own:
            tensor = paired_rows(tensor, c["num_attention_heads"])
        if kind in ("llama", "granite") and "attn_k" in own:
            tensor = paired_rows(tensor, c["num_key_value_heads"])
        result[own] = tensor.contiguous()
    scaling = c.get("rope_scaling", {})
    if scaling.get("type") == "longrope":
        result["rope_factors_short.weight"] = torch.tensor(scaling["short_factor"])
        result["rope_factors_long.weight"] = torch.tensor(scaling["long_factor"])
    return result


def own_tensors(c, kind, names, tensors):
    if kind.startswith("qwen"):
        glued = any(name.endswith("experts.gate_up_proj") for name in tensors)
        tensors = delta_tensors(c, experts_divided(tensors) if glued else experts_together(tensors))
    if kind == "gemma3n":
        tensors = streams_together(c, tensors)
    if kind == "nemotron_h":
        tensors = experts_together(nemotron_tensors(c, tensors))
    result = {}
    for name, tensor in tensors.items():
        own = own_name(name, names)
        if "ffn_gate_inp_shexp" in own:
            tensor = tensor.flatten()
        if tensor.dim() == 1 or "norm" in own or own.endswith(".bias") or "ssm_conv1d" in own or own.endswith(".scale"):
            tensor = tensor.float() + (1 if kind.startswith("qwen") and "norm" in own and "ssm_norm" not in own else 0)
        result[own] = tensor.contiguous()
    return unread_keys_left(c, result) if kind == "gemma4" else result


def write_file(path, keys, stored):
    infos, blobs, offset = [], [], 0
    for name, tensor in stored.items():
        data = (tensor.view(torch.int16) if tensor.element_size() == 2 else tensor).numpy().tobytes()
        shape = tensor.shape
        if tensor.dtype == torch.uint8:  # [experts, out, groups, 17]
            shape = (*shape[:2], shape[2] * 32)
        infos.append(text(name) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", n) for n in reversed(shape)) +
                     struct.pack("<IQ", KINDS[tensor.dtype], offset))
        blobs.append(data + b"\0" * (-len(data) % ALIGNMENT))
        offset += len(blobs[-1])
    head = b"GGUF" + struct.pack("<IQQ", 3, len(stored), len(keys)) + b"".join(keys) + b"".join(infos)
    path.write_bytes(head + b"\0" * (-len(head) % ALIGNMENT) + b"".join(blobs))


def write(path, c, tensors, vocabulary):
    kind, _ = ARCHITECTURES[c["model_type"]]
    if kind == "nemotron_h" and "E" in c["hybrid_override_pattern"]:
        kind = "nemotron_h_moe"
    keys = [pair("general.architecture", TEXT, kind)]
    for key, kind_of_value, value in sizes(c):
        keys.append((listed if isinstance(value, list) else pair)(f"{kind}.{key}", kind_of_value, value))
    write_file(path, keys + word_pieces(vocabulary), tensors_of(c, tensors))


def write_adapter(path, c, tensors, alpha):
    """As llama.cpp's converter does: "blk.0.attn_q.weight.lora_a", the rows of Llama's queries and keys paired in B."""
    kind, names = ARCHITECTURES[c["model_type"]]
    keys = [pair("general.architecture", TEXT, kind), pair("general.type", TEXT, "adapter"), pair("adapter.type", TEXT, "lora"),
            pair("adapter.lora.alpha", F32, alpha)]
    heads = {"attn_q": c["num_attention_heads"], "attn_k": c["num_key_value_heads"]}
    stored = {}
    for name, tensor in tensors.items():
        module, part, _ = name.rsplit(".", 2)
        own = own_name(module + ".weight", names)
        rows = heads.get(own.split(".")[2])
        if part == "lora_B" and rows:
            tensor = paired_rows(tensor, rows)
        stored[f"{own}.{part.lower()}"] = tensor.contiguous()
    write_file(path, keys, stored)
