#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`regard drift` and `--adapter` against NumPy: an adapter for narrator is made here, merged into a copy of it, and drift is made anew
from the weights that `regard trace` writes of both."""
import json
import pathlib
import shutil
import struct
import sys
import tempfile
import unittest

import numpy as np

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from heads_test import ASSETS, regard  # noqa: E402

NARRATOR = ASSETS / "models" / "narrator"
TEXT = "Кошка сидела на крыше и смотрела на птицу."
RANK, ALPHA, HEADS, GROUPS, WIDTH = 3, 6.0, 8, 4, 32
TOUCHED = [(3, "q_proj"), (3, "k_proj"), (5, "v_proj"), (5, "o_proj")]


def read_safetensors(path):
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, told in json.loads(data[8:8 + size]).items():
        if name != "__metadata__":
            begin, end = (8 + size + at for at in told["data_offsets"])
            tensors[name] = np.frombuffer(data[begin:end], {"F16": np.float16, "F32": np.float32}[told["dtype"]]).reshape(told["shape"])
    return tensors


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        packed = np.ascontiguousarray(tensor, np.float32).tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def module(layer, name):
    return f"model.layers.{layer}.self_attn.{name}"


def divergence(p, q):
    """Mean over rows of the Jensen–Shannon divergence / ln 2; what is masked is null."""
    p, q = (np.array([[x or 0.0 for x in row] for row in rows], np.float64) for rows in (p, q))
    middle = (p + q) / 2

    def part(a):
        return np.where(a > 0, a * np.log2(np.where(a > 0, a, 1) / np.where(middle > 0, middle, 1)), 0).sum(-1)
    return ((part(p) + part(q)) / 2).mean()


class DriftTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="regard-drift-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        random = np.random.default_rng(3)
        cls.base = read_safetensors(NARRATOR / "model.safetensors")
        cls.change, tensors = {}, {}
        for layer, name in TOUCHED:
            rows, cols = cls.base[module(layer, name) + ".weight"].shape
            a, b = random.normal(0, 0.1, (RANK, cols)).astype(np.float32), random.normal(0, 0.1, (rows, RANK)).astype(np.float32)
            tensors[f"base_model.model.{module(layer, name)}.lora_A.weight"] = a
            tensors[f"base_model.model.{module(layer, name)}.lora_B.weight"] = b
            cls.change[layer, name] = ALPHA / RANK * b.astype(np.float64) @ a.astype(np.float64)
        cls.adapter = cls.folder / "style"
        cls.adapter.mkdir()
        write_safetensors(cls.adapter / "adapter_model.safetensors", tensors)
        (cls.adapter / "adapter_config.json").write_text(json.dumps(
            {"peft_type": "LORA", "r": RANK, "lora_alpha": ALPHA, "base_model_name_or_path": "somewhere/narrator",
             "target_modules": ["q_proj", "k_proj", "v_proj", "o_proj"]}))

    def heads(self, *arguments):
        said = regard("trace", "--text", TEXT, "--json", *arguments)
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        told = json.loads(said.stdout)
        return told["model"], {(head["layer"], head["head"]): head["weights"] for head in told["heads"]}

    def drift(self, *arguments):
        said = regard("drift", "--adapter", self.adapter, *arguments)
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        return said.stdout.decode()

    def test_a_merged_model_gives_the_same_weights(self):
        merged = self.folder / "merged"
        shutil.copytree(NARRATOR, merged)
        tensors = dict(self.base)
        for (layer, name), change in self.change.items():
            tensors[module(layer, name) + ".weight"] = tensors[module(layer, name) + ".weight"] + 0.5 * change
        write_safetensors(merged / "model.safetensors", tensors)
        name, adapted = self.heads("--model", "narrator", "--adapter", f"{self.adapter}=0.5")
        self.assertEqual(name, "narrator + style × 0.5")
        _, expected = self.heads("--model", merged)
        for head, rows in adapted.items():
            for row, other in zip(rows, expected[head]):
                np.testing.assert_allclose([x or 0 for x in row], [x or 0 for x in other], atol=1e-4)

    def test_strength_0_is_the_base_and_the_base_is_found_by_its_name(self):
        name, silent = self.heads("--adapter", f"{self.adapter}=0")
        self.assertEqual(name, "narrator")
        self.assertEqual(silent, self.heads("--model", "narrator")[1])

    def test_drift_is_what_the_weights_of_two_runs_say(self):
        told = json.loads(self.drift("--model", "narrator", "--text", TEXT, "--alpha", "0,0.5,1"))
        self.assertEqual(told["alphas"], [0, 0.5, 1])
        self.assertEqual(len(told["drift"]), 8 * HEADS)
        _, base = self.heads("--model", "narrator")
        for place, strength in enumerate(told["alphas"]):
            _, adapted = self.heads("--model", "narrator", "--adapter", f"{self.adapter}={strength}")
            for head in told["drift"]:
                at = head["layer"], head["head"]
                self.assertAlmostEqual(head["movement"][place], divergence(base[at], adapted[at]), delta=1e-6)
                if strength == 0 or head["layer"] < 3:
                    self.assertEqual(head["movement"][place], 0)
        self.assertGreater(max(head["movement"][2] for head in told["drift"]), 1e-3)

    def test_changes_of_matrices_are_quotients_of_norms(self):
        told = json.loads(self.drift("--model", "narrator", "--text", TEXT, "--alpha", "1"))
        for head in told["changes"]:
            layer, group = head["layer"], head["head"] // (HEADS // GROUPS)
            own, shared = (slice(at * WIDTH, (at + 1) * WIDTH) for at in (head["head"], group))
            for part, name, rows, cols in (("query", "q_proj", own, slice(None)), ("key", "k_proj", shared, slice(None)),
                                           ("value", "v_proj", shared, slice(None)), ("output", "o_proj", slice(None), own)):
                weight = self.base[module(layer, name) + ".weight"].astype(np.float64)[rows, cols]
                change = self.change.get((layer, name))
                expected = 0 if change is None else np.linalg.norm(change[rows, cols]) / np.linalg.norm(weight)
                self.assertAlmostEqual(head[part], expected, delta=1e-5)

    def test_own_weights_leave_untouched_layers_where_they_are(self):
        told = json.loads(self.drift("--model", "narrator", "--text", TEXT, "--alpha", "1", "--own-weights"))
        self.assertTrue(told["own_weights"])
        moved = {head["layer"] for head in told["drift"] if head["movement"][0] > 0}
        self.assertEqual(moved, {3})  # layer 5 has other values and another output, which no row of its own weights shows

    def test_files_of_sentences_and_csv(self):
        file = self.folder / "two.txt"
        file.write_text("Кошка спит.\nThe cat sleeps on the roof.\n", encoding="utf-8")
        lines = self.drift("--model", "narrator", "--text-file", file, "--alpha", "0:1:0.5", "--csv").splitlines()
        self.assertEqual(lines[0], "layer,head,alpha,drift")
        self.assertEqual(len(lines), 1 + 8 * HEADS * 3)
        matrices = self.drift("--model", "narrator", "--text", TEXT, "--csv", "--matrices").splitlines()
        self.assertEqual(matrices[0], "layer,head,matrix,change")
        self.assertEqual(len(matrices), 1 + 8 * HEADS * 4)

    def test_an_adapter_of_another_model_is_refused_with_a_sentence(self):
        said = regard("drift", "--model", "council", "--adapter", self.adapter, "--text", "x")
        self.assertEqual(said.returncode, 1)
        self.assertEqual(said.stdout, b"")
        self.assertEqual(said.stderr.decode().count("\n"), 1)
        said = regard("trace", "--model", self.adapter, "--text", "x", "--json")
        self.assertEqual(said.returncode, 1)
        self.assertIn("--adapter", said.stderr.decode())

    def test_an_adapter_whose_model_is_not_here_says_which(self):
        other = self.folder / "other"
        shutil.copytree(self.adapter, other)
        config = json.loads((other / "adapter_config.json").read_text())
        for base in ("org/not-here", ""):
            (other / "adapter_config.json").write_text(json.dumps({**config, "base_model_name_or_path": base}))
            said = regard("trace", "--adapter", other, "--text", "x", "--json")
            self.assertEqual(said.returncode, 1)
            self.assertIn(base or "--model", said.stderr.decode())

    def test_other_commands_read_with_it_too(self):
        for command in (("generate", "--text", "Жила-была", "--tokens", "4"), ("heads", "--corpus", self.folder / "one.txt")):
            (self.folder / "one.txt").write_text("Кошка спит на крыше.\n", encoding="utf-8")
            said = regard(*command, "--adapter", f"{self.adapter}=2")
            self.assertEqual(said.returncode, 0, said.stderr.decode())
        self.assertIn("narrator + style × 2", said.stdout.decode())
        out = self.folder / "drift.csv"
        said = regard("export", "--model", "narrator", "--adapter", self.adapter, "--text", TEXT, "--view", "drift", "--out", out)
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        self.assertEqual(len(out.read_text().splitlines()), 1 + 8 * HEADS * 13)
        said = regard("export", "--model", "narrator", "--text", TEXT, "--view", "drift", "--out", out)
        self.assertEqual(said.returncode, 1)
        self.assertIn("adapter", said.stderr.decode())


if __name__ == "__main__":
    unittest.main()
