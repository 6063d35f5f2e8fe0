# SPDX-License-Identifier: Apache-2.0
"""CLIP, SigLIP, DINOv2 (with registers) and DINOv3 for make_reference.py, by plain PyTorch formulas in float64.

Like the rest, this imports nothing of the program and does not look at how the program computes. Positions that were learned on
another number of patches are brought to a picture's by torch.nn.functional.interpolate.
"""
import math

import torch

from families import add_linear, add_norm
from make_reference import ACTIVATIONS, CONTEXT, Checkpoint, Recorder, allowed, attention, heads_of, layer_norm, side_by_side
from vision_families import BICUBIC, COLOURS, steps

CURVES = {**ACTIVATIONS, "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x), "gelu_pytorch_tanh": ACTIVATIONS["gelu_new"]}


def run_layers(c, w, x, mask, temperature, record, names, block, turn=lambda heads: heads):
    """`names`: of norms, projections and scales; block(name, y): the feed-forward of a layer."""
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = names["layer"].format(layer)
        y = layer_norm(w, name + names["norms"][0], x, c["layer_norm_eps"])
        q, k, v = (heads_of(w.project(name + part, y), c["num_attention_heads"]) for part in names["parts"][:3])
        q, k = turn(q), turn(k)
        scores, weights, out = attention(q, k, v, mask, temperature)
        written = w.project(name + names["parts"][3], side_by_side(out))
        if "scales" in names:
            written = written * w[name + names["scales"][0]]
        x = x + written
        inner = block(name, layer_norm(w, name + names["norms"][1], x, c["layer_norm_eps"]))
        if "scales" in names:
            inner = inner * w[name + names["scales"][1]]
        x = x + inner
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x, attention_output=written,
                     feed_forward_output=inner)
    return record.arrays()


def cut(pixels, weight, bias, side):
    """[patches, hidden], row by row."""
    return torch.nn.functional.conv2d(pixels[None], weight, bias, stride=side)[0].flatten(1).T


# ------------------------------------------------------------------------------------------------------ CLIP and SigLIP

