# SPDX-License-Identifier: Apache-2.0
"""The look of the classroom with a real keyboard and mouse: F8 and back, one panel with the others a click away, the keys pressed
and the halo in the picture, kept from one start to the next; and the texts of the shipped window as X."""
import glob
import os
import re
import tempfile

import numpy as np

import driver

SENTENCE = "The old king gave the prince a sword."


def f8_makes_everything_large_and_plain_and_back():
    with driver.Program("--text", SENTENCE, "--lang", "en") as program:
        usual = program.item("tab.question")["h"]
        assert "panel.scores" in program.items() and "panel.heads" in program.items()
        program.key("F8")
        assert program.state()["classroom"]
        items = program.items()
        assert sum(name.startswith("panel.") for name in items) == 3, sorted(n for n in items if n.startswith("panel."))
        assert items["tab.weights"]["h"] > 1.5 * usual, (items["tab.weights"], usual)
        program.click("tab.arcs")
        assert "panel.arcs" in program.items() and "panel.weights" not in program.items()
        program.key("F8")
        assert not program.state()["classroom"]
        assert program.item("tab.question")["h"] == usual


def pressed_keys_and_the_pointer_are_seen():
    with driver.Program("--text", SENTENCE, "--lang", "en") as program:
        program.key("F8")
        program.point(400, 500)
        program._step("keydown", "ctrl")
        program._step("keydown", "3")
        program.wait_for(lambda: program.state()["keys_shown"] == "Ctrl-3", "the keys that are held")
        program._step("keyup", "3")
        program._step("keyup", "ctrl")
        program.wait_for(lambda: program.state()["keys_shown"] == "", "the keys to fade by themselves")
        program.settle()
        before = program.picture().astype(int)
        program.point(700, 500)
        program.settle()
        after = program.picture().astype(int)
        for x, gone in ((400, True), (700, False)):
            moved = np.abs(after[460:540, x - 40:x + 40] - before[460:540, x - 40:x + 40]).max()
            assert moved > 60, f"no halo {'left' if gone else 'came to'} {x}"


def the_next_start_has_it_too_with_a_text_size_of_its_own():
    with tempfile.TemporaryDirectory() as home:
        with driver.Program("--lang", "en", home=home) as program:
            program.key("ctrl+plus")
            usual = program.state()["text_scale"]
            assert usual > 1, "the text of the desk was made larger"
            program.key("F8")
            assert program.state()["text_scale"] == 1, "that of the classroom is another"
            program.key("ctrl+minus")
            smaller = program.state()["text_scale"]
            assert smaller < 1, smaller
            program.key("F8")
            assert program.state()["text_scale"] == usual, program.state()["text_scale"]
            program.key("F8")
            assert program.close() == 0
        with driver.Program("--lang", "en", home=home) as program:
            assert program.state()["classroom"] and program.state()["text_scale"] == smaller


def with_texts_as_x_only_names_can_be_read():
    names = {"Regard", "council", "narrator", "CLS", "SEP", "MASK", "softmax", "exp", "max", "Ctrl", "Alt", "KL"}
    council = os.path.join(os.environ["REGARD_ASSETS_DIR"], "models", "council")
    with open(os.path.join(council, "heads.json"), encoding="utf-8") as file:
        heads = file.read()  # the model's own names of its heads, in both languages
    titles = ""  # of the lessons, which are written in their own files
    for path in glob.glob(os.path.join(os.environ["REGARD_ASSETS_DIR"], "lessons", "*.en.md")):
        with open(path, encoding="utf-8") as file:
            titles += " ".join(line for line in file if line.startswith("title:"))
    names |= set(re.findall(r"[^\W\d_]{2,}", SENTENCE + heads + titles))
    with driver.Program("--text", SENTENCE, "--string-test", "x", "--lang", "en") as program:
        texts = program._read(program._probe_file)["texts"]
        assert len(texts) > 40, texts
        assert sum(text.startswith("X") for text in texts) > 15, texts
        with open(os.path.join(council, "vocab.txt"), encoding="utf-8") as file:
            pieces = set(file.read().split())
        for text in texts:
            if text.lower() in pieces:
                continue  # a token that the model predicts
            for word in re.findall(r"[^\W\d_]{2,}", text):
                rest = re.sub("|".join(sorted(names, key=len, reverse=True)), "", word)  # neighbours may touch
                assert len(rest) < 2 or any(word in name for name in names), f"“{word}” of “{text}” can be read"


if __name__ == "__main__":
    driver.main([f8_makes_everything_large_and_plain_and_back, pressed_keys_and_the_pointer_are_seen,
                 the_next_start_has_it_too_with_a_text_size_of_its_own, with_texts_as_x_only_names_can_be_read])
