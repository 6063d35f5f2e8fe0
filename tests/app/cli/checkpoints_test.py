#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A folder of checkpoints on the command line: a tiny learner is trained here, its steps are traced and its curves exported; the numbers
are made anew from the traces."""
import csv
import json
import pathlib
import shutil
import sys
import tempfile
import unittest

import numpy as np

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from binary_test import regard  # noqa: E402

TEXT = "A C E A C E B D"


class Checkpoints(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_folder = pathlib.Path(tempfile.mkdtemp(prefix="regard-steps-"))
        said = regard("train", "--out", str(cls.run_folder / "run"), "--seed", "1", "--steps", "601", "--every", "300",
                      "--checkpoints-every", "200", "--lang", "en")
        assert said.returncode == 0, said.stderr.decode()
        cls.steps = cls.run_folder / "steps"  # the steps alone, as most people keep them
        cls.steps.mkdir()
        for step in (0, 200, 400, 600):
            shutil.copytree(cls.run_folder / "run" / f"step-{step:06}", cls.steps / f"step-{step:06}")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.run_folder, ignore_errors=True)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="regard-steps-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def trace(self, model, *more):
        said = regard("trace", "--model", str(model), "--text", TEXT, "--json", "--lang", "en", *more)
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        return json.loads(said.stdout)

    def refused(self, part, *arguments):
        said = regard(*arguments, "--lang", "en")
        self.assertNotEqual(said.returncode, 0, said.stdout.decode())
        self.assertIn(part, said.stderr.decode())
        self.assertEqual(said.stderr.decode().count("\n"), 1)

    def test_a_step_is_named_by_its_number_from_wherever_one_stands(self):
        own = self.trace(self.steps / "step-000200")
        for model in (self.steps, self.steps / "step-000600", self.run_folder / "run"):
            self.assertEqual(self.trace(model, "--checkpoint", "200")["heads"], own["heads"])
        self.assertNotEqual(self.trace(self.steps, "--checkpoint", "400")["heads"], own["heads"])
        self.assertEqual(self.trace(self.steps)["heads"], self.trace(self.steps / "step-000600")["heads"], "the last one")

    def test_every_command_that_opens_a_model_knows_it(self):
        for arguments in (["tokens", "--text", TEXT], ["generate", "--text", TEXT, "--tokens", "2"],
                          ["kinds", "--text", TEXT, "--kind", "hard"]):
            said = regard(*arguments, "--model", str(self.steps), "--checkpoint", "200")
            self.assertEqual(said.returncode, 0, said.stderr.decode())
            self.refused("no checkpoint of step 7", *arguments, "--model", str(self.steps), "--checkpoint", "7")

    def test_curves_are_what_the_traces_say(self):
        out = self.folder / "curves.csv"
        said = regard("export", "--model", str(self.steps), "--text", TEXT, "--view", "checkpoints", "--out", str(out), "--lang", "en")
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        rows = list(csv.DictReader(out.read_text().splitlines()))
        self.assertEqual(len(rows), 4 * 8)
        best = {}
        for row in rows:
            weights = np.array([[x or 0.0 for x in line] for line in next(
                head["weights"] for head in self.trace(self.steps, "--checkpoint", row["step"])["heads"]
                if (head["layer"], head["head"]) == (int(row["layer"]), int(row["head"])))])
            rows_of, keys = np.indices(weights.shape)
            self.assertAlmostEqual(float(row["previous_token"]), np.diagonal(weights, -1).mean(), places=5)
            self.assertAlmostEqual(float(row["distance"]), (weights * (rows_of - keys)).sum(1).mean(), places=4)
            self.assertAlmostEqual(float(row["entropy"]),
                                   -(weights * np.log(np.where(weights > 0, weights, 1))).sum(1).mean(), places=4)
            best[row["step"]] = max(best.get(row["step"], 0.0), float(row["induction"]))
        self.assertLess(best["0"], 0.1)
        self.assertGreater(best["600"], best["0"] + 0.1, "the learner finds out what followed the first time")

    def test_curves_are_written_as_pictures_and_json_too(self):
        for name, start in (("c.png", b"\x89PNG"), ("c.svg", b"<?xml"), ("c.json", b"{")):
            said = regard("export", "--model", str(self.steps), "--text", TEXT, "--view", "checkpoints", "--measure", "induction",
                          "--out", str(self.folder / name))
            self.assertEqual(said.returncode, 0, said.stderr.decode())
            self.assertTrue((self.folder / name).read_bytes().startswith(start))
        told = json.loads((self.folder / "c.json").read_text())
        self.assertEqual(told["checkpoints"], 4)
        self.assertEqual({row["step"] for row in told["rows"]}, {0, 200, 400, 600})

    def test_what_does_not_belong_is_left_out_and_named(self):
        steps = self.folder / "steps"
        shutil.copytree(self.steps, steps)
        weights = steps / "step-000400" / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:200])
        shutil.copytree(self.steps / "step-000200", steps / "step-0200")
        out = self.folder / "c.json"
        said = regard("export", "--model", str(steps), "--text", TEXT, "--view", "checkpoints", "--out", str(out), "--lang", "en")
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        told = json.loads(out.read_text())
        self.assertEqual({row["step"] for row in told["rows"]}, {0, 600})
        self.assertIn("step-0200", told["left_out_200"])
        self.assertIn("step-000400", told["left_out_400"])
        self.refused("both say they are step 200", "trace", "--model", str(steps), "--checkpoint", "200", "--text", TEXT, "--json")

    def test_what_is_no_folder_of_checkpoints_is_refused_in_a_sentence(self):
        self.refused("holds no checkpoints", "trace", "--model", "council", "--checkpoint", "5", "--text", "a", "--json")
        self.refused("name the folder", "export", "--checkpoint", "5", "--text", "a", "--out", str(self.folder / "a.csv"))
        self.refused("holds no checkpoints", "export", "--view", "checkpoints", "--model", "narrator", "--text", "a", "--out",
                     str(self.folder / "a.csv"))
        self.refused("checkpoints", "export", "--view", "weights", "--measure", "distance", "--text", "a", "--out",
                     str(self.folder / "a.csv"))
        for name in ("early", "late"):
            shutil.copytree(self.steps / "step-000200", self.folder / "models" / name)
        self.refused("their names say no step", "trace", "--model", str(self.folder / "models"), "--text", "a", "--json")


if __name__ == "__main__":
    unittest.main(verbosity=2)
