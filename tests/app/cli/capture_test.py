#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`regard capture`, and commands on runs that were captured elsewhere: with the scripts of assets/capture, fed with stand-ins of what
transformers, TransformerLens and vLLM hand out."""
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import types
import unittest

try:
    import numpy as np
except ImportError:
    sys.exit(77)

ASSETS = pathlib.Path(os.environ["REGARD_ASSETS_DIR"])
SCRIPTS = ASSETS / "capture"


def regard(*arguments):
    return subprocess.run([os.environ["REGARD_BINARY"], *map(str, arguments)], capture_output=True, text=True)


def script(name):
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / (name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Tensor:
    """What the scripts ask of a tensor of PyTorch."""

    def __init__(self, numbers):
        self.numbers = np.asarray(numbers, np.float32)
        self.ndim = self.numbers.ndim

    def float(self):
        return self

    def cpu(self):
        return self

    def detach(self):
        return self

    def numpy(self):
        return self.numbers

    def __getitem__(self, index):
        return Tensor(self.numbers[index])


def softmax(scores):
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True)


L, H, G, T, D = 2, 4, 2, 5, 6
TOKENS = ["<s>", "Ġthe", "ĠÐº", "Ð¾ÑĤ", "."]  # in GPT-2's alphabet of bytes
IDS = [1, 7, 9, 4, 2]


class Captures(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name) / "run.npz"
        random = np.random.default_rng(3)
        self.q = random.normal(size=(L, H, T, D)).astype("f4")
        self.k = random.normal(size=(L, G, T, D)).astype("f4")
        self.v = random.normal(size=(L, G, T, D)).astype("f4")
        keys = self.k.repeat(H // G, 1)
        self.scores = self.q @ keys.transpose(0, 1, 3, 2) / np.sqrt(D)
        self.mask = np.tril(np.ones((T, T), bool))
        self.weights = softmax(np.where(self.mask, self.scores, -np.inf))

    def tearDown(self):
        self.folder.cleanup()

    def traced(self, *arguments):
        said = regard("trace", "--model", self.path, *arguments, "--json")
        self.assertEqual(said.returncode, 0, said.stderr)
        return json.loads(said.stdout)

    def test_own_capture_opened_again_gives_the_same_numbers(self):
        said = regard("capture", "--text", "Кошка, the cat", "--out", self.path)
        self.assertEqual(said.returncode, 0, said.stderr)
        first = json.loads(regard("trace", "--text", "Кошка, the cat", "--json").stdout)
        again = self.traced()
        self.assertEqual([head["weights"] for head in again["heads"]], [head["weights"] for head in first["heads"]])
        self.assertEqual([head["scores"] for head in again["heads"]], [head["scores"] for head in first["heads"]])
        self.assertEqual([token["piece"] for token in again["tokens"]], [token["piece"] for token in first["tokens"]])
        self.assertEqual(again["captured"]["model"], "council")
        self.assertEqual(again["captured"]["rows"], "whole")
        with np.load(self.path) as file:
            metadata = json.loads(str(file["metadata"]))
            self.assertEqual(len(metadata["fingerprint"]), 64)
            self.assertTrue(metadata["program"].startswith("regard "))

    def test_transformers(self):
        outputs = types.SimpleNamespace(attentions=[Tensor(self.weights[layer][None]) for layer in range(L)],
                                        hidden_states=[Tensor(np.ones((1, T, 3))) for _ in range(L + 1)],
                                        logits=Tensor(np.ones((1, T, 11))))
        script("transformers_capture").capture(outputs, IDS, TOKENS, self.path)
        run = self.traced("--layer", 1, "--head", 2)
        np.testing.assert_allclose(run["heads"][0]["weights"], self.weights[1, 2], atol=1e-7)
        self.assertIsNone(run["heads"][0]["scores"])
        self.assertEqual(run["tokens"][1]["text"], " the")
        self.assertEqual([token["id"] for token in run["tokens"]], IDS)

    def test_transformer_lens(self):
        cache = {}
        for layer in range(L):
            place = f"blocks.{layer}.attn."
            cache[place + "hook_pattern"] = Tensor(self.weights[layer][None])
            cache[place + "hook_attn_scores"] = Tensor(np.where(self.mask, self.scores[layer], -np.inf)[None])
            for name, heads in (("q", self.q), ("k", self.k), ("v", self.v)):
                cache[place + "hook_" + name] = Tensor(heads[layer].transpose(1, 0, 2)[None])
            cache[f"blocks.{layer}.hook_resid_pre"] = Tensor(np.ones((1, T, 3)))
            cache[f"blocks.{layer}.hook_resid_post"] = Tensor(np.ones((1, T, 3)))
            cache[f"blocks.{layer}.mlp.hook_post"] = Tensor(np.ones((1, T, 3)))
        script("transformer_lens_capture").capture(cache, IDS, ["<s>", " the", " к", "от", "."], self.path)
        run = self.traced("--layer", 0, "--head", 3)
        np.testing.assert_allclose(run["heads"][0]["weights"], self.weights[0, 3], atol=1e-7)
        shown = np.array([[np.nan if score is None else score for score in row] for row in run["heads"][0]["scores"]])
        np.testing.assert_allclose(shown[self.mask], self.scores[0, 3][self.mask], atol=1e-6)
        self.assertEqual(run["tokens"][1]["text"], " the")

    def test_vllm(self):
        module = types.SimpleNamespace(head_size=D, sliding_window=None, has_sink=False,
                                       impl=types.SimpleNamespace(scale=D ** -0.5, logits_soft_cap=0, alibi_slopes=None))

        def rows(heads):
            return heads.transpose(1, 0, 2).reshape(T, -1)
        kept = {1: [rows(self.q[1]), rows(self.k[1]), rows(self.v[1]), module]}
        script("vllm_capture").capture(kept, IDS, TOKENS, self.path)
        run = self.traced("--layer", 1)
        for head in range(H):
            np.testing.assert_allclose(run["heads"][head]["weights"], self.weights[1, head], atol=1e-6)
            np.testing.assert_allclose(run["heads"][head]["scores"], self.scores[1, head], atol=1e-5)
        self.assertEqual(regard("trace", "--model", self.path, "--layer", 0, "--json").returncode, 1)

    def test_heads_are_measured_on_the_captured_text(self):
        np.savez(self.path, weights=self.weights)
        said = regard("heads", "--model", self.path, "--json")
        self.assertEqual(said.returncode, 0, said.stderr)
        report = json.loads(said.stdout)
        [corpus] = report["corpora"]
        self.assertEqual((corpus["sentences"], corpus["tokens"]), (1, T))
        previous = corpus["heads"][0]["measures"]["previous_token"]["value"]
        self.assertAlmostEqual(previous, float(np.mean([self.weights[0, 0, t, t - 1] for t in range(1, T)])), places=5)

    def kinds(self):
        said = regard("kinds", "--model", self.path, "--json")
        self.assertEqual(said.returncode, 0, said.stderr)
        return json.loads(said.stdout)["kinds"]

    def test_other_kinds_need_queries_keys_and_values(self):
        np.savez(self.path, weights=self.weights)
        self.assertEqual({kind["obstacle"] for kind in self.kinds()}, {"not_captured"})
        np.savez(self.path, q=self.q, k=self.k, v=self.v, weights=self.weights)
        kinds = {kind["kind"].partition(":")[0]: kind for kind in self.kinds()}
        np.testing.assert_allclose(kinds["softmax"]["weights"], self.weights[0, 0], atol=1e-6)
        hard = np.where(self.mask, self.scores[0, 0], -np.inf).argmax(axis=1)
        self.assertEqual(np.array(kinds["hard"]["weights"]).argmax(axis=1).tolist(), hard.tolist())

    def test_what_cannot_be_is_refused_with_a_sentence(self):
        np.savez(self.path, weights=self.weights)
        for arguments in (["trace", "--text", "a", "--json"], ["trace", "--mask", "bidirectional", "--json"],
                          ["trace", "--temperature", "2", "--json"], ["heads", "--corpus", "x"], ["importance"], ["probe"],
                          ["generate", "--text", "a"], ["kinds", "--text", "a"],
                          ["export", "--view", "steps", "--out", str(self.path) + ".png"],
                          ["export", "--view", "scores", "--out", str(self.path) + ".csv"]):
            said = regard(arguments[0], "--model", self.path, *arguments[1:])
            self.assertEqual(said.returncode, 1, (arguments, said.stdout[:200]))
            self.assertEqual(said.stderr.count("\n"), 1, said.stderr)
            self.assertTrue(said.stderr.startswith("regard: "), said.stderr)
        np.savez(self.path, weights=self.weights.transpose(0, 1, 3, 2))
        self.assertIn("exchanged", regard("trace", "--model", self.path, "--json").stderr)
        said = regard("trace", "--json")
        self.assertEqual(said.returncode, 2, "a model that reads texts is given one")
        self.assertIn("--text", regard("kinds", "--json").stderr)

    def test_views_are_exported(self):
        np.savez(self.path, q=self.q, k=self.k, v=self.v, weights=self.weights, tokens=np.array(TOKENS))
        for view in ("weights", "scores", "arcs", "question", "heads", "layers", "roles", "anomalies", "flow"):
            out = pathlib.Path(self.folder.name) / (view + ".json")
            said = regard("export", "--model", self.path, "--view", view, "--out", out)
            self.assertEqual(said.returncode, 0, (view, said.stderr))
            json.loads(out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
