#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A run of TransformerLens, with scores, queries, keys and values, as a file that `regard --model run.npz` opens.

    python3 transformer_lens_capture.py gpt2-small "The cat sat on the mat." run.npz"""
import sys

import numpy as np

KEPT = ("attn.hook_pattern", "attn.hook_attn_scores", "attn.hook_q", "attn.hook_k", "attn.hook_rot_q", "attn.hook_rot_k",
        "attn.hook_v", "attn.hook_z", "hook_resid_pre", "hook_resid_post")


def capture(cache, ids, tokens, path, logits=None):
    """cache: names to tensors of one text, as run_with_cache() hands out (an ActivationCache or its cache_dict)."""
    arrays = {name: tensor.float().cpu().numpy() for name, tensor in cache.items()
              if name.startswith("blocks.") and name.split(".", 2)[2] in KEPT}
    arrays["ids"] = np.asarray(ids, np.int64)
    arrays["tokens"] = np.asarray(tokens, np.str_)
    if logits is not None:
        arrays["logits"] = logits.float().cpu().numpy()
    np.savez(path, **arrays)


def main(name, text, path):
    from transformer_lens import HookedTransformer
    model = HookedTransformer.from_pretrained(name)
    ids = model.to_tokens(text)
    logits, cache = model.run_with_cache(ids)
    capture(cache, ids[0].tolist(), model.to_str_tokens(text), path, logits)


if __name__ == "__main__":
    main(*sys.argv[1:])
