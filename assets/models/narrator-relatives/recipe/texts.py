# SPDX-License-Identifier: Apache-2.0
"""Cuts narrator's texts into the first pieces of its vocabulary: python3 texts.py DATA_FOLDER WORK_FOLDER

The same sources, in the same shares, with the same end of each held out; corpus.npz as narrator's.
"""
import os
import sys

import numpy as np

NARRATOR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../narrator")
sys.path.append(os.path.join(NARRATOR, "recipe"))
import bytepair         # noqa: E402  pylint: disable=wrong-import-position
import sources          # noqa: E402  pylint: disable=wrong-import-position
import vocabulary       # noqa: E402  pylint: disable=wrong-import-position

from relatives import VOCABULARY  # noqa: E402  pylint: disable=wrong-import-position


def pieces():
    """The first pieces of narrator's, in the order in which they were learnt, and the merges that make them."""
    whole = bytepair.load(os.path.join(NARRATOR, "tokenizer.json"))
    kept = set(whole.pieces[:VOCABULARY])
    merges = []
    for merge in whole.merges:
        if merge[0] + merge[1] not in kept:
            break
        merges.append(merge)
    return bytepair.Pieces(whole.pieces[:VOCABULARY], merges)


def main(data_folder, work):
    cutter, arrays = pieces(), {}
    for name, lines in sources.load(data_folder).items():
        for part, kept in zip(("train", "held"), sources.split(lines)):
            ids, starts = vocabulary.cut_paragraphs(kept, cutter)
            arrays[f"{name}.{part}.ids"], arrays[f"{name}.{part}.starts"] = ids, starts
            print(name, part, len(ids), "pieces", len(starts), "sentences", flush=True)
    np.savez(os.path.join(work, "corpus.new.npz"), **arrays)
    os.replace(os.path.join(work, "corpus.new.npz"), os.path.join(work, "corpus.npz"))


if __name__ == "__main__":
    main(*sys.argv[1:])
