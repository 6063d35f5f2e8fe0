# SPDX-License-Identifier: Apache-2.0
"""ViT and DeiT for make_reference.py: pictures, their preparation in NumPy, and the forward pass by plain PyTorch formulas in
float64. Like the rest, this imports nothing of the program and does not look at how the program computes.

Where the Python Imaging Library is installed, the preparation written here is held against it, pixel by pixel.
"""
import json
import math
import struct
import zlib

import numpy as np
import torch

from make_reference import ACTIVATIONS, RUNS, Checkpoint, Recorder, allowed, attention, heads_of, layer_norm, side_by_side
from families import add_linear, add_norm

try:
    from PIL import Image
except ImportError:
    Image = None

# ------------------------------------------------------------------------------------------------------------- pictures


def some_picture(width, height, seed):
    """Waves, an edge and some noise: [height, width, 3] bytes."""
    noise = np.random.RandomState(seed).randint(0, 60, (height, width, 3))
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack([110 + 80 * np.sin(x / 3 + seed), 110 + 70 * np.cos(y / 4), 90 + 90 * np.sin((x + y) / 5)], -1)
    waves[(x > width * 0.6) & (y < height * 0.4)] += 70
    return np.clip(waves + noise - 30, 0, 255).astype(np.uint8)


def png_bytes(pixels):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


BILINEAR, BICUBIC = 2, 3  # as preprocessor_config.json and the Python Imaging Library number them


def filter_height(kind, x):
    x = abs(x)
    if kind == BILINEAR:
        return max(0.0, 1 - x)
    if x < 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0


def mixing_matrix(old, new, kind):
    """[new, old] whole numbers in units of 2^-22: the filter widened by the reduction, centred on each new pixel."""
    ratio = old / new
    stretch = max(ratio, 1.0)
    reach = {BILINEAR: 1.0, BICUBIC: 2.0}[kind] * stretch
    matrix = np.zeros((new, old), np.int64)
    for at in range(new):
        centre = (at + 0.5) * ratio
        first, end = max(0, int(centre - reach + 0.5)), min(old, int(centre + reach + 0.5))
        heights = np.array([filter_height(kind, (pixel - centre + 0.5) * (1 / stretch)) for pixel in range(first, end)])
        scaled = heights / heights.sum() * 2**22
        matrix[at, first:end] = np.trunc(scaled + np.copysign(0.5, scaled))
    return matrix


def resize(pixels, width, height, kind):
    def mixed(matrix, lines):
        return np.clip((np.tensordot(matrix, lines.astype(np.int64), 1) + 2**21) >> 22, 0, 255).astype(np.uint8)

    result = pixels
    if width != pixels.shape[1]:
        result = mixed(mixing_matrix(pixels.shape[1], width, kind), result.transpose(1, 0, 2)).transpose(1, 0, 2)
    if height != pixels.shape[0]:
        result = mixed(mixing_matrix(pixels.shape[0], height, kind), result)
    if Image is not None:
        theirs = np.asarray(Image.fromarray(pixels).resize((width, height), kind))
        assert np.array_equal(theirs, result), "the picture is not resized as the Python Imaging Library does it"
    return result


