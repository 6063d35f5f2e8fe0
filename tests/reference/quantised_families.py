# SPDX-License-Identifier: Apache-2.0
"""Random models whose matrices are FP8, GPTQ or AWQ, for make_reference.py: packed from the published layouts, and run in float64
with what the packed numbers mean. The numbers of a file are decoded here from its own bytes, one after the other.

FP8: https://arxiv.org/abs/2209.05433; scales as in DeepSeek-V3's files and compressed-tensors. GPTQ: qweight [in/8, out], the first
input in the lowest bits; qzeros [groups, out/8], the zero less one in the first version of the format; g_idx. AWQ ("gemm"):
[in, out/8], eight outputs in a word in the order 0, 2, 4, 6, 1, 3, 5, 7.
"""
import json
import math
import re
import struct

import numpy as np
import torch

from families import NEOX, neox
from gated_families import PHI3, phi3
from make_reference import Checkpoint, llama, llama_run, llama_weights
from mixture_families import QWEN3, config as mixture, make_weights as mixture_weights, run as mixture_run

KINDS = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int32: "I32"}
MATRIX = re.compile(r"(\.layers\..*)\.weight$")


def float8(byte, exponent_bits):
    fraction_bits = 7 - exponent_bits
    bias = 2 ** (exponent_bits - 1) - 1
    sign = -1.0 if byte >> 7 else 1.0
    exponent, fraction = (byte & 127) >> fraction_bits, byte & (2**fraction_bits - 1)
    if exponent_bits == 4 and byte & 127 == 127 or exponent_bits == 5 and exponent == 31:
        return math.nan if exponent_bits == 4 or fraction else sign * math.inf
    if exponent == 0:
        return sign * fraction * 2.0 ** (1 - bias - fraction_bits)
    return sign * (1 + fraction / 2**fraction_bits) * 2.0 ** (exponent - bias)


TABLES = {bits: np.array([float8(byte, bits) for byte in range(256)]) for bits in (4, 5)}


def nearest(values, table):
    """The bytes whose numbers are nearest."""
    finite = np.where(np.isfinite(table), table, 1e30)
    order = np.argsort(finite, kind="stable")
    places = np.searchsorted((finite[order][1:] + finite[order][:-1]) / 2, values)
    return order[places].astype(np.uint8)


