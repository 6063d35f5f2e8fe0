#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shipped program on its command line, without a display: exit codes, clean output, the numbers in the files."""
import array
import ast
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

BINARY = os.environ["REGARD_BINARY"]
COUNCIL = pathlib.Path(os.environ["REGARD_ASSETS_DIR"]) / "models" / "council"
STORIES = pathlib.Path(os.environ["REGARD_SHARED_DATA"]) / "checkpoints" / "stories260k"
SENTENCE = "Кошка, которая сидела на крыше, смотрела на птицу."


def regard(*arguments, stdout=subprocess.PIPE):
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment["LC_ALL"] = "C.UTF-8"
    return subprocess.run([BINARY, *arguments], stdout=stdout, stderr=subprocess.PIPE, env=environment, timeout=120)


def read_npz(path):
    """name -> (shape, numbers), for little-endian float32 and int32 arrays."""
    arrays = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            wide = data[6] > 1
            start = 12 if wide else 10
            length = int.from_bytes(data[8:start], "little")
            header = ast.literal_eval(data[start:start + length].decode("latin-1").strip())
            kind = {"<f4": "f", "<i4": "i"}[header["descr"]]
            assert not header["fortran_order"]
            arrays[name[:-4]] = (header["shape"], array.array(kind, data[start + length:]))
    return arrays


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="regard-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def refused(self, code, part, *arguments):
        said = regard(*arguments)
        text = said.stderr.decode("utf-8")
        self.assertEqual(said.returncode, code, text)
        self.assertEqual(said.stdout, b"")
        self.assertEqual(text.count("\n"), 1, text)
        self.assertTrue(text.startswith("regard: ") and text.endswith(".\n"), text)
        self.assertIn(part, text)

    def done(self, *arguments):
        said = regard(*arguments)
        self.assertEqual((said.returncode, said.stderr.decode("utf-8")), (0, ""))
        return said.stdout.decode("utf-8")

    def test_version_and_help_need_no_display(self):
        self.assertRegex(self.done("--version"), r"\Aregard \d+\.\d+\.\d+\n\Z")
        self.assertIn("counted from 0", self.done("--help"))
        self.assertIn("council", self.done("models"))

    def test_bad_usage_ends_with_2(self):
        for arguments in (["--nonsense"], ["trace"], ["trace", "--text", "a"], ["trace", "--text", "a", "--json", "--layer", "-1"],
                          ["--window", "huge"], ["generate", "--text", "a", "--tokens", "many"]):
            self.refused(2, "regard --help", *arguments)

    def test_bad_input_ends_with_1(self):
        self.refused(1, "--head", "trace", "--text", "a", "--json", "--head", "8")
        self.refused(1, "--layer", "trace", "--text", "a", "--json", "--layer", "4")
        self.refused(1, "/nowhere", "trace", "--model", "/nowhere", "--text", "a", "--json")
        self.refused(1, "/nowhere/t", "trace", "--text-file", "/nowhere/t", "--json")
        self.refused(1, str(self.folder), "tokens", "--model", str(self.folder), "--text", "a")
        self.refused(1, "council", "generate", "--text", "a")

    def test_a_broken_model_is_named(self):
        broken = self.folder / "broken"
        shutil.copytree(COUNCIL, broken, ignore=shutil.ignore_patterns("recipe"))
        weights = broken / "model.safetensors"
        with open(weights, "r+b") as file:
            file.truncate(weights.stat().st_size // 2)
        self.refused(1, "model.safetensors", "trace", "--model", str(broken), "--text", "a", "--json")
        weights.unlink()
        self.refused(1, "model.safetensors", "trace", "--model", str(broken), "--text", "a", "--json")
        (broken / "config.json").write_text('{"architectures": ["MysteryModel"]}')
        self.refused(1, "MysteryModel", "trace", "--model", str(broken), "--text", "a", "--json")
        (broken / "vocab.txt").write_text("[UNK]\n")
        self.refused(1, "vocab.txt", "tokens", "--model", str(broken), "--text", "a")

    def test_tokens_point_at_their_bytes(self):
        tokens = json.loads(self.done("tokens", "--text", SENTENCE, "--json"))["tokens"]
        self.assertEqual([tokens[0]["piece"], tokens[-1]["piece"]], ["[CLS]", "[SEP]"])
        data = SENTENCE.encode("utf-8")
        words = {}
        for token in tokens[1:-1]:
            text = data[token["start"]:token["end"]].decode("utf-8")
            self.assertEqual(text.lower(), token["text"])
            words[token["word"]] = words.get(token["word"], "") + text
        self.assertEqual([words[word] for word in sorted(words)],
                         ["Кошка", ",", "которая", "сидела", "на", "крыше", ",", "смотрела", "на", "птицу", "."])

    def test_json_and_npz_hold_the_same_numbers(self):
        file = self.folder / "trace.npz"
        self.assertEqual(self.done("trace", "--text", SENTENCE, "--npz", str(file)), "")
        arrays = read_npz(file)
        self.assertEqual(set(arrays), {"ids", "scores", "weights", "q", "k", "v", "head_out", "residual", "logits"})
        layers, heads, tokens, _ = arrays["weights"][0]
        self.assertEqual(arrays["scores"][0], (layers, heads, tokens, tokens))
        self.assertEqual(arrays["ids"][0], (tokens,))
        for name in ("q", "k", "v", "head_out"):
            self.assertEqual(arrays[name][0][:3], (layers, heads, tokens))
        self.assertEqual(arrays["residual"][0][:2], (layers + 1, tokens))
        self.assertEqual(arrays["logits"][0][0], tokens)

        lines = self.done("trace", "--text", SENTENCE, "--json").splitlines()
        self.assertEqual(len(lines), 1)
        said = json.loads(lines[0])
        self.assertEqual([token["id"] for token in said["tokens"]], list(arrays["ids"][1]))
        self.assertEqual(arrays["ids"][1].typecode, "i")
        self.assertEqual(len(said["heads"]), layers * heads)
        for head in said["heads"]:
            start = (head["layer"] * heads + head["head"]) * tokens * tokens
            for name in ("scores", "weights"):
                flat = array.array("f", [number for row in head[name] for number in row])
                self.assertEqual(flat, arrays[name][1][start:start + tokens * tokens])
            for row in head["weights"]:
                self.assertAlmostEqual(math.fsum(row), 1.0, places=5)

    def test_csv_has_the_numbers_of_json(self):
        choice = ["trace", "--text", SENTENCE, "--layer", "2", "--head", "5"]
        rows = self.done(*choice, "--csv").splitlines()
        head = json.loads(self.done(*choice, "--json"))["heads"][0]
        count = len(head["weights"])
        self.assertEqual(rows[0], "text,layer,head,query,key,query_token,key_token,score,weight")
        self.assertEqual(len(rows), 1 + count * count)
        self.assertEqual([float(row.rsplit(",", 1)[1]) for row in rows[1:]], [number for line in head["weights"] for number in line])

    def test_a_file_of_texts_gives_a_line_each_and_no_npz(self):
        texts = self.folder / "texts"
        texts.write_text("Кот спит.\nThe cat sleeps.\n", encoding="utf-8")
        lines = self.done("trace", "--text-file", str(texts), "--json", "--layer", "0", "--head", "0").splitlines()
        self.assertEqual([json.loads(line)["text"] for line in lines], ["Кот спит.", "The cat sleeps."])
        self.refused(1, "2 texts", "trace", "--text-file", str(texts), "--npz", str(self.folder / "none.npz"))
        self.assertFalse((self.folder / "none.npz").exists())

    def test_odd_texts_are_read(self):
        for text in ("", " ", "x", "🐈‍⬛ 我在 ½", "a\u0301" * 50):
            with self.subTest(text=text):
                self.assertEqual(json.loads(self.done("trace", "--text", text, "--json", "--layer", "0"))["text"], text)
        said = regard("trace", "--text", b"\xff\xfe cat", "--json")
        self.assertEqual(said.returncode, 0)
        self.assertIn("UTF-8", said.stderr.decode("utf-8"))
        self.assertEqual(json.loads(said.stdout)["text"], "\ufffd\ufffd cat")

    def test_a_hundred_kilobytes_are_cut_with_a_remark(self):
        file = self.folder / "long"
        file.write_text("Кошка смотрела на птицу. " * 2500, encoding="utf-8")
        said = regard("trace", "--text-file", str(file), "--json", "--layer", "0", "--head", "0")
        self.assertEqual(said.returncode, 0)
        self.assertIn("cut after 128 tokens", said.stderr.decode("utf-8"))
        trace = json.loads(said.stdout)
        self.assertEqual(len(trace["tokens"]), 128)
        self.assertEqual(trace["tokens"][-1]["piece"], "[SEP]")
        self.assertGreater(trace["dropped"], 0)

    def test_a_full_disk_is_an_error(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("/dev/full is absent")
        with open("/dev/full", "wb") as full:
            said = regard("trace", "--text", SENTENCE, "--json", stdout=full)
        self.assertEqual(said.returncode, 1)
        self.assertIn("cannot be written", said.stderr.decode("utf-8"))


@unittest.skipUnless(STORIES.is_dir(), f"{STORIES} is absent")
class Stories(unittest.TestCase):
    def test_greedy_generation_gives_the_known_story(self):
        said = regard("generate", "--model", str(STORIES), "--text", "", "--tokens", "200")
        self.assertEqual(said.stdout.decode("utf-8").rstrip("\n"), (STORIES / "greedy_sample.txt").read_text().rstrip("\n"))

    def test_traces_agree_with_the_reference(self):
        reference = read_npz(STORIES / "reference.npz")
        items = json.loads((STORIES / "reference.json").read_text(encoding="utf-8"))["items"]
        worst = 0.0
        with tempfile.TemporaryDirectory() as folder:
            for number, item in enumerate(items):
                file = os.path.join(folder, "trace.npz")
                said = regard("trace", "--model", str(STORIES), "--text", item["text"], "--npz", file)
                self.assertEqual(said.returncode, 0, said.stderr)
                ours = read_npz(file)
                self.assertEqual([int(each) for each in ours["ids"][1]], item["ids"])
                for name, known in (("weights", "attn"), ("scores", "scores")):
                    expected = reference[f"text{number}_{known}"]
                    self.assertEqual(ours[name][0], expected[0])
                    worst = max(worst, max(abs(a - b) for a, b in zip(ours[name][1], expected[1])))
        print(f"worst difference of weights and scores: {worst:.2e}")
        self.assertLess(worst, 1e-4)


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv[:1])
