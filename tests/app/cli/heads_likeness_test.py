#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`regard heads --likeness` against NumPy: distances of all pairs of heads are made anew from the weights that `regard trace` writes. Then a
known answer, a head that was made the copy of another, and its negative control, the same model as it was."""
import csv
import io
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

import numpy as np

BINARY = os.environ["REGARD_BINARY"]
ASSETS = pathlib.Path(os.environ["REGARD_ASSETS_DIR"])
TOLERANCE = 1e-5
TEXTS = {"council": ["The old cat sat on the warm mat.", "Кошка увидела собаку и убежала.", "He said that she had known it."],
         "narrator": ["Once upon a time there was a little girl.", "Однажды маленький мальчик пошёл в лес."]}


def regard(*arguments):
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment["LC_ALL"] = "C.UTF-8"
    said = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, env=environment, timeout=280, check=False)
    assert said.returncode == 0, said.stderr.decode()
    return said.stdout.decode()


def divergence(a, b):
    """½KL(a‖m) + ½KL(b‖m), m = (a + b)/2, in bits; of rows that are smoothed over their keys."""
    a, b = (0.999 * row + 0.001 / len(row) for row in (a, b))
    m = (a + b) / 2
    return 0.5 * np.sum(a * np.log2(a / m)) + 0.5 * np.sum(b * np.log2(b / m))


def distances(model, texts, causal, shuffled=False, special=False):
    """[heads, heads], rows; `special`: [CLS] and [SEP] of an encoder are compared, too, else the rows of the other tokens are scaled over them;
    `shuffled`: every head's rows in an order of their own, the negative control."""
    sums, rows, chance = 0.0, 0, np.random.default_rng(5)
    for text in texts:
        heads = json.loads(regard("trace", "--model", model, "--text", text, "--json"))["heads"]
        A = np.array([head["weights"] for head in heads], np.float64)  # [heads, T, T]
        if not causal and not special:
            A = A[:, 1:-1, 1:-1]
            A = A / A.sum(-1, keepdims=True)
        T = A.shape[1]
        if shuffled:
            A = np.stack([head[chance.permutation(T)] for head in A])
        one = np.zeros((len(A), len(A)))
        for i in range(T):
            keys = i + 1 if causal else T
            for a in range(len(A)):
                for b in range(a):
                    one[a, b] += divergence(A[a, i, :keys], A[b, i, :keys])
        sums, rows = sums + one + one.T, rows + T
    return sums / rows, rows


def plane(D):
    """Classical scaling: coordinates by the singular vectors of −½·J·D²·J, and the share of its eigenvalues."""
    J = np.eye(len(D)) - 1 / len(D)
    values, vectors = np.linalg.eigh(-0.5 * J @ D**2 @ J)
    largest = np.argsort(-values)[:2]
    return vectors[:, largest] * np.sqrt(values[largest]), values[largest].sum() / np.abs(values).sum()


class Likeness(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="regard-likeness-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)

    def told(self, model, texts, form="--json", more=()):
        corpus = self.folder / "corpus.txt"
        corpus.write_text("".join(text + "\n" for text in texts), encoding="utf-8")
        return regard("heads", "--model", model, "--corpus", corpus, "--likeness", form, *more)

    def test_all_pairs_are_those_of_numpy(self):
        for model, causal in (("council", False), ("narrator", True)):
            with self.subTest(model):
                D, rows = distances(model, TEXTS[model], causal)
                [corpus] = json.loads(self.told(model, TEXTS[model]))["corpora"]
                likeness = corpus["likeness"]
                self.assertEqual(likeness["rows"], rows)
                self.assertEqual(likeness["special_tokens"], "counted" if causal else "left_out")
                self.assertEqual(len(likeness["distances"]), len(corpus["heads"]))
                np.testing.assert_allclose(likeness["distances"], D, atol=TOLERANCE)
                if not causal:
                    self.assertGreater(np.abs(distances(model, TEXTS[model], causal, shuffled=True)[0] - D).max(), 0.1)
                points, explained = plane(D)
                told = np.array(likeness["map"])
                self.assertAlmostEqual(likeness["explained"], explained, delta=1e-4)
                # Axes may point either way: what counts is where the heads lie to each other.
                apart = lambda at: np.linalg.norm(at[:, None] - at[None, :], axis=2)
                np.testing.assert_allclose(apart(told), apart(points), atol=1e-3)
                lines = [line for line in csv.DictReader(io.StringIO(self.told(model, TEXTS[model], "--csv"))) if line["kind"] == "likeness"]
                self.assertEqual(len(lines), len(D) * (len(D) - 1) // 2)
                places = {(head["layer"], head["head"]): at for at, head in enumerate(corpus["heads"])}
                for line in lines[::17]:
                    first = places[int(line["layer"]), int(line["head"])]
                    second = places[tuple(map(int, line["name"].split(".")))]
                    self.assertAlmostEqual(float(line["value"]), D[first, second], delta=TOLERANCE)

    def test_special_tokens_of_an_encoder_are_compared_where_that_is_asked_for(self):
        D, rows = distances("council", TEXTS["council"], False, special=True)
        [corpus] = json.loads(self.told("council", TEXTS["council"], more=("--special-tokens", "counted")))["corpora"]
        likeness = corpus["likeness"]
        self.assertEqual((likeness["rows"], likeness["special_tokens"]), (rows, "counted"))
        np.testing.assert_allclose(likeness["distances"], D, atol=TOLERANCE)
        without = distances("council", TEXTS["council"], False)
        self.assertEqual(without[1], rows - 2 * len(TEXTS["council"]))
        self.assertGreater(np.abs(without[0] - D).max(), 0.05, "it makes a difference")

    def test_a_head_that_was_copied_is_found_and_those_before_it_are_as_they_were(self):
        copied = self.folder / "copied"
        shutil.copytree(ASSETS / "models" / "council", copied)
        path = copied / "model.safetensors"
        data = bytearray(path.read_bytes())
        size = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8:8 + size])
        for part in ("query", "key"):
            for what in ("weight", "bias"):
                tensor = header[f"bert.encoder.layer.1.attention.self.{part}.{what}"]
                begin, end = (8 + size + offset for offset in tensor["data_offsets"])
                head = (end - begin) // 8  # bytes of one of eight heads
                data[begin + 5 * head:begin + 6 * head] = data[begin + 2 * head:begin + 3 * head]
        path.write_bytes(data)
        one, other = 8 + 2, 8 + 5
        [before] = json.loads(self.told("council", TEXTS["council"]))["corpora"]
        [after] = json.loads(self.told(copied, TEXTS["council"]))["corpora"]
        self.assertGreater(before["likeness"]["distances"][one][other], 0.01)
        self.assertEqual(after["likeness"]["distances"][one][other], 0)
        first_layer = np.s_[:8, :8]
        np.testing.assert_array_equal(*(np.array(told["likeness"]["distances"])[first_layer] for told in (before, after)))

    def test_it_is_not_told_unless_it_is_asked_for(self):
        corpus = self.folder / "one.txt"
        corpus.write_text("Кошка спит.\n", encoding="utf-8")
        [told] = json.loads(regard("heads", "--corpus", corpus, "--json"))["corpora"]
        self.assertNotIn("likeness", told)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main(verbosity=2)
