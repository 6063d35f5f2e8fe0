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

    def test_hidden_states_with_the_model_that_made_them_give_the_attention_of_its_run(self):
        self.assertEqual(regard("trace", "--text", "Кошка, the cat", "--npz", self.path).returncode, 0)
        with np.load(self.path) as run:
            arrays = {name: run[name] for name in run.files}
        layers = [arrays["weights"].shape[0] - 1, 0]
        states = pathlib.Path(self.folder.name) / "states.npz"
        np.savez(states, hidden_states=arrays["residual"][layers].transpose(1, 0, 2), token_ids=arrays["ids"].astype("i8"))
        bare = regard("trace", "--model", states, "--json")
        self.assertEqual(bare.returncode, 1)
        self.assertIn("--weights-of", bare.stderr)
        unnumbered = regard("trace", "--model", states, "--weights-of", "council", "--json")
        self.assertIn("--states-of", unnumbered.stderr)
        again = pathlib.Path(self.folder.name) / "again.npz"
        said = regard("trace", "--model", states, "--weights-of", "council", "--states-of",
                      ",".join(map(str, layers)), "--npz", again)
        self.assertEqual(said.returncode, 0, said.stderr)
        with np.load(again) as file:
            for layer in layers:
                for name in ("weights", "scores", "q", "k", "v", "head_out"):
                    np.testing.assert_array_equal(file[f"{name}_{layer}"], arrays[name][layer])
        np.savez(states, hidden_states=arrays["residual"][layers].transpose(1, 0, 2), token_ids=arrays["ids"].astype("i8"),
                 layers=np.array(layers), metadata=np.array(json.dumps({"model": "council"})))
        self.assertEqual(regard("trace", "--model", states, "--layer", 0, "--json").returncode, 0, "the file names its model")
        wrong = regard("trace", "--model", states, "--weights-of", "digits", "--json")
        self.assertEqual(wrong.returncode, 1)
        self.assertEqual(wrong.stderr.count("\n"), 1, wrong.stderr)
        exported = regard("export", "--model", states, "--weights-of", "council", "--layer", 0, "--view", "question", "--out",
                          pathlib.Path(self.folder.name) / "question.json")
        self.assertEqual(exported.returncode, 0, exported.stderr)

    def test_an_order_of_axes_that_nothing_tells_is_named_or_refused(self):
        np.savez(self.path, q=np.ones((4, 7, 3), "f4"), k=np.ones((4, 7, 3), "f4"))
        said = regard("trace", "--model", self.path, "--json")
        self.assertEqual(said.returncode, 1)
        self.assertIn("--axes", said.stderr)
        self.assertEqual(len(self.traced("--axes", "tokens-first")["tokens"]), 4)
        self.assertEqual(len(self.traced("--axes", "tokens-second")["tokens"]), 7)
        self.assertEqual(regard("trace", "--model", self.path, "--axes", "sideways", "--json").returncode, 2)

    def test_the_whole_run_is_exported_as_the_bytes_of_a_capture(self):
        for model in ("council", "narrator"):
            text = ("--model", model, "--text", "The old king, the queen")
            self.assertEqual(regard("capture", *text, "--out", self.path).returncode, 0)
            out = pathlib.Path(self.folder.name) / "exported.npz"
            said = regard("export", *text, "--view", "run", "--out", out)
            self.assertEqual(said.returncode, 0, said.stderr)
            self.assertEqual(out.read_bytes(), self.path.read_bytes(), model)
        picture = regard("export", "--text", "a", "--view", "run", "--out", str(self.path) + ".png")
        self.assertEqual(picture.returncode, 1)
        self.assertIn(".npz", picture.stderr)

    def test_all_kinds_of_attention_under_the_names_of_transformers(self):
        cross = softmax(np.ones((L, H, T, 3), "f4") * np.arange(3))
        encoder = softmax(np.arange(H * 9, dtype="f4").reshape(1, H, 3, 3))
        np.savez(self.path, decoder_attentions=self.weights, cross_attentions=cross, encoder_attentions=encoder,
                 encoder_tokens=np.array(["a", "b", "c"]), decoder_tokens=np.array(TOKENS))
        for kind, weights, layer in (("self", self.weights, 1), ("cross", cross, 1), ("encoder", encoder, 0)):
            run = self.traced("--attention", kind, "--layer", layer, "--head", 2)
            np.testing.assert_allclose(run["heads"][0]["weights"], weights[layer, 2], atol=1e-7)
        for view in ("weights", "question", "heads", "layers", "anomalies", "arcs"):
            for kind in ("self", "cross", "encoder"):
                said = regard("export", "--model", self.path, "--attention", kind, "--view", view, "--out",
                              pathlib.Path(self.folder.name) / "view.json")
                self.assertEqual(said.returncode, 0, (view, kind, said.stderr))

    def test_no_view_invents_numbers_that_the_file_does_not_have(self):
        """Every view of weights alone: a sentence or numbers, null where the file has none."""
        np.savez(self.path, weights=self.weights, tokens=np.array(TOKENS))
        views = ("scores weights arcs heads question predictions layers kv_cache movement interventions effect ablation patching "
                 "sweep steps roles relations likeness head_search flow attribution anomalies importance pruning probing evidence "
                 "detectors ensembles router drift").split()
        for view in views:
            out = pathlib.Path(self.folder.name) / (view + ".json")
            said = regard("export", "--model", self.path, "--view", view, "--out", out)
            self.assertIn(said.returncode, (0, 1), (view, said.returncode))
            if said.returncode == 1:
                self.assertEqual(said.stderr.count("\n"), 1, said.stderr)
        question = json.loads((pathlib.Path(self.folder.name) / "question.json").read_text(encoding="utf-8"))
        for row in question["rows"]:
            for name in ("dot", "scaled", "bias", "score"):
                self.assertIsNone(row[name], (name, row))
        report = json.loads((pathlib.Path(self.folder.name) / "anomalies.json").read_text(encoding="utf-8"))
        self.assertIsNone(report["massive"])
        self.assertIsNone(report["largest_ratio"])

    def test_rows_that_do_not_sum_to_1_are_told_in_every_file(self):
        np.savez(self.path, weights=self.weights * 0.6)
        for view in ("weights", "question", "layers", "roles"):
            out = pathlib.Path(self.folder.name) / "view.json"
            self.assertEqual(regard("export", "--model", self.path, "--view", view, "--out", out).returncode, 0)
            table = json.loads(out.read_text(encoding="utf-8"))
            self.assertEqual(table["captured_rows"], "below_one", view)
            self.assertAlmostEqual(table["captured_least_sum"], 0.6, places=5)
        weights = json.loads(pathlib.Path(self.folder.name, "view.json").read_text(encoding="utf-8"))
        self.assertNotIn("renormalised", [key for key, value in weights.items() if value == 1])

    def test_views_are_exported(self):
        np.savez(self.path, q=self.q, k=self.k, v=self.v, weights=self.weights, tokens=np.array(TOKENS))
        for view in ("weights", "scores", "arcs", "question", "heads", "layers", "roles", "anomalies", "flow"):
            out = pathlib.Path(self.folder.name) / (view + ".json")
            said = regard("export", "--model", self.path, "--view", view, "--out", out)
            self.assertEqual(said.returncode, 0, (view, said.stderr))
            json.loads(out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
