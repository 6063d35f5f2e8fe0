# SPDX-License-Identifier: Apache-2.0
"""A random ViT as a Hugging Face folder, and pictures, for driving the window: written with NumPy and the Python Imaging
Library alone."""
import json
import pathlib
import struct

import numpy as np
from PIL import Image


def write_vit(folder, image=224, patch=16, layers=3, heads=4, hidden=64, labels=("a cat", "a bird", "a house", "a tree"),
              seed=1):
    random, folder = np.random.RandomState(seed), pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tensors, inner, tokens = {}, 2 * hidden, 1 + (image // patch) ** 2

    def add(name, *shape, spread=1.0, mean=0.0):
        tensors[name] = (mean + spread * random.randn(*shape)).astype("<f4")

    def linear(name, out, width):
        add(name + ".weight", out, width, spread=1.6 / np.sqrt(width))
        add(name + ".bias", out, spread=0.1)

    def norm(name):
        add(name + ".weight", hidden, spread=0.1, mean=1.0)
        add(name + ".bias", hidden, spread=0.1)

    add("vit.embeddings.cls_token", 1, 1, hidden)
    add("vit.embeddings.position_embeddings", 1, tokens, hidden, spread=0.5)
    add("vit.embeddings.patch_embeddings.projection.weight", hidden, 3, patch, patch, spread=1.5 / patch)
    add("vit.embeddings.patch_embeddings.projection.bias", hidden, spread=0.1)
    for layer in range(layers):
        name = f"vit.encoder.layer.{layer}."
        norm(name + "layernorm_before")
        for part in ("query", "key", "value"):
            linear(name + "attention.attention." + part, hidden, hidden)
        linear(name + "attention.output.dense", hidden, hidden)
        norm(name + "layernorm_after")
        linear(name + "intermediate.dense", inner, hidden)
        linear(name + "output.dense", hidden, inner)
    norm("vit.layernorm")
    linear("classifier", len(labels), hidden)

    header, blobs, offset = {}, [], 0
    for name, tensor in tensors.items():
        data = tensor.tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
        blobs.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))
    (folder / "config.json").write_text(json.dumps(
        {"architectures": ["ViTForImageClassification"], "model_type": "vit", "image_size": image, "patch_size": patch,
         "hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads, "intermediate_size": inner,
         "id2label": {str(at): label for at, label in enumerate(labels)}}) + "\n")
    return folder


def write_picture(file, width=120, height=90):
    """Four quarters of different colours, so that a patch in the wrong place is seen."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (220, 40, 40)
    pixels[: height // 2, width // 2:] = (40, 190, 60)
    pixels[height // 2:, : width // 2] = (50, 70, 220)
    pixels[height // 2:, width // 2:] = (240, 220, 60)
    Image.fromarray(pixels).save(file)
    return file
