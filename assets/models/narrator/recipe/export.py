# SPDX-License-Identifier: Apache-2.0
"""Writes the shipped folder: python3 export.py WORK FOLDER [weights | average]"""
import os
import sys

import torch

import bytepair
import folder


def main(work, out, which="weights"):
    state = torch.load(os.path.join(work, "weights.pt"))
    folder.write(out, state[which], bytepair.load(os.path.join(work, "tokenizer.json")))
    print(which, "of step", state["step"])


if __name__ == "__main__":
    main(*sys.argv[1:])
