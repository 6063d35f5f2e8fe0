#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `regard heads` says of detectors and ensembles, against NumPy: made anew from the weights that `regard trace` writes and from trees.
Then negative controls, the table, and files that are no good."""
import csv
import random
import re
import unittest

import numpy as np

from head_knowledge_test import PROBES, InFolder, traced, uniform_of
from heads_test import ASSETS, TOLERANCE, blocks, conllu, conllu_words, member_of, regard, text_of, words_of


class HeadRules(InFolder):
    def some_trees(self, count):
        chosen = blocks(ASSETS / "corpora" / "en.conllu")[:count] + blocks(ASSETS / "corpora" / "ru.conllu")[:count]
        return chosen, self.file("trees.conllu", "\n\n".join(chosen) + "\n\n")

    # Detectors

    RULES = """# what to look for
detector: a verb and its objects
query: upos VERB
key: dependent obj

detector: induction
query: any
key: after_previous_occurrence and not self

detector: back to signs
query: token "*а" and not capital
key: punctuation

detector: two words back
query: feature Number=Sing and not relation nsubj
key: offset -2
"""

    def rows_of_rules(self, block, tokens, causal):
        """{detector: ([T or words] groups, [(query, keys)])}"""
        T = len(tokens)
        single = [[t] for t in range(T)]
        ids, texts = [token["id"] for token in tokens], [token["text"].strip() for token in tokens]
        around = [token["special"] and token["start"] == token["end"] for token in tokens]
        rows = {"induction": (single, [(i, [j + 1 for j in range(i - 1) if ids[j] == ids[i]]) for i in range(T)])}
        signs = [j for j in range(T) if not around[j] and texts[j] and all(not c.isalnum() and (c.isascii() or c in "«»—–…“”’„№") for c in texts[j])]
        rows["back to signs"] = (single, [(i, signs) for i in range(T) if not around[i] and texts[i].lower().endswith("а") and texts[i][:1].lower() == texts[i][:1]])
        [sentence] = conllu_words(block)
        columns = [line.split("\t") for line in block.split("\n") if line[0] != "#" and line.split("\t")[0].isdigit()]
        _, member = member_of(tokens, words_of(block))
        groups = [list(np.flatnonzero(member[:, w])) for w in range(len(sentence))]
        there = [w for w in range(len(sentence)) if groups[w]]
        heads, bases = [one.head for one in sentence], [one.base for one in sentence]
        rows["a verb and its objects"] = (groups, [(w, [k for k in there if heads[k] == w and bases[k] == "obj"]) for w in there if columns[w][3] == "VERB"])
        rows["two words back"] = (groups, [(w, [w - 2]) for w in there if "Number=Sing" in columns[w][5].split("|") and bases[w] != "nsubj" and w - 2 in there])
        return rows

    def detectors_held_to_numpy(self, model, causal):
        chosen, corpus = self.some_trees(4)
        sums = {}
        for block in chosen:
            tokens, A = traced(model, text_of(block))
            U = uniform_of(len(tokens), causal)
            for name, (groups, rows) in self.rows_of_rules(block, tokens, causal).items():
                for query, keys in rows:
                    asks, cols = groups[query], [t for key in keys for t in groups[key]]
                    even = U[np.ix_(asks, cols)].sum(1).mean() if cols else 0
                    if even > 0:
                        sums.setdefault(name, []).append((A[:, asks][:, :, cols].sum(2).mean(1), even))
        [told] = self.measured(model, "--corpus", corpus, "--detectors", self.file("rules.txt", self.RULES))["corpora"]
        for place, head in enumerate(told["heads"]):
            self.assertEqual(list(head["detectors"]), re.findall("detector: (.*)", self.RULES))
            for name, rows in sums.items():
                got = head["detectors"][name]
                self.assertEqual(got["rows"], len(rows), name)
                np.testing.assert_allclose((got["value"], got["uniform"]), (np.mean([row[0][place] for row in rows]), np.mean([row[1] for row in rows])), atol=TOLERANCE, err_msg=name)
        self.assertGreaterEqual(len(sums), 3)

    def test_detectors_on_an_encoder_against_numpy(self):
        self.detectors_held_to_numpy("council", causal=False)

    def test_detectors_on_a_decoder_against_numpy(self):
        self.detectors_held_to_numpy("narrator", causal=True)

    # Ensembles

    @staticmethod
    def questions_of(block, tokens):
        sentence = next(iter(conllu_words(block)))
        found, _ = conllu.arcs(sentence)
        for word, one in enumerate(sentence):
            if one.head >= 0 and one.base != "punct":
                found.setdefault(one.base + ":up", {}).setdefault(word, []).append(one.head)
                found.setdefault(one.base + ":down", {}).setdefault(one.head, []).append(word)
        return found

    def test_ensembles_are_chosen_greedily_on_one_half_and_graded_on_the_other(self):
        chosen, corpus = self.some_trees(10)
        halves = ({}, {})
        for number, block in enumerate(chosen):
            tokens, A = traced("council", text_of(block))
            _, member = member_of(tokens, words_of(block))
            there = member.sum(0) > 0
            looks = np.where(there, (member / np.maximum(member.sum(0), 1)).T @ A @ member, -1)  # [heads, words, words]
            for relation, questions in self.questions_of(block, tokens).items():
                for asks, answers in questions.items():
                    answers = [a for a in answers if there[a]]
                    if there[asks] and answers:
                        halves[number % 2].setdefault(relation, []).append((looks[:, asks], answers))

        def right(rows, heads):
            return sum(int(look[heads].sum(0).argmax()) in answers for look, answers in rows)

        [told] = self.measured("council", "--corpus", corpus, "--ensembles", 3)["corpora"]
        self.assertEqual(set(told["ensembles"]), set(halves[0]) & set(halves[1]))
        for relation, got in told["ensembles"].items():
            heads = [head["layer"] * 8 + head["head"] for head in got["heads"]]
            self.assertEqual((got["chosen_rows"], got["rows"]), (len(halves[0][relation]), len(halves[1][relation])))
            self.assertTrue(1 <= len(heads) <= 3, relation)
            for count, head in enumerate(got["heads"], 1):
                self.assertAlmostEqual(head["chosen_right"], right(halves[0][relation], heads[:count]) / got["chosen_rows"], delta=TOLERANCE)
                self.assertAlmostEqual(head["right"], right(halves[1][relation], heads[:count]) / got["rows"], delta=TOLERANCE)
                best = max(right(halves[0][relation], heads[:count - 1] + [other]) for other in range(32) if other not in heads[:count - 1])
                self.assertEqual(right(halves[0][relation], heads[:count]), best, (relation, count))
            gains = [right(halves[0][relation], heads[:count]) for count in range(1, len(heads) + 1)]
            self.assertEqual(gains, sorted(set(gains)), "a head that adds nothing is not chosen")
            if len(heads) < 3:
                self.assertLessEqual(max(right(halves[0][relation], heads + [other]) for other in range(32) if other not in heads), gains[-1], relation)

    def test_ensembles_of_shuffled_trees_know_nothing(self):
        chance, shuffled = random.Random(5), []
        for block in blocks(ASSETS / "corpora" / "en.conllu")[:120]:
            rows = [line.split("\t") for line in block.split("\n") if line[0] != "#" and line.split("\t")[0].isdigit()]
            order = [row[0] for row in rows]
            chance.shuffle(order)
            to = {row[0]: place for row, place in zip(rows, order)}
            moved = {to[row[0]]: [row[2], row[3], row[4], row[5], to.get(row[6], "0"), row[7]] for row in rows}
            shuffled.append("\n".join("\t".join([row[0], row[1], *moved[row[0]], "_", "_"]) for row in rows))
        true = self.file("true.conllu", "\n\n".join(blocks(ASSETS / "corpora" / "en.conllu")[:120]) + "\n\n")
        false = self.file("false.conllu", "\n\n".join(shuffled) + "\n\n")
        found = {path: self.measured("council", "--corpus", path, "--ensembles", 2)["corpora"][0]["ensembles"] for path in (true, false)}
        for relation in ("predicate_subject", "attr_noun", "argument_predicate"):
            self.assertGreater(found[true][relation]["heads"][-1]["right"], 0.6, relation)
            self.assertLess(found[false][relation]["heads"][-1]["right"], 0.35, relation)

    # Files

    def test_csv_says_the_same(self):
        _, corpus = self.some_trees(3)
        options = ("--corpus", corpus, "--detectors", self.file("rules.txt", self.RULES.replace("induction", "a, \"b\"")), "--ensembles", 2, "--probe", PROBES / "agreement.ru.txt")
        said = regard("heads", "--model", "narrator", "--csv", *options)
        rows = list(csv.DictReader(said.stdout.decode().splitlines()))
        told = self.measured("narrator", *options)
        by_kind = {kind: [row for row in rows if row["kind"] == kind] for kind in ("measure", "relation", "detector", "ensemble", "probe")}
        self.assertEqual(len(rows), sum(map(len, by_kind.values())))
        [corpus_told], [probe_told] = told["corpora"], told["probes"]
        for row in by_kind["detector"]:
            head = corpus_told["heads"][int(row["layer"]) * 8 + int(row["head"])]
            self.assertAlmostEqual(float(row["value"]), head["detectors"][row["name"]]["value"], delta=1e-6)
        self.assertIn('a, "b"', {row["name"] for row in by_kind["detector"]})
        for row in by_kind["probe"]:
            self.assertEqual(row["corpus"], "agreement.ru.txt")
            head = probe_told["heads"][int(row["layer"]) * 8 + int(row["head"])]
            self.assertAlmostEqual(float(row["value"]), head["measures"][row["name"]]["value"], delta=1e-6)
        self.assertEqual(len(by_kind["ensemble"]), sum(len(one["heads"]) for one in corpus_told["ensembles"].values()))
        self.assertEqual(sum(row["name"] == "copying" for row in by_kind["measure"]), 64)

    def refused(self, part, *arguments):
        said = regard("heads", "--json", *arguments)
        text = said.stderr.decode()
        self.assertEqual((said.returncode, said.stdout), (1, b""), text)
        self.assertTrue(text.startswith("regard: ") and text.count("\n") == 1, text)
        self.assertIn(part, text)

    def test_files_that_are_no_good_are_refused_with_a_sentence(self):
        self.refused("line 2: one word should be marked", "--probe", self.file("p1.txt", "probe: a\n[answer b] c\n"))
        self.refused("line 1: the first line should name the probe", "--probe", self.file("p2.txt", "[answer b] [query c]\n"))
        self.refused("line 3: “everything” should begin with a condition", "--detectors", self.file("d1.txt", "detector: a\nquery: any\nkey: everything\n"))
        self.refused("has no line “key: …”", "--detectors", self.file("d2.txt", "detector: a\nquery: any\n"))
        latin = self.folder / "latin.txt"
        latin.write_bytes(b"probe: a\ncaf\xe9\n")
        self.refused("line 2", "--probe", latin)
        self.refused("line 2", "--detectors", latin)
        self.refused("gone.txt", "--detectors", self.folder / "gone.txt")


if __name__ == "__main__":
    unittest.main(verbosity=2)