TOWER = {"layer": "{}", "norms": ("layer_norm1", "layer_norm2"),
         "parts": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj")}


def tower_names(root):
    return {**TOWER, "layer": root + "encoder.layers.{}."}


def add_tower(w, c, root):
    for layer in range(c["num_hidden_layers"]):
        name = f"{root}encoder.layers.{layer}."
        for part in TOWER["parts"]:
            add_linear(w, name + part, c["hidden_size"], c["hidden_size"])
        for norm in TOWER["norms"]:
            add_norm(w, name + norm, c["hidden_size"])
        add_linear(w, name + "mlp.fc1", c["intermediate_size"], c["hidden_size"])
        add_linear(w, name + "mlp.fc2", c["hidden_size"], c["intermediate_size"])


def tower_block(c, w):
    return lambda name, y: w.project(name + "mlp.fc2", CURVES[c["hidden_act"]](w.project(name + "mlp.fc1", y)))


def add_text_tower(w, c):
    w.add("text_model.embeddings.token_embedding.weight", (c["vocab_size"], c["hidden_size"]), 1.0)
    w.add("text_model.embeddings.position_embedding.weight", (c["max_position_embeddings"], c["hidden_size"]), 0.7)
    add_tower(w, c, "text_model.")
    add_norm(w, "text_model.final_layer_norm", c["hidden_size"])


def vision_part(c):
    return c.get("vision_config", c)


def is_clip(c):
    return c["model_type"].startswith("clip")


def vision_weights(whole, stored):
    c, w = vision_part(whole), Checkpoint(stored)
    hidden, side, tokens = c["hidden_size"], c["patch_size"], (c["image_size"] // c["patch_size"]) ** 2
    name = "vision_model.embeddings."
    w.add(name + "patch_embedding.weight", (hidden, 3, side, side), 1.3 / math.sqrt(3 * side * side))
    if is_clip(whole):
        w.add(name + "class_embedding", (hidden,), 1.0)
        add_norm(w, "vision_model.pre_layrnorm", hidden)
    else:
        w.add(name + "patch_embedding.bias", (hidden,), 0.3)
        w.add("vision_model.head.probe", (1, 1, hidden), 1.0)  # in the file, of no use here
    w.add(name + "position_embedding.weight", (tokens + is_clip(whole), hidden), 0.7)
    add_tower(w, c, "vision_model.")
    add_norm(w, "vision_model.post_layernorm", hidden)
    if "text_config" in whole:
        add_text_tower(w, whole["text_config"])
        w.add("text_projection.weight", (24, whole["text_config"]["hidden_size"]), 0.3)
        w.add("visual_projection.weight", (24, hidden), 0.3)
        w.tensors["logit_scale"] = torch.tensor(2.5).to(w.tensors["visual_projection.weight"].dtype)
    return w


def vision_run(whole, w, pixels, mask_mode, temperature):
    c, name = vision_part(whole), "vision_model.embeddings."
    bias = None if is_clip(whole) else w[name + "patch_embedding.bias"]
    x = cut(pixels, w[name + "patch_embedding.weight"], bias, c["patch_size"])
    if is_clip(whole):
        x = torch.cat([w[name + "class_embedding"][None], x])
    x = x + w[name + "position_embedding.weight"]
    if is_clip(whole):
        x = layer_norm(w, "vision_model.pre_layrnorm", x, c["layer_norm_eps"])
    mask = allowed(len(x), mask_mode == "causal", 0)
    return run_layers(c, w, x, mask, temperature, Recorder(), tower_names("vision_model."), tower_block(c, w))


def text_weights(c, stored):
    w = Checkpoint(stored)
    add_text_tower(w, c)
    w.add("text_projection.weight", (24, c["hidden_size"]), 0.3)
    return w


def text_run(c, w, ids, mask_mode, temperature):
    name = "text_model.embeddings."
    x = w[name + "token_embedding.weight"][ids] + w[name + "position_embedding.weight"][: len(ids)]
    mask = allowed(len(ids), mask_mode != "bidirectional", 0)
    return run_layers(c, w, x, mask, temperature, Recorder(), tower_names("text_model."), tower_block(c, w))


# -------------------------------------------------------------------------------------------------------- DINOv2, DINOv3

DINO = {2: {"layer": "encoder.layer.{}.", "norms": ("norm1", "norm2"), "scales": ("layer_scale1.lambda1", "layer_scale2.lambda1"),
            "parts": ("attention.attention.query", "attention.attention.key", "attention.attention.value",
                      "attention.output.dense")},
        3: {"layer": "layer.{}.", "norms": ("norm1", "norm2"), "scales": ("layer_scale1.lambda1", "layer_scale2.lambda1"),
            "parts": ("attention.q_proj", "attention.k_proj", "attention.v_proj", "attention.o_proj")}}


def generation(c):
    return 3 if c["model_type"] == "dinov3_vit" else 2


def dino_names(c):
    names = DINO[generation(c)]
    root = "dinov2." if c["architectures"][0].endswith("Classification") else ""
    return {**names, "layer": root + names["layer"]}, root


def gated(c):
    return c.get("use_swiglu_ffn") or c.get("use_gated_mlp")


def dino_width(c):
    if generation(c) == 3:
        return c["intermediate_size"]
    width = int(c["hidden_size"] * c["mlp_ratio"])
    return (int(width * 2 / 3) + 7) // 8 * 8 if gated(c) else width


def registers(c):
    return 0 if c["model_type"] == "dinov2" else c["num_register_tokens"]


def dino_weights(c, stored):
    w, hidden, side, width = Checkpoint(stored), c["hidden_size"], c["patch_size"], dino_width(c)
    names, root = dino_names(c)
    w.add(root + "embeddings.cls_token", (1, 1, hidden), 1.0)
    w.add(root + "embeddings.mask_token", (1, hidden), 1.0)  # in the file, of no use here
    if registers(c):
        w.add(root + "embeddings.register_tokens", (1, registers(c), hidden), 1.0)
    patch = root + ("embeddings.patch_embeddings.projection." if generation(c) == 2 else "embeddings.patch_embeddings.")
    w.add(patch + "weight", (hidden, 3, side, side), 1.3 / math.sqrt(3 * side * side))
    w.add(patch + "bias", (hidden,), 0.3)
    if generation(c) == 2:
        w.add(root + "embeddings.position_embeddings", (1, 1 + (c["image_size"] // side) ** 2, hidden), 0.7)
    for layer in range(c["num_hidden_layers"]):
        name = names["layer"].format(layer)
        for norm in names["norms"]:
            add_norm(w, name + norm, hidden)
        for part in names["parts"]:
            add_linear(w, name + part, hidden, hidden, not part.endswith("k_proj"))
        for scale in names["scales"]:
            w.add(name + scale, (hidden,), 0.4, 0.7)
        if generation(c) == 2 and gated(c):
            add_linear(w, name + "mlp.weights_in", 2 * width, hidden)
            add_linear(w, name + "mlp.weights_out", hidden, width)
        elif generation(c) == 2:
            add_linear(w, name + "mlp.fc1", width, hidden)
            add_linear(w, name + "mlp.fc2", hidden, width)
        else:
            for part in ["gate_proj"] * bool(gated(c)) + ["up_proj"]:
                add_linear(w, name + "mlp." + part, width, hidden)
            add_linear(w, name + "mlp.down_proj", hidden, width)
    add_norm(w, root + ("layernorm" if generation(c) == 2 else "norm"), hidden)
    if root:
        add_linear(w, "classifier", 13, 2 * hidden)  # reads [CLS] and the mean of the patches: of no use here
    return w


def dino_block(c, w):
    curve = CURVES[c["hidden_act"]]

    def block(name, y):
        if generation(c) == 2 and gated(c):
            gate, up = w.project(name + "mlp.weights_in", y).chunk(2, -1)
            return w.project(name + "mlp.weights_out", CURVES["silu"](gate) * up)
        if generation(c) == 2:
            return w.project(name + "mlp.fc2", curve(w.project(name + "mlp.fc1", y)))
        up = w.project(name + "mlp.up_proj", y)
        inner = curve(w.project(name + "mlp.gate_proj", y)) * up if gated(c) else curve(up)
        return w.project(name + "mlp.down_proj", inner)

    return block


def learned_positions(c, table, rows, cols):
    """[1 + rows·cols, hidden]"""
    side = c["image_size"] // c["patch_size"]
    grid = table[0, 1:].reshape(1, side, side, -1).permute(0, 3, 1, 2)
    if (rows, cols) != (side, side):
        grid = torch.nn.functional.interpolate(grid, (rows, cols), mode="bicubic", align_corners=False,
                                               antialias=c["model_type"] != "dinov2")
    return torch.cat([table[0, :1], grid[0].flatten(1).T])


def turned(c, heads, rows, cols):
    """Patches only, by the middles of their rows and columns."""
    d = heads.shape[-1]
    theta = c["rope_theta"] ** (-torch.arange(0, d // 4, dtype=torch.float64) * 4 / d)
    y, x = torch.meshgrid((torch.arange(rows) + 0.5) / rows * 2 - 1, (torch.arange(cols) + 0.5) / cols * 2 - 1, indexing="ij")
    angles = 2 * math.pi * torch.cat([y.reshape(-1, 1) * theta, x.reshape(-1, 1) * theta], 1)
    first = heads.shape[1] - rows * cols
    a, b = heads[:, first:, : d // 2], heads[:, first:, d // 2 :]
    moved = torch.cat([a * angles.cos() - b * angles.sin(), b * angles.cos() + a * angles.sin()], -1)
    return torch.cat([heads[:, :first], moved], 1)


def dino_run(c, w, pixels, mask_mode, temperature):
    names, root = dino_names(c)
    rows, cols = (pixels.shape[1] // c["patch_size"], pixels.shape[2] // c["patch_size"])
    patch = root + ("embeddings.patch_embeddings.projection." if generation(c) == 2 else "embeddings.patch_embeddings.")
    x = torch.cat([w[root + "embeddings.cls_token"][0], cut(pixels, w[patch + "weight"], w[patch + "bias"], c["patch_size"])])
    if generation(c) == 2:
        x = x + learned_positions(c, w[root + "embeddings.position_embeddings"], rows, cols)
    if registers(c):
        x = torch.cat([x[:1], w[root + "embeddings.register_tokens"][0], x[1:]])
    turn = (lambda heads: turned(c, heads, rows, cols)) if generation(c) == 3 else (lambda heads: heads)
    mask = allowed(len(x), mask_mode == "causal", 0)
    return run_layers(c, w, x, mask, temperature, Recorder(), names, dino_block(c, w), turn)


# --------------------------------------------------------------------------------------------------------------- models


def sizes(hidden, heads, image, patch, **more):
    return {"hidden_size": hidden, "num_attention_heads": heads, "num_hidden_layers": 2, "image_size": image,
            "patch_size": patch, **more}


def clip_text(hidden, heads, **more):
    return {"hidden_size": hidden, "num_attention_heads": heads, "num_hidden_layers": 3, "intermediate_size": 45,
            "vocab_size": 173, "max_position_embeddings": CONTEXT, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5, **more}


def edge(shortest, height, width, **more):
    return steps(0, 0, BICUBIC, size={"shortest_edge": shortest}, do_center_crop=True,
                 crop_size={"height": height, "width": width}, **more)


CLIP_COLOURS = {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
CLIP_VISION = sizes(33, 3, 15, 5, intermediate_size=50, hidden_act="quick_gelu", layer_norm_eps=1e-5)
DINOV2 = {"architectures": ["Dinov2Model"], "model_type": "dinov2", "mlp_ratio": 2.5, "hidden_act": "gelu",
          "layer_norm_eps": 1e-6, "qkv_bias": True, "use_swiglu_ffn": False}
DINOV3 = {"architectures": ["DINOv3ViTModel"], "model_type": "dinov3_vit", "intermediate_size": 53, "hidden_act": "gelu",
          "layer_norm_eps": 1e-5, "rope_theta": 100.0, "num_register_tokens": 3, "key_bias": False}
REGISTERS = {**DINOV2, "architectures": ["Dinov2WithRegistersModel"], "model_type": "dinov2_with_registers",
             "num_register_tokens": 3}
FAST = {"image_processor_type": "DINOv3ViTImageProcessorFast", **COLOURS}

CLIP_FUNCTIONS = (vision_weights, vision_run)
DINO_FUNCTIONS = (dino_weights, dino_run)
# name: config, preprocessor_config.json, is it written, how numbers are stored, sizes of the pictures, functions
MODELS = {
    "clip-towers-f32":
        ({"architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": 24, "vision_config": CLIP_VISION,
          "text_config": clip_text(28, 2)},
         edge(15, 15, 15, **CLIP_COLOURS), False, "F32", [(33, 27), (15, 22)], *CLIP_FUNCTIONS),
    "clip-vision-leftover-f16":
        ({"architectures": ["CLIPVisionModelWithProjection"], "model_type": "clip_vision_model", **CLIP_VISION, "image_size": 17,
          "hidden_act": "gelu"},
         edge(20, 17, 17, **COLOURS), True, "F16", [(40, 26)], *CLIP_FUNCTIONS),
    "siglip-f32":
        ({"architectures": ["SiglipVisionModel"], "model_type": "siglip_vision_model",
          **sizes(39, 3, 21, 4, intermediate_size=50, hidden_act="gelu_pytorch_tanh", layer_norm_eps=1e-6)},
         steps(21, 21, BICUBIC), False, "F32", [(31, 18)], *CLIP_FUNCTIONS),
    "siglip-towers-bf16":
        ({"architectures": ["SiglipModel"], "model_type": "siglip", "text_config": clip_text(28, 2),
          "vision_config": sizes(34, 2, 12, 4, intermediate_size=41, hidden_act="gelu_pytorch_tanh", layer_norm_eps=1e-6)},
         steps(12, 12), True, "BF16", [(9, 14)], *CLIP_FUNCTIONS),
    "dinov2-native-f32":
        ({**DINOV2, **sizes(36, 3, 21, 7)}, edge(24, 21, 21, **COLOURS), False, "F32", [(47, 31)], *DINO_FUNCTIONS),
    "dinov2-fewer-patches-f16":
        ({**DINOV2, **sizes(33, 3, 30, 5), "architectures": ["Dinov2ForImageClassification"]},
         edge(17, 11, 16, **COLOURS), True, "F16", [(40, 26), (16, 30)], *DINO_FUNCTIONS),
    "dinov2-giant-more-patches-f32":
        ({**DINOV2, **sizes(30, 3, 12, 4), "use_swiglu_ffn": True, "mlp_ratio": 4}, edge(22, 20, 20, **COLOURS), True, "F32",
         [(50, 37)], *DINO_FUNCTIONS),
    "dinov2-registers-f32":
        ({**REGISTERS, **sizes(36, 4, 35, 5)}, edge(24, 20, 15, **COLOURS), True, "F32", [(47, 31)], *DINO_FUNCTIONS),
    "dinov2-registers-native-bf16":
        ({**REGISTERS, **sizes(36, 2, 15, 5)}, edge(17, 15, 15, **COLOURS), True, "BF16", [(21, 31)], *DINO_FUNCTIONS),
    "dinov3-f32":
        ({**DINOV3, **sizes(36, 3, 20, 4)}, steps(20, 20, **FAST), False, "F32", [(33, 27), (9, 14)], *DINO_FUNCTIONS),
    "dinov3-gated-oblong-f16":
        ({**DINOV3, **sizes(32, 4, 20, 4), "use_gated_mlp": True, "hidden_act": "silu", "num_register_tokens": 1},
         steps(13, 22, **FAST), True, "F16", [(40, 26)], *DINO_FUNCTIONS),
}
TEXT_MODELS = {
    "clip-text-f16": ({"architectures": ["CLIPTextModelWithProjection"], "model_type": "clip_text_model", **clip_text(36, 3)},
                      "F16", text_weights, text_run),
}
