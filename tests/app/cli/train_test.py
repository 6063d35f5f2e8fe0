#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`regard train`: a short run, what it writes, that it opens, and what is refused."""
import csv
import json
import math
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from binary_test import BINARY, regard  # noqa: E402

SMALL = ["--symbols", "12", "--width", "32", "--heads", "2", "--tokens", "42", "--batch", "16", "--fixed-period", "9", "--lang", "en"]


class Train(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="regard-train-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def train(self, out, *more):
        said = regard("train", "--out", str(self.folder / out), *SMALL, "--rate", "0.003", *more)
        self.assertEqual((said.returncode, said.stderr.decode()), (0, ""))
        return said.stdout.decode()

    def refused(self, part, *arguments):
        said = regard("train", "--lang", "en", *arguments)
        self.assertNotEqual(said.returncode, 0)
        self.assertIn(part, said.stderr.decode())
        self.assertEqual(said.stderr.decode().count("\n"), 1)

    def test_a_short_run_learns_and_its_folder_opens(self):
        curves = self.folder / "curves.csv"
        said = self.train("a", "--steps", "300", "--every", "100", "--csv", str(curves), "--positions", "learned")
        lines = said.splitlines()
        self.assertEqual([line.split("  ")[0] for line in lines[:3]], ["step 0", "step 100", "step 200"])
        self.assertEqual(lines[3], f"Step 300 is in {self.folder / 'a'}.")
        rows = list(csv.DictReader(curves.read_text().splitlines()))
        self.assertEqual([int(row["step"]) for row in rows], list(range(300)))
        self.assertAlmostEqual(float(rows[0]["loss"]), math.log(12), delta=0.5)
        self.assertLess(float(rows[0]["accuracy_predictable"]), 0.3)
        self.assertGreater(float(rows[299]["accuracy_predictable"]), 0.9)
        self.assertGreater(float(rows[299]["loss_unpredictable"]), 2.0)
        self.assertEqual(rows[1]["L1H1_induction"], "")
        self.assertTrue(0 <= float(rows[100]["L1H1_previous_token"]) <= 1)
        written = regard("generate", "--model", str(self.folder / "a"), "--text", "A C E G I K B D F A C E G", "--tokens", "5")
        self.assertEqual(written.returncode, 0, written.stderr.decode())
        self.assertEqual(written.stdout.decode().split()[-5:], ["I", "K", "B", "D", "F"])
        traced = regard("trace", "--model", str(self.folder / "a"), "--text", "A C E A C", "--json")
        self.assertEqual(len(json.loads(traced.stdout)["tokens"]), 5)

    def test_the_same_seed_gives_the_same_bytes(self):
        for out, seed in (("a", "5"), ("b", "5"), ("c", "6")):
            self.train(out, "--steps", "12", "--seed", seed, "--feed-forward", "40", "--norm", "rms", "--attention-window", "8")
        a, b, c = ((self.folder / out / "model.safetensors").read_bytes() for out in "abc")
        self.assertEqual(a, b)
        self.assertNotEqual(a, c)
        self.assertEqual(json.loads((self.folder / "a" / "training.json").read_text())["steps"], 12)

    def test_linear_attention_is_trained_opened_and_continued(self):
        self.train("whole", "--steps", "6", "--kind", "linear", "--checkpoints-every", "3")
        self.train("a", "--steps", "3", "--kind", "linear", "--checkpoints-every", "3")
        said = regard("train", "--continue", str(self.folder / "a"), "--steps", "6", "--checkpoints-every", "3")
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        for file in ("model.safetensors", "training.json", "learner.state"):
            self.assertEqual((self.folder / "a" / file).read_bytes(), (self.folder / "whole" / file).read_bytes(), file)
        self.assertEqual(json.loads((self.folder / "a" / "config.json").read_text())["attention"], "linear")
        self.assertEqual(json.loads((self.folder / "a" / "training.json").read_text())["recipe"]["attention"], "linear")
        opened = str(self.folder / "a" / "step-000003")
        traced = json.loads(regard("trace", "--model", opened, "--text", "A C E A C", "--layer", "1", "--head", "0", "--json").stdout)
        self.assertEqual(len(traced["tokens"]), 5)
        warm = regard("trace", "--model", opened, "--text", "A C", "--temperature", "2", "--json", "--lang", "en")
        self.assertNotEqual(warm.returncode, 0)
        self.assertIn("linear", warm.stderr.decode())
        kept = regard("capture", "--model", opened, "--text", "A C", "--out", str(self.folder / "run.npz"), "--lang", "en")
        self.assertNotEqual(kept.returncode, 0)
        self.assertIn("linear", kept.stderr.decode())
        self.refused("positions", "--out", str(self.folder / "b"), "--kind", "linear", "--positions", "alibi")

    def test_checkpoints_are_kept_on_the_way(self):
        self.train("a", "--steps", "7", "--checkpoints-every", "3", "--positions", "alibi")
        steps = sorted(path.name for path in (self.folder / "a").iterdir() if path.is_dir())
        self.assertEqual(steps, ["step-000000", "step-000003", "step-000006"])
        for step in steps:
            self.assertEqual(regard("tokens", "--model", str(self.folder / "a" / step), "--text", "A B").returncode, 0)
        run = json.loads((self.folder / "a" / "training.json").read_text())
        self.assertEqual((run["steps"], len(run["points"])), (7, 7))

    def test_a_run_goes_on_where_it_stopped(self):
        more = ("--every", "4", "--checkpoints-every", "6")
        self.train("whole", "--steps", "20", *more)
        self.train("a", "--steps", "9", *more)
        said = regard("train", "--continue", str(self.folder / "a"), "--steps", "20", "--lang", "en", *more)
        self.assertEqual((said.returncode, said.stderr.decode()), (0, ""))
        for file in ("model.safetensors", "training.json", "learner.state", "step-000006/model.safetensors", "step-000018/model.safetensors"):
            self.assertEqual((self.folder / "a" / file).read_bytes(), (self.folder / "whole" / file).read_bytes(), file)
        self.refused("20", "--continue", str(self.folder / "a"), "--steps", "20")
        self.refused("--out", "--continue", str(self.folder / "a"), "--out", str(self.folder / "b"))
        self.refused("--out", "--steps", "5")
        state = self.folder / "a" / "learner.state"
        state.write_bytes(state.read_bytes()[:-1])
        self.refused("learner.state", "--continue", str(self.folder / "a"), "--steps", "30")
        state.unlink()
        self.refused("learner.state", "--continue", str(self.folder / "a"), "--steps", "30")

    def test_a_text_of_ones_own(self):
        text = self.folder / "text.txt"
        text.write_text("Мороз и солнце; день чудесный! " * 5, encoding="utf-8")
        out = str(self.folder / "a")
        said = regard("train", "--out", out, "--task", "text", "--text-file", str(text), "--layers", "1", "--heads", "2",
                      "--width", "32", "--tokens", "40", "--batch", "8", "--steps", "120", "--rate", "0.01")
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        written = regard("generate", "--model", out, "--text", "Мороз и со", "--tokens", "10")
        self.assertEqual(written.stdout.decode(), "Мороз и солнце; день\n")

    def test_ctrl_c_keeps_what_was_learned(self):
        out = self.folder / "a"
        process = subprocess.Popen([BINARY, "train", "--out", str(out), *SMALL, "--steps", "1000000", "--every", "5"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3):
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)
        self.assertEqual((process.returncode, errors), (0, b""))
        steps = json.loads((out / "training.json").read_text())["steps"]
        self.assertGreaterEqual(steps, 10)
        self.assertIn(f"Step {steps} is in", rest.decode())
        self.assertEqual(regard("tokens", "--model", str(out), "--text", "A").returncode, 0)

    def test_diverging_is_said_and_the_last_good_step_is_kept(self):
        out = self.folder / "a"
        said = regard("train", "--out", str(out), *SMALL, "--rate", "1e30", "--steps", "50")
        self.assertEqual(said.returncode, 1)
        self.assertIn("diverged", said.stderr.decode())
        steps = json.loads((out / "training.json").read_text())["steps"]
        self.assertIn(f"step {steps} ", said.stderr.decode())
        data = (out / "model.safetensors").read_bytes()
        numbers = data[8 + struct.unpack("<Q", data[:8])[0]:]
        self.assertTrue(all(math.isfinite(value) for value in struct.unpack(f"<{len(numbers) // 4}f", numbers)))

    def test_what_cannot_be_is_refused_before_a_step_is_made(self):
        out = str(self.folder / "a")
        self.refused("heads", "--out", out, "--heads", "5")
        self.refused("period", "--out", out, "--tokens", "16")
        self.refused("--text-file", "--out", out, "--task", "text")
        self.refused("--task text", "--out", out, "--text-file", __file__)
        self.refused("--task", "--out", out, "--task", "chess")
        self.refused("--out", "--steps", "3")
        self.assertFalse(pathlib.Path(out).exists())
        model = self.folder / "model"
        model.mkdir()
        (model / "config.json").write_text("{}")
        self.refused("training.json", "--out", str(model), "--steps", "1")
        self.assertEqual((model / "config.json").read_text(), "{}")


if __name__ == "__main__":
    unittest.main()
