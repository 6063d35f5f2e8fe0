#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `regard heads` says of probes and copying, against NumPy: made anew from the weights that `regard trace` writes and from the numbers in
the file of the model. Then known answers and negative controls."""
import json
import pathlib
import random
import re
import shutil
import struct
import tempfile
import unittest

import numpy as np

from heads_test import ASSETS, TOLERANCE, blocks, conllu, measured, regard, text_of

PROBES = ASSETS / "corpora" / "probes"


def lines_of(path):
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#" and not line.startswith("probe:")]


def read_marks(line):
    """(text, [(kind, begin, end)] in bytes, right, wrong)"""
    line, _, continuation = line.partition(" => ")
    text, marks = "", []
    for part in re.split(r"(\[[^]]*\])", line):
        if part.startswith("["):
            kind, words = part[1:-1].split(" ", 1)
            marks.append((kind, len(text.encode()), len((text + words).encode())))
            part = words
        text += part
    return (text, marks, *(continuation.split(" | ") if continuation else ("", "")))


def traced(model, text):
    run = json.loads(regard("trace", "--model", model, "--text", text, "--json").stdout)
    return run["tokens"], np.array([head["weights"] for head in run["heads"]], np.float64)


def group(tokens, begin, end):
    return [t for t, token in enumerate(tokens) if token["start"] < token["end"] and token["start"] < end and token["end"] > begin]


def uniform_of(T, causal):
    allowed = np.tril(np.ones((T, T))) if causal else np.ones((T, T))
    return allowed / allowed.sum(1, keepdims=True)


def asked(model, line, causal):
    """([heads] mass on answers, uniform, [heads] mass on rivals or None, [heads] is the heaviest an answer, nearest, first); None: not asked."""
    text, marks, _, _ = read_marks(line)
    tokens, A = traced(model, text)
    [(kind, begin, end)] = [mark for mark in marks if mark[0] in ("query", "place")]
    query = group(tokens, begin, end)
    if causal and kind == "place":
        query = [query[0] - 1]
    candidates = [(mark[0], mark[1], mark[2], group(tokens, *mark[1:])) for mark in marks if mark[0] in ("answer", "rival", "other")]
    if causal:
        candidates = [one for one in candidates if one[3][-1] <= query[-1]]
    if not any(one[0] == "answer" for one in candidates):
        return None
    U = uniform_of(len(tokens), causal)
    mass = np.array([A[:, query][:, :, one[3]].sum(2).mean(1) for one in candidates])  # [candidates, heads]
    even = np.array([U[query][:, one[3]].sum(1).mean() for one in candidates])
    is_answer = np.array([one[0] == "answer" for one in candidates])
    is_rival = np.array([one[0] == "rival" for one in candidates])
    fit = [one for one in candidates if one[0] != "other"]
    away = [begin - one[2] if one[2] <= begin else one[1] - end for one in fit]
    return (mass[is_answer].sum(0), even[is_answer].sum(), (mass[is_rival].sum(0), even[is_rival].sum()) if is_rival.any() else None,
            is_answer[mass.argmax(0)], fit[int(np.argmin(away))][0] == "answer", fit[0][0] == "answer")


def stored_tensors(path):
    raw = path.read_bytes()
    size, = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8:8 + size])
    types = {"F16": np.float16, "F32": np.float32}
    return {name: np.frombuffer(raw, types[one["dtype"]], count=int(np.prod(one["shape"])), offset=8 + size + one["data_offsets"][0])
            .reshape(one["shape"]).astype(np.float64) for name, one in header.items() if name != "__metadata__"}


class InFolder(unittest.TestCase):
    """Files that a test makes, and what is said of them."""
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="regard-knowledge-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def measured(self, model, *options):
        said = regard("heads", "--model", model, "--json", *options)
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        return json.loads(said.stdout)


class HeadKnowledge(InFolder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shipped = [PROBES / f"{name}.{language}.txt" for name in ("coreference", "indirect_object", "agreement") for language in ("en", "ru")]
        short = cls.folder / "short.txt"
        short.write_text("Кошка спит.\n", encoding="utf-8")
        cls.all = {"council": measured("council"),  # without a corpus: ours, and our probes
                   "narrator": json.loads(regard("heads", "--model", "narrator", "--json", "--corpus", short, *(word for path in shipped for word in ("--probe", path))).stdout)}

    # Probes

    def probes_held_to_numpy(self, model, causal):
        for name in ("coreference", "agreement", "indirect_object"):
            chosen = lines_of(PROBES / f"{name}.en.txt")[::16] + lines_of(PROBES / f"{name}.ru.txt")[::16]
            if name == "coreference":
                chosen.append("[query She] saw that [answer Anna] slept near [other Peter].")
            path = self.file("probe.txt", "probe: some\n" + "\n".join(chosen) + "\n")
            [told] = self.measured(model, "--probe", path, "--corpus", self.file("short.txt", "Кошка спит.\n"))["probes"]
            rows = [row for row in (asked(model, line, causal) for line in chosen) if row]
            self.assertEqual((told["sentences"], told["unasked"], told["left_out"]), (len(rows), len(chosen) - len(rows), 0))
            self.assertEqual((told["nearest"], told["first"]), (sum(row[4] for row in rows), sum(row[5] for row in rows)))
            rivals = [row[2] for row in rows if row[2]]
            for place, head in enumerate(told["heads"]):
                expected = {"some": (np.mean([row[0][place] for row in rows]), np.mean([row[1] for row in rows]), len(rows)),
                            "some_choice": (np.mean([row[3][place] for row in rows]), max(told["nearest"], told["first"]) / len(rows), len(rows)),
                            "some_rival": (np.mean([mass[place] for mass, _ in rivals]), np.mean([even for _, even in rivals]), len(rivals))}
                self.assertEqual(set(head["measures"]), set(expected))
                for measure, (value, uniform, count) in expected.items():
                    got = head["measures"][measure]
                    np.testing.assert_allclose((got["value"], got["uniform"]), (value, uniform), atol=TOLERANCE, err_msg=f"{measure} {head['layer']}.{head['head']}")
                    self.assertEqual(got["rows"], count)

    def test_probes_of_an_encoder_against_numpy(self):
        self.probes_held_to_numpy("council", causal=False)

    def test_probes_of_a_decoder_against_numpy(self):
        self.probes_held_to_numpy("narrator", causal=True)

    def log_probability(self, model, text, begin):
        path = self.folder / "run.npz"
        self.assertEqual(regard("trace", "--model", model, "--text", text, "--npz", path).returncode, 0)
        run = np.load(path)
        logits, ids = run["logits"].astype(np.float64), run["ids"]
        logs = logits - np.log(np.exp(logits - logits.max(1, keepdims=True)).sum(1, keepdims=True)) - logits.max(1, keepdims=True)
        return sum(logs[t - 1, ids[t]] for t in range(begin(ids) if callable(begin) else begin, len(ids)))

    def test_which_continuation_a_decoder_prefers_against_numpy(self):
        chosen = lines_of(PROBES / "indirect_object.ru.txt")[::24] + lines_of(PROBES / "agreement.en.txt")[::14]
        preferred = 0
        for line in chosen:
            text, marks, right, wrong = read_marks(line)
            [(kind, begin, _)] = [mark for mark in marks if mark[0] in ("query", "place")]
            before = text + " " if kind == "query" else text.encode()[:begin].decode()
            ids = [[token["id"] for token in json.loads(regard("tokens", "--model", "narrator", "--text", before + word, "--json").stdout)["tokens"]] for word in (right, wrong)]
            same = next(t for t, pair in enumerate(zip(*ids)) if pair[0] != pair[1])
            preferred += self.log_probability("narrator", before + right, same) > self.log_probability("narrator", before + wrong, same)
        path = self.file("continued.txt", "probe: some\n" + "\n".join(chosen) + "\n")
        [told] = self.measured("narrator", "--probe", path, "--corpus", self.file("short.txt", "Кошка спит.\n"))["probes"]
        self.assertEqual((told["continued"], told["preferred"]), (len(chosen), preferred))

    def test_every_shipped_probe_is_asked_in_both_languages(self):
        for model, all_of in self.all.items():
            self.assertEqual([(probe["probe"], probe["text"]) for probe in all_of["probes"]],
                             [(name, f"{name}.{language}.txt") for name in ("coreference", "indirect_object", "agreement") for language in ("en", "ru")])
            for probe in all_of["probes"]:
                self.assertEqual((probe["left_out"], probe["unasked"]), (0, 0))
                self.assertGreaterEqual(probe["sentences"], 40)
                self.assertLessEqual(max(probe["nearest"], probe["first"]), 0.75 * probe["sentences"])
                self.assertEqual(probe["continued"], probe["sentences"] if model == "narrator" and probe["probe"] != "coreference" else 0)

    def best(self, model, lines):
        [told] = self.measured(model, "--probe", self.file("asked.txt", "probe: some\n" + "\n".join(lines) + "\n"), "--corpus", self.file("short.txt", "Кошка спит.\n"))["probes"]
        return max(head["measures"]["some"]["value"] - head["measures"]["some"]["uniform"] for head in told["heads"])

    def test_what_heads_know_of_subjects_is_gone_when_the_answers_are_shuffled(self):
        # Council's head for predicate → subject was taught on other sentences; nobody taught narrator.
        lines = [line.split(" => ")[0] for line in lines_of(PROBES / "agreement.ru.txt")]
        chance, shuffled = random.Random(1), []
        for line in lines:
            words = re.sub(r"\[(?:answer|rival) (\w+)\]", r"\1", line).split(" ")
            place = chance.choice([at for at, word in enumerate(words) if "[" not in word and "]" not in word and words[at - 1] != "[place"])
            shuffled.append(" ".join(f"[answer {word}]" if at == place else word for at, word in enumerate(words)))
        for model in ("council", "narrator"):
            true, false = self.best(model, lines), self.best(model, shuffled)
            self.assertGreater(true, 0.35, model)
            self.assertLess(false, true / 2, model)

    def test_agreement_is_known_where_it_was_taught(self):
        [ru] = [probe for probe in self.all["council"]["probes"] if probe["text"] == "agreement.ru.txt"]
        heads = {(head["layer"], head["head"]): head["measures"] for head in ru["heads"]}
        [taught] = [head[:2] for head in conllu.GUIDED if head[2] == "predicate_subject"]
        self.assertGreater(heads[taught]["agreement"]["value"], 0.9)
        self.assertLess(heads[taught]["agreement_rival"]["value"], 0.05)
        self.assertGreater(heads[taught]["agreement_choice"]["value"], 0.95)

    # Copying

    def test_copying_is_made_anew_from_the_file_of_the_model(self):
        texts = [text_of(block) for block in blocks(ASSETS / "corpora" / "ru.conllu")[:8]]
        corpus = self.file("texts.txt", "\n".join(texts) + "\n")
        counts = {}
        for text in texts:
            for token in json.loads(regard("tokens", "--model", "narrator", "--text", text, "--json").stdout)["tokens"]:
                if not token["special"]:
                    counts[token["id"]] = counts.get(token["id"], 0) + 1
        ids = sorted(counts, key=lambda one: (-counts[one], one))[:256]
        folder = ASSETS / "models" / "narrator"
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        w = stored_tensors(folder / "model.safetensors")
        E = w["model.embed_tokens.weight"][ids]
        U = w.get("lm_head.weight", w["model.embed_tokens.weight"])[ids] * w["model.norm.weight"]
        H, G, d = config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]
        [told] = self.measured("narrator", "--corpus", corpus)["corpora"]
        self.assertEqual(told["copying"], {"tokens": len(ids)})
        for head in told["heads"]:
            name = f"model.layers.{head['layer']}."
            x = E / np.sqrt((E**2).mean(1, keepdims=True) + config["rms_norm_eps"]) * w[name + "input_layernorm.weight"]
            kv = head["head"] * G // H
            V = w[name + "self_attn.v_proj.weight"][kv * d:(kv + 1) * d]
            O = w[name + "self_attn.o_proj.weight"][:, head["head"] * d:(head["head"] + 1) * d]
            M = x @ V.T @ O.T @ U.T
            n = len(ids)
            got = head["measures"]["copying"]
            self.assertEqual((got["uniform"], got["rows"]), (0.0, n))
            self.assertAlmostEqual(got["value"], np.trace(M) / n - (M.sum() - np.trace(M)) / (n * (n - 1)), delta=TOLERANCE * max(1, abs(M).mean()))
            # Negative control: as a token's logit that of another one.
            moved = M[np.arange(n), (np.arange(n) + 1) % n]
            if abs(got["value"]) > 1:
                self.assertLess(abs(moved.mean() - (M.sum() - moved.sum()) / (n * (n - 1))), abs(got["value"]) / 2)

    def test_the_heads_that_copy_most_are_induction_heads_of_narrator_s_card(self):
        card = json.loads((ASSETS / "models" / "narrator" / "heads.json").read_text(encoding="utf-8"))["heads"]
        induction = {(head["layer"], head["head"]) for head in card if head["relation"] == "induction"}
        for language in ("en", "ru"):
            [told] = self.measured("narrator", "--corpus", ASSETS / "corpora" / f"{language}.conllu")["corpora"]
            ranked = sorted(told["heads"], key=lambda head: -head["measures"]["copying"]["value"])
            self.assertLessEqual({(head["layer"], head["head"]) for head in ranked[:3]}, induction, language)

    def test_an_encoder_has_no_copying_and_says_why(self):
        for corpus in self.all["council"]["corpora"]:
            self.assertEqual(corpus["copying"]["absent"], "transform")
            self.assertTrue(all(head["measures"]["copying"] is None for head in corpus["heads"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
