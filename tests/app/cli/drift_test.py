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
import narrator_gguf  # noqa: E402
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
    """Whole numbers and halves as they are, all else in float32."""
    header, data = {}, b""
    for name, tensor in tensors.items():
        kept = {np.dtype(np.int32): "I32", np.dtype(np.float16): "F16"}
        tensor = np.ascontiguousarray(tensor, tensor.dtype if tensor.dtype in kept else np.float32)
        packed = tensor.tobytes()
        header[name] = {"dtype": kept.get(tensor.dtype, "F32"), "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(packed)]}
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


GROUP = 32


def write_gptq(folder):
    """The narrator as GPTQ writes it: 4 bits, a scale for 32 inputs of an output, zero in the middle, which is stored less 1. The numbers of
    its matrices as they are read from it."""
    shutil.copytree(NARRATOR, folder, ignore=shutil.ignore_patterns("adapters", "recipe"))
    config = json.loads((folder / "config.json").read_text())
    config["quantization_config"] = {"quant_method": "gptq", "bits": 4, "group_size": GROUP, "desc_act": False, "sym": True}
    (folder / "config.json").write_text(json.dumps(config))
    tensors, read = {}, {}
    for name, tensor in read_safetensors(NARRATOR / "model.safetensors").items():
        if "_proj" not in name:
            tensors[name] = read[name] = tensor
            continue
        rows, cols = tensor.shape
        groups = tensor.astype(np.float32).reshape(rows, cols // GROUP, GROUP)
        scales = (np.abs(groups).max(-1) / 7).astype(np.float16)  # [out, groups]
        wide = np.where(scales == 0, 1, scales).astype(np.float32)[..., None]
        whole = (np.clip(np.round(groups / wide), -8, 7) + 8).astype(np.uint32).reshape(rows, cols)
        read[name] = ((whole.astype(np.float32).reshape(groups.shape) - 8) * scales.astype(np.float32)[..., None]).reshape(rows, cols)
        stem = name.removesuffix(".weight")
        eights = whole.T.reshape(cols // 8, 8, rows)
        tensors[stem + ".qweight"] = sum(eights[:, at] << np.uint32(4 * at) for at in range(8)).astype(np.uint32).view(np.int32)
        tensors[stem + ".qzeros"] = np.full((cols // GROUP, rows // 8), 0x77777777, np.uint32).view(np.int32)
        tensors[stem + ".scales"] = scales.T
    write_safetensors(folder / "model.safetensors", tensors)
    return read


class StoredTest(unittest.TestCase):
    """The narrator in blocks of 4 and 8 bits, held against itself in F16, with the adapter that comes with it."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="regard-stored-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.files = {kind: cls.folder / f"narrator-{kind}.gguf" for kind in ("Q8_0", "Q4_0")}
        cls.read = {kind: narrator_gguf.write(NARRATOR, kind, file) for kind, file in cls.files.items()}

    def told(self, *arguments):
        said = regard(*arguments)
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        return said.stdout.decode()

    def weights(self, *arguments):
        told = json.loads(self.told("trace", "--text", TEXT, "--json", *arguments))
        return {(head["layer"], head["head"]): head["weights"] for head in told["heads"]}

    def drift(self, *arguments):
        return json.loads(self.told("drift", "--text", TEXT, *arguments))

    def test_storage_is_what_the_weights_of_two_runs_say(self):
        full = self.weights("--model", "narrator")
        moved = {}
        for kind, file in self.files.items():
            told = self.drift("--model", file, "--against", "narrator")
            self.assertEqual(told["stored_as"], kind)
            self.assertEqual(told["against"], {"model": "narrator", "stored_as": "F16"})
            self.assertEqual((told["alphas"], told["adapters"], told["changes"]), ([], [], []))
            stored = self.weights("--model", file)
            for head in told["drift"]:
                self.assertNotIn("movement", head)
                at = head["layer"], head["head"]
                self.assertAlmostEqual(head["storage"], divergence(full[at], stored[at]), delta=1e-6)
            moved[kind] = np.mean([head["storage"] for head in told["drift"]])
        self.assertGreater(moved["Q8_0"], 0)
        self.assertGreater(moved["Q4_0"], 5 * moved["Q8_0"])

    def unpacked(self, name, tensors):
        """A folder with these numbers in float32."""
        same = self.folder / name
        shutil.copytree(NARRATOR, same, ignore=shutil.ignore_patterns("adapters", "recipe"))
        write_safetensors(same / "model.safetensors", {name: tensor.astype(np.float32) for name, tensor in tensors.items()})
        return same

    def same_weights(self, one, other):
        for head, rows in one.items():
            for row, expected in zip(rows, other[head]):
                np.testing.assert_allclose([x or 0 for x in row], [x or 0 for x in expected], atol=2e-4)

    def test_blocks_are_read_as_they_are_written_and_so_is_an_adapter_over_them(self):
        gptq = self.folder / "gptq"
        stored = {"Q4_0": (self.files["Q4_0"], self.read["Q4_0"]), "GPTQ": (gptq, write_gptq(gptq))}
        for name, (place, tensors) in stored.items():
            same = self.unpacked("unpacked " + name, tensors)
            told = self.drift("--model", place, "--against", same)
            self.assertIn(name, told["stored_as"].upper())
            self.assertEqual(told["against"]["stored_as"], "F32")
            self.assertLess(max(head["storage"] for head in told["drift"]), 1e-6)
            self.same_weights(self.weights("--model", place, "--adapter", "sea"), self.weights("--model", same, "--adapter", "sea"))

    def test_an_adapter_over_blocks_is_measured_from_the_blocks(self):
        file = self.files["Q4_0"]
        told = self.drift("--model", file, "--against", "narrator", "--adapter", "sea", "--alpha", "0,1")
        alone = self.drift("--model", file, "--against", "narrator")
        base, adapted = self.weights("--model", file), self.weights("--model", file, "--adapter", "sea")
        for head, other in zip(told["drift"], alone["drift"]):
            at = head["layer"], head["head"]
            self.assertEqual(head["storage"], other["storage"])
            self.assertEqual(head["movement"][0], 0)
            self.assertAlmostEqual(head["movement"][1], divergence(base[at], adapted[at]), delta=1e-6)
        self.assertEqual(len(told["changes"]), 8 * HEADS)
        self.assertGreater(np.mean([head["movement"][1] for head in told["drift"]]), np.mean([h["storage"] for h in alone["drift"]]))
        csv = self.told("drift", "--text", TEXT, "--model", file, "--against", "narrator", "--adapter", "sea", "--alpha", "0,1",
                        "--csv").splitlines()
        self.assertEqual(csv[0], "layer,head,alpha,drift,storage")
        self.assertEqual(len(csv), 1 + 8 * HEADS * 2)
        csv = self.told("drift", "--text", TEXT, "--model", file, "--against", "narrator", "--csv").splitlines()
        self.assertEqual(csv[0], "layer,head,storage")
        self.assertEqual(len(csv), 1 + 8 * HEADS)

    def test_own_weights_hold_every_layer_against_its_own_inputs(self):
        whole, own = (self.drift("--model", self.files["Q4_0"], "--against", "narrator", *more)["drift"] for more in ((), ("--own-weights",)))
        late = [head["layer"] == 7 for head in whole]
        self.assertLess(sum(h["storage"] for h, is_late in zip(own, late) if is_late),
                        sum(h["storage"] for h, is_late in zip(whole, late) if is_late))

    def test_the_picture_and_its_numbers(self):
        files = {ending: self.folder / f"causes.{ending}" for ending in ("csv", "json", "png", "svg", "npz")}
        for file in files.values():
            self.told("export", "--model", self.files["Q4_0"], "--adapter", "sea", "--against", "narrator", "--text", TEXT, "--view",
                      "causes", "--out", file)
        told = self.drift("--model", self.files["Q4_0"], "--against", "narrator", "--adapter", "sea", "--alpha", "1")["drift"]
        rows = [line.split(",") for line in files["csv"].read_text().splitlines()]
        self.assertEqual(rows[0], ["layer", "head", "storage", "adapter"])
        for row, head in zip(rows[1:], told):
            self.assertAlmostEqual(float(row[2]), head["storage"], delta=1e-7)
            self.assertAlmostEqual(float(row[3]), head["movement"][0], delta=1e-7)
        about = json.loads(files["json"].read_text())
        self.assertEqual((about["stored_as"], about["against"], about["against_stored_as"]), ("Q4_0", "narrator", "F16"))
        picture = files["svg"].read_text()
        self.assertIn("Q4_0", picture)
        self.assertIn("narrator, F16", picture)
        said = regard("export", "--model", self.files["Q4_0"], "--text", TEXT, "--view", "causes", "--out", files["csv"])
        self.assertEqual(said.returncode, 1)
        self.assertIn("--against", said.stderr.decode())

    def test_models_of_another_shape_or_with_other_tokens_are_refused_with_a_sentence(self):
        other = self.folder / "other"
        shutil.copytree(NARRATOR, other, ignore=shutil.ignore_patterns("adapters", "recipe"))
        tokenizer = json.loads((other / "tokenizer.json").read_text(encoding="utf-8"))
        vocabulary = tokenizer["model"]["vocab"]
        vocabulary["\u2581на"], vocabulary["\u2581не"] = vocabulary["\u2581не"], vocabulary["\u2581на"]
        (other / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
        for against, expected in (("council", "4 × 8"), (other, "на")):
            said = regard("drift", "--model", self.files["Q8_0"], "--against", against, "--text", TEXT)
            self.assertEqual(said.returncode, 1)
            self.assertEqual(said.stdout, b"")
            self.assertEqual(said.stderr.decode().count("\n"), 1)
            self.assertIn(expected, said.stderr.decode())
        for arguments in (("--against", "narrator"), ("--model", "narrator", "--against", "narrator", "--matrices", "--csv")):
            self.assertEqual(regard("drift", "--text", TEXT, *arguments).returncode, 2)


class BuiltInTest(unittest.TestCase):
    def test_the_sea_is_named_like_a_model(self):
        said = regard("trace", "--adapter", "sea=0.5", "--text", "Мальчик вышел на", "--json")
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        self.assertEqual(json.loads(said.stdout)["model"], "narrator + sea × 0.5")
        said = regard("models")
        self.assertIn("sea", [line.split()[0] for line in said.stdout.decode().splitlines() if line.split()])


if __name__ == "__main__":
    unittest.main()
