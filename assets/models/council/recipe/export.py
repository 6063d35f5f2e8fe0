# SPDX-License-Identifier: Apache-2.0
"""Writes the shipped folder: python3 export.py AVERAGE_PT VOCAB_TXT FOLDER [REPORT_JSON]"""
import json
import sys

import torch

import folder


def main(average, vocabulary, out, report=None):
    figures = {}
    if report:
        with open(report, encoding="utf-8") as f:
            figures = json.load(f)["figures"]
    folder.write(out, torch.load(average)["tensors"], vocabulary, figures)


if __name__ == "__main__":
    main(*sys.argv[1:])
