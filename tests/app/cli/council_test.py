#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`regard council`: a short run, its table, what it writes, that it opens, and what is refused."""
import json
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from binary_test import regard  # noqa: E402

SMALL = ["--width", "16", "--heads", "2", "--steps", "30", "--pieces", "128", "--every", "20"]


class Council(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="regard-council-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def council(self, out, *more):
        said = regard("council", "--out", str(self.folder / out), *SMALL, *more)
        self.assertEqual((said.returncode, said.stderr.decode()), (0, ""))
        return said.stdout.decode()

    def test_a_short_run_tells_a_table_and_its_folder_opens(self):
        said = self.council("a", "--lang", "en").splitlines()
        self.assertEqual([line.split("  ")[0] for line in said[:2]], ["step 0", "step 20"])
        self.assertEqual(sum(line.startswith("3.") for line in said), 14)     # 7 questions of layer 3 in each language
        self.assertEqual(said[-1], f"Step 30 is in {self.folder / 'a'}.")
        kept = json.loads((self.folder / "a" / "council.json").read_text())
        self.assertEqual((kept["heads"], kept["steps"], [point["step"] for point in kept["points"]]), (2, 30, [0, 20, 30]))
        self.assertEqual(len(kept["points"][2]["held_out"]["en"]), 19)
        self.assertEqual(kept["sentences"], {"en": 60, "ru": 60})
        traced = regard("trace", "--model", str(self.folder / "a"), "--text", "She wore a green hat.", "--json")
        self.assertEqual(traced.returncode, 0, traced.stderr.decode())
        self.assertIn("[CLS]", [token["piece"] for token in json.loads(traced.stdout)["tokens"]])

    def test_the_same_seed_gives_the_same_bytes(self):
        for out, seed in (("a", "5"), ("b", "5"), ("c", "6")):
            self.council(out, "--seed", seed)
        a, b, c = ((self.folder / out / "model.safetensors").read_bytes() for out in "abc")
        self.assertEqual(a, b)
        self.assertNotEqual(a, c)

    def test_what_does_not_fit_is_refused(self):
        for part, arguments in (("--out", []), ("heads", ["--out", str(self.folder / "x"), "--heads", "3"]),
                                ("width", ["--out", str(self.folder / "x"), "--width", "4096", "--heads", "1"])):
            said = regard("council", "--lang", "en", *arguments)
            self.assertNotEqual(said.returncode, 0)
            self.assertIn(part, said.stderr.decode())
            self.assertEqual(said.stderr.decode().count("\n"), 1)
        (self.folder / "mine").mkdir()
        (self.folder / "mine" / "letter.txt").write_text("dear")
        said = regard("council", "--out", str(self.folder / "mine"), *SMALL)
        self.assertNotEqual(said.returncode, 0)
        self.assertFalse((self.folder / "mine" / "config.json").exists())


if __name__ == "__main__":
    unittest.main()