class Quantised(Checkpoint):
    """Takes the matrices of layers of another checkpoint and packs them; `self[name]` are the numbers that the file then means."""

    def __init__(self, plain, pack):
        super().__init__(plain.stored_as)
        self.values, self.file = {}, {}
        for name, tensor in plain.tensors.items():
            found = MATRIX.search(name)
            self.tensors[name] = tensor
            if found and tensor.dim() == 2 and "mlp.gate.weight" not in name:
                self.values[name] = torch.from_numpy(pack(self.file, name[: -len(".weight")], tensor.double().numpy()))
            else:
                self.file[name] = tensor

    def __getitem__(self, name):
        return self.values[name] if name in self.values else super().__getitem__(name)

    def write(self, path):
        header, blobs, offset = {"__metadata__": {"format": "pt"}}, [], 0
        for name, tensor in self.file.items():
            kind, tensor = tensor if isinstance(tensor, tuple) else (KINDS[tensor.dtype], tensor)
            flat = tensor.contiguous()
            data = (flat.view(torch.int16) if kind in ("F16", "BF16") else flat).numpy().tobytes()
            header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
            blobs.append(data)
            offset += len(data)
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def fp8(rows, cols, scale_name, scale_shape, scale_kind=torch.float32, exponent_bits=4):
    """One scale for rows × cols numbers; 0: for all of a row or a column."""
    table = TABLES[exponent_bits]
    largest = table[np.isfinite(table)].max()

    def pack(file, name, w):
        high, wide = rows or w.shape[0], cols or w.shape[1]
        blocks = [(slice(r, r + high), slice(c, c + wide)) for r in range(0, w.shape[0], high) for c in range(0, w.shape[1], wide)]
        scales = torch.tensor([max(abs(w[block]).max() / largest, 1e-9) for block in blocks]).to(scale_kind)
        numbers, values = np.zeros(w.shape, np.uint8), np.zeros(w.shape)
        for block, scale in zip(blocks, scales.double().tolist()):
            numbers[block] = nearest(w[block] / scale, table)
            values[block] = table[numbers[block]] * scale
        shape = scale_shape or (-(-w.shape[0] // high), -(-w.shape[1] // wide))
        file[name + ".weight"] = (f"F8_E{exponent_bits}M{7 - exponent_bits}", torch.from_numpy(numbers))
        file[name + scale_name] = scales.reshape(() if shape == "single" else shape)
        return values

    return pack


def quantise(w, group_of, bits, lowest_zero, highest_zero):
    """Whole numbers [in, out], scales (float16) and zeros [groups, out], and what they mean [out, in]."""
    columns, groups, most = w.T, int(max(group_of)) + 1, 2**bits - 1
    scales, zeros = np.zeros((groups, w.shape[0]), np.float16), np.zeros((groups, w.shape[0]), np.int64)
    for group in range(groups):
        part = columns[group_of == group]
        low, high = np.minimum(part.min(0), 0), np.maximum(part.max(0), 0)
        scales[group] = np.maximum((high - low) / most, 1e-3)
        zeros[group] = np.clip(np.round(-low / scales[group]), lowest_zero, highest_zero)
    scale, zero = scales.astype(np.float64)[group_of], zeros[group_of]
    numbers = np.clip(np.round(columns / scale) + zero, 0, most).astype(np.int64)
    return numbers, scales, zeros, ((numbers - zero) * scale).T.copy()


def words(numbers, order):
    """Along the first axis, len(order) numbers to a word: the number order[k] in the place k from below."""
    bits = 32 // len(order)
    parts = numbers.reshape(-1, len(order), *numbers.shape[1:]).astype(np.uint64)
    total = sum(parts[:, which] << np.uint64(bits * place) for place, which in enumerate(order))
    return torch.from_numpy(total.astype(np.uint32).view(np.int32))


def gptq(bits, group, act_order=False, version=1, zero_bias=False):
    def pack(file, name, w):
        inputs = w.shape[1]
        group_of = np.arange(inputs) // (group or inputs)
        if act_order:
            group_of = np.random.RandomState(inputs).permutation(group_of)
        less = 1 if version == 1 else 0
        numbers, scales, zeros, values = quantise(w, group_of, bits, less, 2**bits - 1 + less if bits == 4 else 254)
        order = range(32 // bits)
        file[name + ".qweight"] = words(numbers, order)
        file[name + ".qzeros"] = words((zeros - less).T, order).T.contiguous()
        file[name + ".scales"] = torch.from_numpy(scales)
        file[name + ".g_idx"] = torch.from_numpy(group_of.astype(np.int32))
        if zero_bias:
            file[name + ".bias"] = torch.zeros(w.shape[0], dtype=torch.float16)
        return values

    return pack


def awq(group):
    def pack(file, name, w):
        numbers, scales, zeros, values = quantise(w, np.arange(w.shape[1]) // (group or w.shape[1]), 4, 0, 15)
        order = (0, 2, 4, 6, 1, 3, 5, 7)
        file[name + ".qweight"] = words(numbers.T, order).T.contiguous()
        file[name + ".qzeros"] = words(zeros.T, order).T.contiguous()
        file[name + ".scales"] = torch.from_numpy(scales)
        return values

    return pack


def model(config, stored, make_weights, run, pack, **quantization):
    return ({**config, "quantization_config": quantization}, stored,
            lambda c, kind: Quantised(make_weights(c, kind), pack), run)


def wide(config, intermediate):
    return {**config, "intermediate_size": intermediate}


LLAMA = (llama_weights, llama_run)
CHANNELS = {"group_0": {"targets": ["Linear"], "input_activations": {"num_bits": 8, "type": "float", "dynamic": True},
                        "weights": {"num_bits": 8, "type": "float", "symmetric": True, "strategy": "channel", "dynamic": False}}}
MODELS = {
    "llama-fp8-blocks": model(llama("llama", 37, 3, 1, 14, False), "BF16", *LLAMA, fp8(24, 32, ".weight_scale_inv", None),
                              quant_method="fp8", fmt="e4m3", activation_scheme="dynamic", weight_block_size=[24, 32],
                              modules_to_not_convert=["lm_head"]),
    "qwen3-fp8-channels": model(llama("qwen3", 34, 3, 3, 10, True), "F16", *LLAMA,
                                fp8(1, 0, ".weight_scale", None, torch.bfloat16), quant_method="compressed-tensors",
                                format="float-quantized", config_groups=CHANNELS, ignore=["lm_head"],
                                quantization_status="compressed"),
    "llama-fp8-e5m2-tensor": model(llama("llama", 31, 3, 3, 12, False), "F32", *LLAMA,
                                   fp8(0, 0, ".weight_scale", "single", exponent_bits=5), quant_method="fp8", fmt="e5m2",
                                   activation_scheme="static"),
    "qwen3-moe-fp8-blocks": model(mixture("qwen3_moe", 36, 4, 2, **QWEN3), "BF16", mixture_weights, mixture_run,
                                  fp8(16, 32, ".weight_scale_inv", None, torch.bfloat16), quant_method="fp8",
                                  weight_block_size=[16, 32], modules_to_not_convert=None),
    "llama-gptq": model(wide(llama("llama", 40, 5, 1, 8, False), 56), "F16", *LLAMA, gptq(4, 16, zero_bias=True),
                        quant_method="gptq", bits=4, group_size=16, desc_act=False, sym=False, damp_percent=0.1),
    "qwen2-gptq-act-order": model(wide(llama("qwen2", 48, 3, 3, 16, True), 72), "BF16", *LLAMA, gptq(4, 8, True, 2),
                                  quant_method="gptq", bits=4, group_size=8, desc_act=True, checkpoint_format="gptq_v2"),
    "llama-gptq-8-bit": model(wide(llama("llama", 36, 3, 1, 12, False), 52), "F16", *LLAMA, gptq(8, 0), quant_method="gptq",
                              bits=8, group_size=-1, desc_act=False),
    "neox-gptq": model(wide(neox(48, 3, 0.25, True), 72), "F16", *NEOX, gptq(4, 32), quant_method="gptq", bits=4, group_size=32),
    "llama-awq": model(wide(llama("llama", 48, 3, 1, 16, False), 56), "F16", *LLAMA, awq(24), quant_method="awq", bits=4,
                       group_size=24, zero_point=True, version="GEMM", modules_to_not_convert=None),
    "phi3-awq": model(wide(phi3(40, 5, 1), 56), "F16", *PHI3, awq(0), quant_method="awq", w_bit=4, q_group_size=-1),
}
