# SPDX-License-Identifier: Apache-2.0
"""Writes and reads the shipped folder: a ViTForImageClassification checkpoint in F16."""
import json
import os
import struct
import sys
import zlib

import numpy as np
import torch

import model


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


def write_png(path, grey):
    """Grey 0…1 [height, width] as a PNG of 8 bits."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = (grey.numpy() * 255).round().astype(np.uint8)
    height, width = pixels.shape
    lines = b"".join(b"\0" + row.tobytes() for row in pixels)
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
                + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b""))


def config():
    labels = [str(digit) for digit in range(model.CLASSES)]
    return {"architectures": ["ViTForImageClassification"], "model_type": "vit", "image_size": model.IMAGE,
            "patch_size": model.PATCH, "num_channels": 1, "hidden_size": model.WIDTH, "num_hidden_layers": model.LAYERS,
            "num_attention_heads": model.HEADS, "intermediate_size": model.INNER, "hidden_act": "gelu",
            "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "qkv_bias": True,
            "layer_norm_eps": model.EPSILON, "initializer_range": 0.02, "id2label": dict(enumerate(labels)),
            "label2id": {label: number for number, label in enumerate(labels)}, "torch_dtype": "float16"}


def preparation():
    return {"image_processor_type": "ViTImageProcessor", "do_resize": True,
            "size": {"height": model.IMAGE, "width": model.IMAGE}, "resample": 2, "do_rescale": True,
            "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": [0.5], "image_std": [0.5]}


def write(folder, net):
    """Every file is written beside its place and then renamed."""
    os.makedirs(folder, exist_ok=True)
    writers = {"model.safetensors": lambda p: write_safetensors(p, net.names()),
               "config.json": lambda p: write_json(p, config()),
               "preprocessor_config.json": lambda p: write_json(p, preparation())}
    for name, writer in writers.items():
        path = os.path.join(folder, name)
        writer(path + ".new")
        os.replace(path + ".new", path)


def read(folder):
    """The model of a shipped folder, in float32."""
    net, tensors = model.Vision().eval(), read_safetensors(os.path.join(folder, "model.safetensors"))
    with torch.no_grad():
        for name, place in net.names().items():
            place.copy_(tensors[name])
    return net


def main(work, out):
    """python3 folder.py WORK FOLDER: writes the folder from WORK/weights.pt"""
    net = model.Vision()
    net.load_state_dict(torch.load(os.path.join(work, "weights.pt"))["weights"])
    write(out, net)


if __name__ == "__main__":
    main(*sys.argv[1:])
