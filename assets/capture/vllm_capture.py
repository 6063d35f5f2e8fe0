#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Queries and keys of some layers of a model that runs in vLLM, as a file that `regard --model run.npz` opens: scores and weights
are recomputed from them exactly, tile by tile.

    python3 vllm_capture.py Qwen/Qwen3-8B "The cat sat on the mat." run.npz 0 16 35

vLLM computes attention in tiles and never has its weights; what goes into each layer's attention is caught by a hook instead."""
import os
import sys

import numpy as np


def watch(layers, kept):
    """Hooks on the attention of some layers ({number: module}): the first call of each, the prompt's, is put into `kept`."""
    def hook_of(number):
        def hook(module, inputs):
            if number not in kept:
                kept[number] = [tensor.detach().float().cpu().numpy() for tensor in inputs[:3]] + [module]
        return hook
    return [module.register_forward_pre_hook(hook_of(number)) for number, module in layers.items()]


def capture(kept, ids, tokens, path):
    """kept: {layer: [q [T, H·d], k [T, G·d], v [T, G·d], module]}, after position encoding, as vLLM's Attention gets them."""
    arrays = {"ids": np.asarray(ids, np.int64), "tokens": np.asarray(tokens, np.str_), "causal": np.asarray([1])}
    for number, (q, k, v, module) in kept.items():
        if getattr(module, "has_sink", False) or getattr(module.impl, "alibi_slopes", None) is not None:
            sys.exit(f"layer {number}: queries and keys alone do not make its scores (sinks or ALiBi)")
        for name, rows in (("q", q), ("k", k), ("v", v)):
            heads = rows.reshape(len(rows), -1, module.head_size)[:len(ids)].transpose(1, 0, 2)  # [heads, T, d]
            arrays[f"{name}_{number}"] = np.ascontiguousarray(heads)
        arrays[f"scale_{number}"] = np.asarray([module.impl.scale], np.float32)
        arrays[f"window_{number}"] = np.asarray([module.sliding_window or 0])
        arrays[f"cap_{number}"] = np.asarray([getattr(module.impl, "logits_soft_cap", None) or 0.0], np.float32)
    np.savez(path, **arrays)


def main(name, text, path, *layers):
    os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"  # the hooks put what they see into this process
    from vllm import LLM, SamplingParams
    llm = LLM(name, enforce_eager=True, enable_prefix_caching=False)
    tokenizer = llm.get_tokenizer()
    ids = tokenizer(text)["input_ids"]
    kept = {}

    def attach(model):
        chosen = {int(number): model.model.layers[int(number)].self_attn.attn for number in layers}
        watch(chosen, kept)

    llm.apply_model(attach)
    llm.generate({"prompt_token_ids": ids}, SamplingParams(max_tokens=1))
    capture(kept, ids, tokenizer.convert_ids_to_tokens(ids), path)


if __name__ == "__main__":
    main(*sys.argv[1:])
