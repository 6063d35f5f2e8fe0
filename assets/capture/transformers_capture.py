#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What every head of a Hugging Face model looks at, as a file that `regard --model run.npz` opens.

    python3 transformers_capture.py gpt2 "The cat sat on the mat." run.npz

Attention must be computed in the open, hence attn_implementation="eager". Weights only: scores are not handed out there."""
import sys

import numpy as np


def capture(outputs, ids, tokens, path):
    """outputs: of a model called with output_attentions=True and output_hidden_states=True on one text."""
    arrays = {"weights": np.stack([layer[0].float().cpu().numpy() for layer in outputs.attentions]),  # [L, H, T, T]
              "residual": np.stack([state[0].float().cpu().numpy() for state in outputs.hidden_states]),  # [L + 1, T, D]
              "ids": np.asarray(ids, np.int64), "tokens": np.asarray(tokens, np.str_)}
    if getattr(outputs, "logits", None) is not None and outputs.logits.ndim == 3:
        arrays["logits"] = outputs.logits[0].float().cpu().numpy()  # [T, V]
    np.savez(path, **arrays)


def main(name, text, path):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    tokenizer = AutoTokenizer.from_pretrained(name)
    model = AutoModelForCausalLM.from_pretrained(name, attn_implementation="eager").eval()
    inputs = tokenizer(text, return_tensors="pt")
    with torch.no_grad():
        outputs = model(**inputs, output_attentions=True, output_hidden_states=True)
    ids = inputs["input_ids"][0].tolist()
    capture(outputs, ids, tokenizer.convert_ids_to_tokens(ids), path)


if __name__ == "__main__":
    main(*sys.argv[1:])
