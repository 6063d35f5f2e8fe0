#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Quantised blocks -> float32, straight from the published layout of ggml's blocks, one number after the other.

usage: dequantize.py KIND INPUT OUTPUT    reads raw blocks, writes little-endian float32; no import of the program's code.
"""
import sys

import numpy as np

SIZES = {"Q4_0": (32, 18), "Q4_1": (32, 20), "Q5_0": (32, 22), "Q5_1": (32, 24), "Q8_0": (32, 34), "IQ4_NL": (32, 18), "MXFP4": (32, 17),
         "Q2_K": (256, 84), "Q3_K": (256, 110), "Q4_K": (256, 144), "Q5_K": (256, 176), "Q6_K": (256, 210)}
FOUR_BITS = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
TABLE = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]


def half(block, at):
    return np.frombuffer(block[at:at + 2], "<f2")[0].astype(np.float64)


def signed(byte):
    return byte - 256 if byte > 127 else byte


def small(kind, block):
    """One block of 32: two numbers per byte, or one."""
    if kind == "MXFP4":
        halves = [byte % 16 for byte in block[1:]] + [byte // 16 for byte in block[1:]]
        return [2.0 ** (block[0] - 127) * FOUR_BITS[half % 8] * (1 if half < 8 else -1) for half in halves]
    d = half(block, 0)
    if kind == "Q8_0":
        return [d * signed(byte) for byte in block[2:]]
    minimum = half(block, 2) if kind in ("Q4_1", "Q5_1") else None
    at = 2 if minimum is None else 4
    fifth = 0
    if kind.startswith("Q5"):
        fifth = int.from_bytes(block[at:at + 4], "little")
        at += 4
    first, second = [], []
    for place, byte in enumerate(block[at:at + 16]):
        first.append(byte % 16 + 16 * (fifth >> place & 1))
        second.append(byte // 16 + 16 * (fifth >> (place + 16) & 1))
    numbers = first + second
    if kind == "IQ4_NL":
        return [d * TABLE[number] for number in numbers]
    if minimum is not None:
        return [d * number + minimum for number in numbers]
    return [d * (number - (16 if kind == "Q5_0" else 8)) for number in numbers]


def scales_of_eight(packed):
    """Q4_K and Q5_K: eight scales and eight minima of six bits in twelve bytes."""
    scales = [byte & 63 for byte in packed[0:4]] + [(packed[8 + j] & 15) + 16 * (packed[j] >> 6) for j in range(4)]
    minima = [byte & 63 for byte in packed[4:8]] + [(packed[8 + j] >> 4) + 16 * (packed[4 + j] >> 6) for j in range(4)]
    return scales, minima


def q2_k(block):
    scales, numbers, d, m = block[:16], block[16:80], half(block, 80), half(block, 82)
    out, group = [], 0
    for part in (numbers[:32], numbers[32:]):
        for shift in (0, 2, 4, 6):
            for piece in (part[:16], part[16:]):
                out += [d * (scales[group] & 15) * (byte >> shift & 3) - m * (scales[group] >> 4) for byte in piece]
                group += 1
    return out


def q3_k(block):
    mask, numbers, packed, d = block[:32], block[32:96], block[96:108], half(block, 108)
    low = [byte & 15 for byte in packed[:8]] + [byte >> 4 for byte in packed[:8]]
    high = [packed[8 + j % 4] >> (2 * (j // 4)) & 3 for j in range(16)]
    scales = [a + 16 * b - 32 for a, b in zip(low, high)]
    out, group, bit = [], 0, 1
    for part in (numbers[:32], numbers[32:]):
        for shift in (0, 2, 4, 6):
            for first in (0, 16):
                for place in range(first, first + 16):
                    number = (part[place] >> shift & 3) - (0 if mask[place] & bit else 4)
                    out.append(d * scales[group] * number)
                group += 1
            bit <<= 1
    return out


def q4_k(block):
    d, m = half(block, 0), half(block, 2)
    scales, minima = scales_of_eight(block[4:16])
    out = []
    for pair in range(4):
        part = block[16 + 32 * pair:48 + 32 * pair]
        out += [d * scales[2 * pair] * (byte & 15) - m * minima[2 * pair] for byte in part]
        out += [d * scales[2 * pair + 1] * (byte >> 4) - m * minima[2 * pair + 1] for byte in part]
    return out


def q5_k(block):
    d, m = half(block, 0), half(block, 2)
    scales, minima = scales_of_eight(block[4:16])
    high = block[16:48]
    out = []
    for pair in range(4):
        part = block[48 + 32 * pair:80 + 32 * pair]
        for which, shift in ((2 * pair, 0), (2 * pair + 1, 4)):
            for byte, fifth in zip(part, high):
                number = (byte >> shift & 15) + (16 if fifth & (1 << which) else 0)
                out.append(d * scales[which] * number - m * minima[which])
    return out


def q6_k(block):
    d, out = half(block, 208), [0.0] * 256
    for part in range(2):
        low, high = block[64 * part:64 * part + 64], block[128 + 32 * part:160 + 32 * part]
        scales = [signed(byte) for byte in block[192 + 8 * part:200 + 8 * part]]
        for place in range(32):
            numbers = ((low[place] & 15) + 16 * (high[place] & 3), (low[place + 32] & 15) + 16 * (high[place] >> 2 & 3),
                       (low[place] >> 4) + 16 * (high[place] >> 4 & 3), (low[place + 32] >> 4) + 16 * (high[place] >> 6))
            for quarter, number in enumerate(numbers):
                out[128 * part + 32 * quarter + place] = d * scales[place // 16 + 2 * quarter] * (number - 32)
    return out


LARGE = {"Q2_K": q2_k, "Q3_K": q3_k, "Q4_K": q4_k, "Q5_K": q5_k, "Q6_K": q6_k}


def main():
    kind, source, target = sys.argv[1:]
    size = SIZES[kind][1]
    with open(source, "rb") as file:
        data = file.read()
    out = []
    for at in range(0, len(data), size):
        block = data[at:at + size]
        out += LARGE[kind](block) if kind in LARGE else small(kind, block)
    np.asarray(out, "<f4").tofile(target)


if __name__ == "__main__":
    main()
