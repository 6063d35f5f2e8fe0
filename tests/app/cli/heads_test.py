#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`regard heads` against NumPy: every measure and relation of all heads is made anew from the weights that `regard trace` writes, and the
trees are read by the code that council was trained with. Then known answers, a negative control, and corpora that are no good."""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import unittest

import numpy as np

BINARY = os.environ["REGARD_BINARY"]
ASSETS = pathlib.Path(os.environ["REGARD_ASSETS_DIR"])
UD = pathlib.Path(os.environ["REGARD_SHARED_DATA"]) / "corpora" / "ud"
sys.dont_write_bytecode = True
sys.path.insert(0, str(ASSETS / "models" / "council" / "recipe"))
import conllu  # noqa: E402

TOLERANCE = 1e-5


def regard(*arguments):
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment["LC_ALL"] = "C.UTF-8"
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, env=environment, timeout=280, check=False)


def measured(model, *corpora):
    said = regard("heads", "--model", model, "--json", *(word for corpus in corpora for word in ("--corpus", corpus)))
    assert said.returncode == 0, said.stderr.decode()
    return json.loads(said.stdout)


def blocks(path):
    return path.read_text(encoding="utf-8").strip().split("\n\n")


def text_of(block):
    return re.search("^# text = (.*)$", block, re.M)[1]


def words_of(block):
    """The forms of a sentence with their places in its text, in bytes."""
    text, at, places = text_of(block), 0, []
    rows = [line.split("\t") for line in block.split("\n") if line[0] != "#"]
    for row in rows:
        if not row[0].isdigit():
            continue
        at = text.index(row[1], at)  # in these sentences a word that is written with another one stands in the text, too
        places.append((len(text[:at].encode()), len(text[:at + len(row[1])].encode())))
        at += len(row[1])
    return places


def member_of(tokens, places):
    """(word of each token or −1, [tokens, words])"""
    word = np.full(len(tokens), -1)
    for t, token in enumerate(tokens):
        over = [w for w, (begin, end) in enumerate(places) if token["start"] < token["end"] and begin < token["end"] and end > token["start"]]
        if over:
            word[t] = over[0]
    return word, (word[:, None] == np.arange(len(places))).astype(float)


def rows_of_measures(tokens, A, causal):
    """{measure: (value of each row, of a uniform head)}; A [T, T]."""
    T = len(tokens)
    allowed = np.tril(np.ones((T, T))) if causal else np.ones((T, T))
    U = allowed / allowed.sum(1, keepdims=True)
    at, ids = np.arange(T), [token["id"] for token in tokens]
    rows = {}

    def mass(name, keys, some):
        rows[name] = [((A[i] * keys[i]).sum(), (U[i] * keys[i]).sum()) for i in range(T) if some[i]]

    offset = at[None, :] - at[:, None]
    mass("previous_token", offset == -1, at > 0)
    mass("next_token", offset == 1, np.full(T, False) if causal else at < T - 1)
    mass("self", offset == 0, at >= 0)
    mass("first_token", np.broadcast_to(at == 0, (T, T)), at > 0)
    around = np.array([token["special"] and token["start"] == token["end"] for token in tokens])
    mass("separator", np.broadcast_to(around, (T, T)), at >= 0)

    def only_signs(text):
        signs = [c for c in text if not c.isspace()]
        return bool(signs) and all(unicodedata.category(c)[0] == "P" or (c.isascii() and not c.isalnum()) for c in signs)

    signs = np.array([not token["special"] and only_signs(token["text"]) for token in tokens])
    mass("punctuation", np.broadcast_to(signs, (T, T)), at >= 0)
    word = np.array([-1 if token["special"] else token["word"] for token in tokens])
    same = (word[:, None] == word[None, :]) & (word >= 0)[:, None] & (offset != 0)
    mass("same_word", same, (same * allowed).sum(1) > 0)
    before = (np.equal.outer(ids, ids)) & (offset < 0)
    mass("duplicate_token", before, before.any(1))
    after = np.zeros((T, T), bool)
    after[:, 1:] = before[:, :-1]
    np.fill_diagonal(after, False)
    mass("induction", after, before.any(1))
    count = allowed.sum(1)
    logs = -(A * np.log(np.where(A > 0, A, 1))).sum(1)
    rows["entropy"] = list(zip(logs, np.log(count)))
    rows["normalised_entropy"] = [(logs[i] / np.log(count[i]), 1.0) for i in range(T) if count[i] > 1]
    rows["confidence"] = list(zip(A.max(1), 1 / count))
    rows["distance"] = list(zip((A * abs(offset)).sum(1), (U * abs(offset)).sum(1)))
    return rows


def rows_of_relations(block, tokens, A, causal):
    """{relation: [(right, strict, weight, offsets)]}"""
    sentence = next(iter(conllu_words(block)))
    found, _ = conllu.arcs(sentence)
    for word, one in enumerate(sentence):
        if one.head >= 0 and one.base != "punct":
            found.setdefault(one.base + ":up", {}).setdefault(word, []).append(one.head)
            found.setdefault(one.base + ":down", {}).setdefault(one.head, []).append(word)
    word, member = member_of(tokens, words_of(block))
    there = member.sum(0) > 0
    looks = (member / np.maximum(member.sum(0), 1)).T @ A
    on_words, outside = looks @ member, looks[:, word < 0].max(1, initial=0.0)
    rows = {}
    for relation, questions in found.items():
        for asks, answers in questions.items():
            answers = [a for a in answers if there[a] and (not causal or a <= asks)]
            if not there[asks] or not answers:
                continue
            row = np.where(there, on_words[asks], -1)
            best = int(row.argmax())
            right = best in answers
            rows.setdefault(relation, []).append((right, right and row[best] >= outside[asks],
                                                  on_words[asks, answers].sum() / max(on_words[asks].sum(), 1e-30),
                                                  {a - asks for a in answers}))
    return rows


def conllu_words(block):
    with tempfile.NamedTemporaryFile("w", suffix=".conllu", encoding="utf-8") as file:
        file.write(block + "\n\n")
        file.flush()
        yield from list(conllu.read(file.name))


class Heads(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="regard-heads-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.council = measured("council")

    def some(self, name, blocks_of):
        path = self.folder / name
        path.write_text("\n\n".join(blocks_of) + "\n\n", encoding="utf-8")
        return path

    def held_to_numpy(self, model, chosen, causal):
        corpus = self.some(f"{model}.conllu", chosen)
        texts = self.folder / f"{model}.txt"
        texts.write_text("".join(text_of(block) + "\n" for block in chosen), encoding="utf-8")
        measures, relations, sentences, heads = {}, {}, {}, None
        for block in chosen:
            traced = json.loads(regard("trace", "--model", model, "--text", text_of(block), "--json").stdout)
            heads = [(head["layer"], head["head"]) for head in traced["heads"]]
            for place, head in enumerate(traced["heads"]):
                A = np.array(head["weights"], np.float64)
                for name, rows in rows_of_measures(traced["tokens"], A, causal).items():
                    measures.setdefault((name, place), []).extend(rows)
                for name, rows in rows_of_relations(block, traced["tokens"], A, causal).items():
                    relations.setdefault((name, place), []).extend(rows)
                    sentences[name, place] = sentences.get((name, place), 0) + bool(rows)
        [told] = measured(model, corpus)["corpora"]
        self.assertEqual(told["sentences"], len(chosen))
        self.assertEqual([(head["layer"], head["head"]) for head in told["heads"]], heads)
        for place, head in enumerate(told["heads"]):
            for name, got in head["measures"].items():
                if name == "copying":
                    continue  # of the model's weights: head_knowledge_test.py
                rows = np.array(measures[name, place], float).reshape(-1, 2)
                self.assertEqual(got["rows"] if got else 0, len(rows), (name, heads[place]))
                if got:
                    np.testing.assert_allclose((got["value"], got["uniform"]), rows.mean(0), atol=TOLERANCE, err_msg=f"{name} {heads[place]}")
            self.assertEqual(set(head["relations"]), {name for name, at in relations if at == place})
            for name, got in head["relations"].items():
                rows = relations[name, place]
                mean = [np.mean([row[part] for row in rows]) for part in range(3)]
                np.testing.assert_allclose([got["right"], got["strict"], got["weight"]], mean, atol=TOLERANCE, err_msg=f"{name} {heads[place]}")
                self.assertEqual((got["low"] is None, got["high"] is None), (sentences[name, place] < 2,) * 2, name)
                if got["low"] is not None:
                    self.assertLessEqual(got["low"], got["right"] + TOLERANCE)
                    self.assertGreaterEqual(got["high"], got["right"] - TOLERANCE)
                self.assertEqual(told["relations"][name]["rows"], len(rows), name)
                counts = {}
                for row in rows:
                    for offset in row[3]:
                        counts[offset] = counts.get(offset, 0) + 1
                self.assertAlmostEqual(told["relations"][name]["offset_right"], max(counts.values()) / len(rows), delta=TOLERANCE)
                self.assertEqual(counts[told["relations"][name]["offset"]], max(counts.values()))
        self.assertGreater(len({name for name, _ in relations}), 20)

    def test_an_encoder_against_numpy_in_two_languages(self):
        chosen = blocks(ASSETS / "corpora" / "en.conllu")[3:300:50] + blocks(ASSETS / "corpora" / "ru.conllu")[3:300:50]
        self.held_to_numpy("council", chosen, causal=False)

    def test_a_decoder_against_numpy(self):
        self.held_to_numpy("narrator", blocks(ASSETS / "corpora" / "ru.conllu")[5:300:60], causal=True)

    def test_council_s_guided_heads_are_among_the_best_at_what_they_were_taught(self):
        for told in self.council["corpora"]:
            self.assertEqual((told["sentences"], told["left_out"]), (300, 0))
            heads = {(head["layer"], head["head"]): head for head in told["heads"]}
            for layer, head, relation in conllu.GUIDED:
                if relation.endswith("_token"):
                    self.assertGreater(heads[layer, head]["measures"][relation]["value"], 0.9)
                    continue
                ranked = sorted((head["relations"][relation]["right"] for head in heads.values()), reverse=True)
                got, base = heads[layer, head]["relations"][relation], told["relations"][relation]
                # The heads that ask for any word's governor or predicate are as right about some kinds of words.
                self.assertIn(got["right"], ranked[:3], (relation, told["corpus"]))
                self.assertGreater(got["right"], ranked[0] - 0.05, (relation, told["corpus"]))
                self.assertGreater(got["right"], base["offset_right"], (relation, told["corpus"]))
                if base["rows"] >= 50:
                    self.assertGreater(got["low"], base["offset_right"], (relation, told["corpus"]))

    def test_narrator_s_card_is_found_by_the_probe(self):
        named = json.loads((ASSETS / "models" / "narrator" / "heads.json").read_text(encoding="utf-8"))["heads"]
        probe = measured("narrator", self.some("short.txt", ["Once upon a time."]))["repeated_tokens"]
        scores = {(head["layer"], head["head"]): head for head in probe["heads"]}
        card = {(head["layer"], head["head"]) for head in named if head["relation"] == "induction"}
        ranked = sorted(scores, key=lambda place: -scores[place]["induction"])
        self.assertEqual(set(ranked[:len(card)]), card)
        for place in card:
            self.assertGreater(scores[place]["contrast"], 5)

    def test_on_trees_that_are_shuffled_no_head_is_better_than_its_place(self):
        chance = random.Random(3)
        shuffled = []
        for block in blocks(ASSETS / "corpora" / "en.conllu"):
            comments = [line for line in block.split("\n") if line[0] == "#"]
            rows = [line.split("\t") for line in block.split("\n") if line[0] != "#" and "-" not in line.split("\t")[0]]
            order = list(range(len(rows)))
            chance.shuffle(order)  # word order[i] takes the place of word i in the tree
            place = {row[0]: str(order[number] + 1) for number, row in enumerate(rows)}
            moved = [None] * len(rows)
            for number, row in enumerate(rows):
                target = rows[order[number]]
                moved[order[number]] = "\t".join([place[row[0]], target[1], *row[2:6], place.get(row[6], "0"), *row[7:9], target[9]])
            shuffled.append("\n".join(comments + moved))
        [told] = measured("council", self.some("shuffled.conllu", shuffled))["corpora"]
        [true] = [corpus for corpus in self.council["corpora"] if corpus["corpus"] == "en.conllu"]
        for layer, head, relation in conllu.GUIDED:
            if relation.endswith("_token"):
                continue
            at = layer * 8 + head
            self.assertLess(told["heads"][at]["relations"][relation]["right"], 0.35, relation)
            self.assertGreater(true["heads"][at]["relations"][relation]["right"], 0.6, relation)

    def test_the_model_card_s_figures(self):
        if not UD.is_dir():
            self.skipTest(f"{UD} is not here")
        dev = {"en": ["UD_English-EWT/en_ewt-ud-dev.conllu"], "ru": ["UD_Russian-GSD/ru_gsd-ud-dev.conllu", "UD_Russian-Taiga/ru_taiga-ud-dev.conllu"]}
        card = json.loads((ASSETS / "models" / "council" / "heads.json").read_text(encoding="utf-8"))["heads"]
        for lang, files in dev.items():
            chosen = [block for file in files for block in blocks(UD / file) if 2 <= sum(line[0].isdigit() and line.split("\t")[0].isdigit() for line in block.split("\n")) <= 69]
            [told] = measured("council", self.some(f"{lang}-dev.conllu", chosen))["corpora"]
            for head in card:
                if head["relation"].endswith("_token"):
                    continue
                got = told["heads"][head["layer"] * 8 + head["head"]]["relations"][head["relation"]]["right"]
                self.assertAlmostEqual(got, head["dev"][lang], delta=0.02, msg=f"{lang} {head['relation']}")
                self.assertAlmostEqual(told["relations"][head["relation"]]["offset_right"], head["dev"]["baseline_" + lang], delta=0.02)

    def refused(self, part, *arguments):
        said = regard("heads", *arguments)
        text = said.stderr.decode()
        self.assertEqual((said.returncode, said.stdout), (1, b""), text)
        self.assertTrue(text.startswith("regard: ") and text.count("\n") == 1, text)
        self.assertIn(part, text)

    def test_corpora_that_are_no_good_are_refused_with_a_sentence(self):
        latin = self.folder / "latin.txt"
        latin.write_bytes("один\n".encode() + b"caf\xe9\n")
        self.refused("line 2", "--json", "--corpus", latin)
        self.refused("no sentence", "--json", "--corpus", self.some("empty.txt", ["", ""]))
        self.refused("columns", "--json", "--corpus", self.some("no.conllu", ["1\tone"]))
        self.refused("depends on itself", "--json", "--corpus", self.some("ring.conllu", ["1\ta\ta\tX\t_\t_\t2\tx\t_\t_\n2\tb\tb\tX\t_\t_\t1\tx\t_\t_"]))
        self.refused("gone.conllu", "--json", "--corpus", self.folder / "gone.conllu")
        self.refused("No sentence", "--json", "--corpus", self.some("long.txt", ["слово " * 200]))
        self.refused("digits", "--json", "--model", "digits")

    def test_what_is_too_long_is_left_out_and_said(self):
        said = regard("heads", "--csv", "--corpus", self.some("two.txt", ["слово " * 200, "Кошка спит."]))
        self.assertEqual(said.returncode, 0)
        self.assertIn("1 sentence of two.txt", said.stderr.decode())
        lines = said.stdout.decode().splitlines()
        self.assertEqual(lines[0], "corpus,layer,head,kind,name,value,baseline,rows,low,high,strict,weight")
        self.assertIn('two.txt,0,0,measure,previous_token,', "\n".join(lines))
        self.assertTrue(any(line.startswith('repeated_tokens,0,0,measure,induction,') for line in lines))


if __name__ == "__main__":
    unittest.main(verbosity=2)