def prepare(c, steps, pixels):
    """-> [channels, height, width] float64. DINOv3's processor resizes real numbers, the others whole ones."""
    if steps.get("image_processor_type", "").startswith("DINOv3"):
        values = torch.tensor(pixels.astype(np.float64) * steps["rescale_factor"]).permute(2, 0, 1)[None]
        values = torch.nn.functional.interpolate(values, (steps["size"]["height"], steps["size"]["width"]), antialias=True,
                                                 mode={BILINEAR: "bilinear", BICUBIC: "bicubic"}[steps["resample"]])[0]
        return (values - torch.tensor(steps["image_mean"])[:, None, None]) / torch.tensor(steps["image_std"])[:, None, None]
    if steps.get("do_resize", True):
        size = steps["size"]
        if "shortest_edge" in size:
            shorter = min(pixels.shape[:2])
            size = {"height": pixels.shape[0] * size["shortest_edge"] // shorter,
                    "width": pixels.shape[1] * size["shortest_edge"] // shorter}
        pixels = resize(pixels, size["width"], size["height"], steps["resample"])
    if steps.get("do_center_crop"):
        crop = steps["crop_size"]
        top, left = (pixels.shape[0] - crop["height"]) // 2, (pixels.shape[1] - crop["width"]) // 2
        pixels = pixels[top:top + crop["height"], left:left + crop["width"]]
    if c.get("num_channels") == 1:
        red, green, blue = np.moveaxis(pixels.astype(np.int64), -1, 0)
        pixels = ((red * 19595 + green * 38470 + blue * 7471 + 2**15) >> 16)[..., None]
    values = torch.tensor(pixels.astype(np.float64) * steps["rescale_factor"])
    values = (values - torch.tensor(steps["image_mean"])) / torch.tensor(steps["image_std"])
    return values.permute(2, 0, 1)


# -------------------------------------------------------------------------------------------------------------- forward


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def root_of(c):
    return "" if c["architectures"][0].endswith("Model") else c["model_type"] + "."


def vision_weights(c, stored):
    w, hidden, root = Checkpoint(stored), c["hidden_size"], root_of(c)
    (height, width), (patch_height, patch_width) = pair(c["image_size"]), pair(c["patch_size"])
    specials = 2 if c["model_type"] == "deit" else 1
    w.add(root + "embeddings.cls_token", (1, 1, hidden), 1.0)
    if specials == 2:
        w.add(root + "embeddings.distillation_token", (1, 1, hidden), 1.0)
    tokens = specials + (height // patch_height) * (width // patch_width)
    w.add(root + "embeddings.position_embeddings", (1, tokens, hidden), 0.7)
    fan_in = c["num_channels"] * patch_height * patch_width
    w.add(root + "embeddings.patch_embeddings.projection.weight", (hidden, c["num_channels"], patch_height, patch_width),
          1.3 / math.sqrt(fan_in))
    w.add(root + "embeddings.patch_embeddings.projection.bias", (hidden,), 0.3)
    for layer in range(c["num_hidden_layers"]):
        name = f"{root}encoder.layer.{layer}."
        add_norm(w, name + "layernorm_before", hidden)
        for part in ("query", "key", "value"):
            add_linear(w, name + "attention.attention." + part, hidden, hidden, c["qkv_bias"])
        add_linear(w, name + "attention.output.dense", hidden, hidden)
        add_norm(w, name + "layernorm_after", hidden)
        add_linear(w, name + "intermediate.dense", c["intermediate_size"], hidden)
        add_linear(w, name + "output.dense", hidden, c["intermediate_size"])
    add_norm(w, root + "layernorm", hidden)
    if root:
        add_linear(w, "classifier", len(c["id2label"]), hidden)
    else:
        add_linear(w, "pooler.dense", hidden, hidden)  # in the file, of no use here
    return w


def vision_run(c, w, pixels, mask_mode, temperature):
    root, heads, epsilon = root_of(c), c["num_attention_heads"], c["layer_norm_eps"]
    activation = ACTIVATIONS[c["hidden_act"]]
    projection = root + "embeddings.patch_embeddings.projection."
    squares = torch.nn.functional.conv2d(pixels[None], w[projection + "weight"], w[projection + "bias"],
                                         stride=pair(c["patch_size"]))
    x = squares[0].flatten(1).T
    if c["model_type"] == "deit":
        x = torch.cat([w[root + "embeddings.distillation_token"][0], x])
    x = torch.cat([w[root + "embeddings.cls_token"][0], x]) + w[root + "embeddings.position_embeddings"][0]
    mask = allowed(len(x), mask_mode == "causal", 0)
    record = Recorder()
    record.layer(residual=x)
    for layer in range(c["num_hidden_layers"]):
        name = f"{root}encoder.layer.{layer}."
        y = layer_norm(w, name + "layernorm_before", x, epsilon)
        q, k, v = (heads_of(w.project(name + "attention.attention." + part, y), heads) for part in ("query", "key", "value"))
        scores, weights, out = attention(q, k, v, mask, temperature)
        written = w.project(name + "attention.output.dense", side_by_side(out))
        x = x + written
        y = layer_norm(w, name + "layernorm_after", x, epsilon)
        inner = w.project(name + "output.dense", activation(w.project(name + "intermediate.dense", y)))
        x = x + inner
        record.layer(q=q, k=k, v=v, scores=scores, weights=weights, head_out=out, residual=x,
                     attention_output=written, feed_forward_output=inner)
    if root:
        record["logits"] = w.project("classifier", layer_norm(w, root + "layernorm", x, epsilon))
    return record.arrays()


# --------------------------------------------------------------------------------------------------------------- models


def vision(kind, architecture, image, patch, hidden, **more):
    return {"architectures": [architecture], "model_type": kind, "image_size": image, "patch_size": patch, "num_channels": 3,
            "hidden_size": hidden, "num_attention_heads": 3, "num_hidden_layers": 2, "intermediate_size": 50,
            "hidden_act": "gelu", "layer_norm_eps": 1e-12, "qkv_bias": True,
            "id2label": {str(label): f"kind of thing {label}" for label in range(13)}, **more}


def steps(height, width, resample=BILINEAR, **more):
    return {"do_resize": True, "size": {"height": height, "width": width}, "resample": resample,
            "rescale_factor": 1 / 255, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], **more}


COLOURS = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
# name: config, preprocessor_config.json, is it written, how numbers are stored, sizes of the pictures
MODELS = {
    "vit-f32": (vision("vit", "ViTForImageClassification", 20, 4, 39), steps(20, 20), False, "F32", [(33, 27), (9, 14)]),
    "vit-oblong-without-bias-f16":
        (vision("vit", "ViTForImageClassification", [12, 20], [4, 5], 27, qkv_bias=False, hidden_act="gelu_new",
                layer_norm_eps=1e-5),
         steps(12, 20, BICUBIC, **COLOURS), True, "F16", [(20, 12), (61, 45)]),
    "vit-bare-grey-leftover-bf16":
        (vision("vit", "ViTModel", 17, 5, 33, num_channels=1, hidden_act="relu"),
         steps(17, 17, BICUBIC, image_mean=[0.0], image_std=[0.25]), True, "BF16", [(50, 40)]),
    "vit-one-patch-f32": (vision("vit", "ViTForImageClassification", 6, 6, 30), steps(6, 6), True, "F32", [(6, 6)]),
    "deit-f32": (vision("deit", "DeiTForImageClassification", 28, 7, 36), steps(32, 32, BICUBIC, do_center_crop=True,
                 crop_size={"height": 28, "width": 28}), False, "F32", [(47, 31)]),
    "deit-edge-f16":
        (vision("deit", "DeiTModel", 15, 5, 36),
         steps(0, 0, size={"shortest_edge": 18}, do_center_crop=True, crop_size={"height": 15, "width": 15}, **COLOURS), True,
         "F16", [(40, 26)]),
}


def write_vision_model(folder, config, preparation, preparation_is_written, stored, sizes, make_weights=vision_weights,
                       run_model=vision_run):
    folder.mkdir(parents=True, exist_ok=True)
    weights = make_weights(config, stored)
    weights.write(folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    if preparation_is_written:
        (folder / "preprocessor_config.json").write_text(json.dumps(preparation, indent=1) + "\n")
    arrays, runs = {}, []
    cases = [(size, *RUNS[0]) for size in sizes] + [(sizes[-1], *run) for run in RUNS[1:]]
    for index, (size, mask, temperature) in enumerate(cases):
        pixels = some_picture(*size, index)
        (folder / f"picture{index}.png").write_bytes(png_bytes(pixels))
        prepared = prepare(config, preparation, pixels)
        run = run_model(config, weights, prepared, mask, temperature)
        arrays.update({f"run{index}_{name}": array for name, array in run.items()})
        arrays[f"run{index}_pixels"] = prepared.to(torch.float32).numpy()
        runs.append({"name": f"run{index}", "image": f"picture{index}.png", "mask": mask, "temperature": temperature})
    np.savez_compressed(folder / "reference.npz", **arrays)
    (folder / "reference.json").write_text(json.dumps({"runs": runs}, indent=1) + "\n")
