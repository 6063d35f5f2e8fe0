#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`regard importance` and `regard probe` against NumPy: losses are made anew from the logits that `regard trace` writes with the same heads
ablated, probes from its residual streams."""
import json
import pathlib
import shutil
import sys
import tempfile
import unittest

import numpy as np

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from heads_test import ASSETS, blocks, conllu_words, member_of, regard, text_of, words_of  # noqa: E402

TOLERANCE = 1e-5
UNCHANGED = {}  # {(model, text): what `regard trace` wrote}


def asked(command, *arguments):
    said = regard(command, *arguments)
    assert said.returncode == 0, said.stderr.decode()
    return json.loads(said.stdout)["corpora"]


def log_softmax(logits):
    logits = logits.astype(np.float64)
    logits = logits - logits.max(-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(-1, keepdims=True))


class Importance(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="regard-importance-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def corpus(self, name, texts, between="\n"):
        path = self.folder / name
        path.write_text(between.join(texts) + between, encoding="utf-8")
        return path

    def traced(self, model, text, ablated=(), mean=False):
        """A text as the model reads it by itself is traced once."""
        if ablated or (model, text) not in UNCHANGED:
            found = self.traced_anew(model, text, ablated, mean)
            if ablated:
                return found
            UNCHANGED[model, text] = found
        return UNCHANGED[model, text]

    def traced_anew(self, model, text, ablated, mean):
        changes = [{"kind": "ablate", "layer": layer, "head": head, "mean": mean} for layer, head in ablated]
        (self.folder / "changes.json").write_text(json.dumps(changes), encoding="utf-8")
        said = regard("trace", "--model", model, "--text", text, "--intervene", self.folder / "changes.json", "--npz", self.folder / "trace.npz")
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        return dict(np.load(self.folder / "trace.npz"))

    def held_to_numpy(self, model, texts, told, mean):
        """`texts`: as they are traced, with masks where there are any."""
        def losses(ablated):
            rise = moved = base = rows = 0.0
            for text, given in zip(texts, told["texts"]):
                plain, changed = self.traced(model, text), self.traced(model, text, ablated, mean)
                self.assertEqual(plain["ids"].ravel().tolist(), given["ids"])
                p, q = (log_softmax(one["logits"])[given["positions"]] for one in (plain, changed))
                at = np.arange(len(given["targets"])), given["targets"]
                base -= p[at].sum()
                rise += (p[at] - q[at]).sum()
                moved += (np.exp(p) * (p - q)).sum()
                rows += len(given["targets"])
            return base / rows, rise / rows, moved / rows, rows

        chosen = [told["heads"][0], told["heads"][13], told["heads"][-1]]
        for head in chosen:
            base, rise, moved, rows = losses([(head["layer"], head["head"])])
            self.assertEqual(rows, told["rows"])
            np.testing.assert_allclose([told["mean_loss"], head["loss_rise"], head["divergence"]], [base, rise, moved], atol=TOLERANCE)
            self.assertGreaterEqual(head["divergence"], 0)  # of a head that does next to nothing rounding may leave nothing
        self.assertGreater(max(head["divergence"] for head in chosen), 0)
        pruning = told["pruning"]
        by_loss = sorted(told["heads"], key=lambda head: head["loss_rise"])
        self.assertEqual(pruning["order"], [[head["layer"], head["head"]] for head in by_loss])
        for step in (4, len(pruning["removed"]) - 1):
            _, rise, _, _ = losses(pruning["order"][:pruning["removed"][step]])
            self.assertAlmostEqual(pruning["loss_rise"][step], rise, delta=TOLERANCE)
        for random in pruning["loss_rise_in_random_order"]:
            self.assertAlmostEqual(random[-1], pruning["loss_rise"][-1], delta=TOLERANCE, msg="all heads are all heads")

    def test_a_decoder_against_numpy(self):
        texts = ["Once upon a time there was a little cat.", "Кошка сидит на окне и смотрит на улицу."]
        for mean in (False, True):
            [told] = asked("importance", "--model", "narrator", "--corpus", self.corpus("two.txt", texts), *(["--ablation", "mean"] if mean else []))
            self.assertEqual((told["loss"], told["ablation"]), ("next_token", "mean" if mean else "zero"))
            for given in told["texts"]:
                self.assertEqual([given["ids"][position + 1] for position in given["positions"]], given["targets"])
            self.held_to_numpy("narrator", texts, told, mean)

    def test_an_encoder_against_numpy(self):
        chosen = [text_of(block) for block in blocks(ASSETS / "corpora" / "en.conllu")[:40]]
        [all_told] = asked("importance", "--model", "council", "--corpus", self.corpus("forty.txt", chosen), "--sentences", 40)
        texts, masked = [], []
        for text, given in zip(chosen, all_told["texts"]):  # those that say the same with "[MASK]" written in them
            tokens = json.loads(regard("tokens", "--model", "council", "--text", text, "--json").stdout)["tokens"]
            written = text.encode()
            for position in reversed(given["positions"]):
                written = written[:tokens[position]["start"]] + b"[MASK]" + written[tokens[position]["end"]:]
            again = json.loads(regard("tokens", "--model", "council", "--text", written.decode(), "--json").stdout)["tokens"]
            self.assertEqual([tokens[position]["id"] for position in given["positions"]], given["targets"])
            if [token["id"] for token in again] == given["ids"]:
                texts.append(text)
                masked.append((written.decode(), given))
        self.assertGreater(len(texts), 20)
        # What is masked depends on a sentence's number: the chosen ones are looked at by their own sums.
        told = {"loss": 0.0, "rows": 0}
        for written, given in masked[:6]:
            plain = log_softmax(self.traced("council", written)["logits"])
            told["loss"] -= sum(plain[position, target] for position, target in zip(given["positions"], given["targets"]))
            told["rows"] += len(given["targets"])
        self.assertLess(told["loss"] / told["rows"], 9.4, "better than any of 12 000 words")
        first = [number for number, text in enumerate(chosen) if text in texts][:1]
        for number in first:
            whole = self.corpus("one.txt", chosen[number:number + 1])
            [one] = asked("importance", "--model", "council", "--corpus", whole)
            given = one["texts"][0]
            tokens = json.loads(regard("tokens", "--model", "council", "--text", chosen[number], "--json").stdout)["tokens"]
            written = chosen[number].encode()
            for position in reversed(given["positions"]):
                written = written[:tokens[position]["start"]] + b"[MASK]" + written[tokens[position]["end"]:]
            self.assertEqual((one["loss"], one["ablation"]), ("masked_token", "mean"))
            self.held_to_numpy("council", [written.decode()], one, True)


class Remarks(unittest.TestCase):
    setUp, corpus = Importance.setUp, Importance.corpus

    def test_words_are_no_text_for_a_model_of_notes(self):
        words = self.corpus("words.txt", ["A cat sat on the mat and the dog saw a bird.", "The old man gave the girl a book."])
        for command in ("heads", "importance"):
            said = regard(command, "--model", "melody", "--corpus", words, *(["--json"] if command == "heads" else []))
            self.assertEqual(said.returncode, 0, said.stderr.decode())
            self.assertRegex(said.stderr.decode(), r"words.txt: \d+ % of the tokens are one and the same to the model melody")
        tune = self.corpus("tune.txt", ["K:G M:3/4 D4 | G4/2 B4/8 G4/8 | A4/2 C5/8 A4/8 | B4 D5 G4 |"])
        self.assertEqual(regard("importance", "--model", "melody", "--corpus", tune).stderr.decode(), "")

    def test_exports_say_it_too(self):
        trees = self.corpus("some.conllu", blocks(ASSETS / "corpora" / "en.conllu")[:12], "\n\n")
        for view in ("relations", "evidence", "detectors", "probing", "roles", "ensembles"):
            path = self.folder / f"{view}.json"
            said = regard("export", "--model", "melody", "--text", "K:G M:3/4 D4 | G4/2 B4/8", "--corpus", trees, "--view", view, "--out", path)
            self.assertEqual(said.returncode, 0, said.stderr.decode())
            self.assertRegex(said.stderr.decode(), r"some.conllu: \d+ % of the tokens are one and the same to the model melody", view)
            self.assertGreater(json.loads(path.read_text(encoding="utf-8"))["commonest_token_share"], 0.5, view)
        said = regard("export", "--model", "council", "--text", "A cat sat.", "--corpus", trees, "--view", "relations", "--out", self.folder / "a.json")
        self.assertEqual(said.stderr.decode(), "")

    def test_heads_are_told_as_json_where_nobody_says_how(self):
        one = self.corpus("one.txt", ["A cat sat on the mat."])
        said, asked_for = regard("heads", "--model", "council", "--corpus", one), regard("heads", "--model", "council", "--corpus", one, "--json")
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        self.assertEqual(said.stdout, asked_for.stdout)
        self.assertEqual(regard("heads", "--model", "council", "--corpus", one, "--json", "--csv").returncode, 2)

    def test_one_sentence_is_too_few_for_a_probe_and_has_its_tree(self):
        one = self.corpus("one.conllu", blocks(ASSETS / "corpora" / "en.conllu")[:1], "\n\n")
        said = regard("probe", "--model", "council", "--corpus", one)
        self.assertEqual(said.returncode, 1)
        self.assertIn("one.conllu: 1; probing needs 5", said.stderr.decode())

    def test_a_model_of_pictures_says_that_it_reads_no_text(self):
        for command in (["heads", "--json"], ["importance"], ["probe"]):
            said = regard(*command, "--model", "digits")
            self.assertEqual(said.returncode, 1)
            self.assertIn("digits reads pictures, and this is measured on text", said.stderr.decode())
        picture = ASSETS / "models" / "digits" / "example.png"
        for view in ("importance", "pruning", "probing", "likeness", "roles", "relations"):
            said = regard("export", "--model", "digits", "--image", picture, "--view", view, "--out", self.folder / "a.json")
            self.assertIn("digits reads pictures, and this is measured on text", said.stderr.decode(), view)
        found = regard("export", "--model", "digits", "--image", picture, "--view", "head_search", "--out", self.folder / "a.json")
        self.assertEqual(found.returncode, 0, found.stderr.decode())


class Exports(unittest.TestCase):
    setUp, corpus = Importance.setUp, Importance.corpus

    def exported(self, view, kind, *arguments):
        path = self.folder / f"{view}.{kind}"
        said = regard("export", "--model", "council", "--text", "A cat sat.", "--view", view, "--out", path, *arguments)
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        return path

    def test_files_hold_what_the_commands_say(self):
        corpus = self.corpus("some.conllu", blocks(ASSETS / "corpora" / "en.conllu")[:25], "\n\n")
        [told] = asked("importance", "--model", "council", "--corpus", corpus, "--sentences", 10)
        [probed] = asked("probe", "--model", "council", "--corpus", corpus)
        losses = json.loads(self.exported("importance", "json", "--corpus", corpus, "--sentences", 10).read_text(encoding="utf-8"))
        self.assertEqual((losses["sentences"], losses["ablated_to"], losses["predictions"]), (10, "mean", told["rows"]))
        for row, head in zip(losses["rows"], told["heads"], strict=True):
            self.assertEqual((row["layer"], row["head"]), (head["layer"], head["head"]))
            self.assertAlmostEqual(row["loss_rise"], head["loss_rise"], delta=1e-9)
        curve = json.loads(self.exported("pruning", "json", "--corpus", corpus, "--sentences", 10).read_text(encoding="utf-8"))
        self.assertEqual([row["heads_removed"] for row in curve["rows"]], told["pruning"]["removed"])
        np.testing.assert_allclose([row["least_important_first"] for row in curve["rows"]], told["pruning"]["loss_rise"], atol=1e-9)
        np.testing.assert_allclose([row["random_2"] for row in curve["rows"]], told["pruning"]["loss_rise_in_random_order"][1], atol=1e-9)
        probes = json.loads(self.exported("probing", "json", "--corpus", corpus).read_text(encoding="utf-8"))
        self.assertEqual([row["accuracy"] for row in probes["rows"]], [probe["accuracy"] for probe in probed["probes"]])

    def test_one_sentence_tells_no_error(self):
        one = self.corpus("one.txt", ["A cat sat on the mat."])
        [told] = asked("importance", "--model", "council", "--corpus", one)
        self.assertEqual({head["standard_error"] for head in told["heads"]}, {None})
        written = json.loads(self.exported("importance", "json", "--corpus", one).read_text(encoding="utf-8"))
        self.assertEqual({row["standard_error"] for row in written["rows"]}, {None})
        lines = self.exported("importance", "csv", "--corpus", one).read_text(encoding="utf-8").splitlines()
        column = next(line for line in lines if "standard_error" in line).split(",").index("standard_error")
        self.assertEqual({line.split(",")[column] for line in lines[-3:]}, {""})
        two = self.corpus("two.txt", ["A cat sat on the mat.", "The dog saw a bird."])
        [told] = asked("importance", "--model", "council", "--corpus", two)
        self.assertTrue(all(head["standard_error"] > 0 for head in told["heads"]))

    def test_every_view_has_every_format(self):
        corpus = self.corpus("some.conllu", blocks(ASSETS / "corpora" / "ru.conllu")[:10], "\n\n")
        for view in ("importance", "pruning", "probing"):
            for kind, begins in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("csv", b""), ("npz", b"PK")):
                written = self.exported(view, kind, "--corpus", corpus, "--sentences", 3).read_bytes()
                self.assertTrue(written.startswith(begins) and len(written) > 100, (view, kind, written[:20]))
        heads = self.exported("probing", "svg", "--corpus", corpus, "--states", "heads").read_text(encoding="utf-8")
        self.assertIn(">7</text>", heads)
        self.assertNotIn("H7", heads, "heads are numbered as everywhere")


class Probe(unittest.TestCase):
    setUp, corpus, traced, traced_anew = Importance.setUp, Importance.corpus, Importance.traced, Importance.traced_anew
    SHRINKAGE = 0.1

    def words(self, model, block, label_of):
        """([words, places, features] of the residual stream, labels) of a sentence's words but punctuation."""
        tokens = json.loads(regard("tokens", "--model", model, "--text", text_of(block), "--json").stdout)["tokens"]
        _, member = member_of(tokens, words_of(block))
        residual = self.traced(model, text_of(block))["residual"].astype(np.float64)
        states, labels = [], []
        for number, word in enumerate(next(iter(conllu_words(block)))):
            label = label_of(number, word)
            if label is not None and member[:, number].any():
                states.append(residual[:, member[:, number] > 0].mean(1))
                labels.append(label)
        return np.array(states), labels

    def ridge(self, x, y, classes):
        mean, deviation = x.mean(0), x.std(0)
        z = (x - mean) / deviation
        targets = np.equal.outer(y, classes).astype(float)
        weights = np.linalg.solve(z.T @ z / len(z) + self.SHRINKAGE * np.eye(z.shape[1]), z.T @ (targets - targets.mean(0)) / len(z))
        return lambda new: [classes[best] for best in (((new - mean) / deviation) @ weights + targets.mean(0)).argmax(1)]

    def held_to_numpy(self, model, file, task, label_of):
        chosen = blocks(ASSETS / "corpora" / file)[:30]
        [told] = asked("probe", "--model", model, "--corpus", self.corpus("some.conllu", chosen, "\n\n"), "--task", task)
        train, test = ([], []), ([], [])
        for number, block in enumerate(chosen):
            for into, part in zip(test if number % 5 == 4 else train, self.words(model, block, label_of)):
                into.extend(part)
        classes = sorted(set(train[1]), key=lambda name: name.encode())
        self.assertEqual(told["classes"], classes)
        self.assertEqual((told["training"]["words"], told["held_out"]["words"]), (len(train[1]), len(test[1])))
        majority = max(classes, key=train[1].count)
        self.assertAlmostEqual(told["majority_accuracy"], test[1].count(majority) / len(test[1]), delta=TOLERANCE)
        x, new = np.array(train[0]), np.array(test[0])
        self.assertEqual([probe["layers_read"] for probe in told["probes"]], list(range(x.shape[1])))
        for place, probe in enumerate(told["probes"]):
            right = np.mean([a == b for a, b in zip(self.ridge(x[:, place], train[1], classes)(new[:, place]), test[1])])
            self.assertAlmostEqual(probe["accuracy"], right, delta=TOLERANCE, msg=f"{model} {task} {place}")
            self.assertAlmostEqual(probe["selectivity"], probe["accuracy"] - probe["control"], delta=TOLERANCE)

    def test_parts_of_speech_against_numpy(self):
        for model, file in (("council", "ru.conllu"), ("narrator", "en.conllu")):
            self.held_to_numpy(model, file, "part_of_speech", lambda number, word: None if word.base == "punct" or word.upos == "PUNCT" else word.upos)

    def test_governors_against_numpy(self):
        def offset(number, word):
            if word.base == "punct" or word.upos == "PUNCT":
                return None
            away = word.head - number
            return "root" if word.head < 0 else "<=-4" if away <= -4 else ">=4" if away >= 4 else str(away)
        self.held_to_numpy("council", "en.conllu", "governor", offset)

    def test_heads_are_probed_one_by_one(self):
        [told] = asked("probe", "--model", "council", "--corpus", self.corpus("some.conllu", blocks(ASSETS / "corpora" / "en.conllu")[:30], "\n\n"), "--states", "heads")
        self.assertEqual([(probe["layer"], probe["head"]) for probe in told["probes"]], [(layer, head) for layer in range(4) for head in range(8)])

    def test_what_has_no_trees_is_refused_with_a_sentence(self):
        said = regard("probe", "--corpus", self.corpus("plain.txt", ["Кошка спит."] * 9))
        self.assertEqual((said.returncode, said.stdout), (1, b""))
        self.assertIn("no trees", said.stderr.decode())
        said = regard("importance", "--model", "digits")
        self.assertEqual((said.returncode, said.stdout), (1, b""))


if __name__ == "__main__":
    unittest.main(verbosity=2)
