# SPDX-License-Identifier: Apache-2.0
"""The small built-in models in the window: digits opens with a digit, melody with a tune; their examples; one undo brings back what
was there before."""
import json
import os
import pathlib

import driver

MODELS = os.path.join(os.environ["REGARD_ASSETS_DIR"], "models")
EXAMPLES = pathlib.Path(os.environ["REGARD_ASSETS_DIR"]) / "examples.json"


def open_model(program, name):
    program.click("top.model")
    program.click("models." + name)
    program.wait_for(lambda: program.state()["model_shown"].endswith("/" + name) and not program.frame()["busy"], name)
    program.settle()


def example_of(program, model, language, index):
    """Chooses an example by its place among those of a model and a language."""
    groups = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    number = next(at for at, group in enumerate(groups["groups"]) if (group["model"], group["language"]) == (model, language))
    program.click("top.examples")
    program.click(f"examples.{number}.{index}")
    program.wait_for(lambda: program.state()["model_shown"].endswith("/" + model) and not program.frame()["busy"], model)
    program.settle()
    return groups["groups"][number]["examples"][index]


def digits_opens_with_a_digit_and_keeps_the_text():
    with driver.Program("--text", "a cat", "--lang", "en") as program:
        open_model(program, "digits")
        state, session = program.state(), program.session()
        assert state["image_shown"] == os.path.join(MODELS, "digits", "example.png"), state["image_shown"]
        assert len(state["tokens"]) == 50 and state["tokens"][:2] == ["[CLS]", "r0 c0"], state["tokens"]
        assert session["image"] == "" and session["text"] == "a cat", session
        assert "image.own" in program.items()
        open_model(program, "council")
        assert program.session()["text"] == "a cat"
        assert "a" in program.state()["tokens"]


def an_example_of_a_digit_shows_its_picture_and_the_class_token_asks():
    with driver.Program("--text", "a cat", "--lang", "en") as program:
        example = example_of(program, "digits", "en", 1)
        state, session = program.state(), program.session()
        assert session["image"] == example["image"], session["image"]
        assert state["image_shown"].endswith("examples/" + example["image"]), state["image_shown"]
        assert state["query"] == 0, state["query"]
        program.key("ctrl+z")
        program.wait_for(lambda: program.state()["model_shown"].endswith("council"), "the model of before")
        assert program.session()["text"] == "a cat"


def melody_opens_with_a_tune_and_one_undo_brings_the_sentence_back():
    with driver.Program("--text", "a cat", "--lang", "en") as program:
        open_model(program, "melody")
        text = program.session()["text"]
        assert text.startswith("K:"), text
        assert "<unk>" not in program.state()["tokens"]
        assert any("undo" in line for line in program.state()["messages"]), program.state()["messages"]
        program.key("ctrl+z")
        program.wait_for(lambda: program.state()["model_shown"].endswith("council") and not program.frame()["busy"], "council")
        assert program.session()["text"] == "a cat"


def what_somebody_typed_comes_back_by_way_of_notes_and_pictures():
    with driver.Program("--text", "a cat of mine", "--lang", "en") as program:
        open_model(program, "melody")
        tune = program.session()["text"]
        open_model(program, "digits")
        assert program.session()["text"] == tune
        open_model(program, "council")
        assert program.session()["text"] == "a cat of mine"
        assert "cat" in program.state()["tokens"], program.state()["tokens"]
        open_model(program, "melody")
        assert program.session()["text"] == tune


def after_a_tune_council_begins_with_a_sentence():
    with driver.Program("--model", "melody", "--lang", "ru") as program:
        assert program.session()["text"].startswith("K:"), program.session()["text"]
        open_model(program, "council")
        assert "Кошка" in program.session()["text"], program.session()["text"]


def the_induction_head_of_melody_looks_at_what_followed():
    with driver.Program("--text", "a cat", "--lang", "en") as program:
        example_of(program, "melody", "en", 2)
        state, words = program.state(), program.session()["text"].split()
        assert state["tokens"][1:] == words, state["tokens"]
        assert state["query"] == len(words), state["query"]
        earlier = words.index(words[-1]) + 1  # <s> stands before
        assert state["key"] == earlier + 1, (state["key"], earlier)


if __name__ == "__main__":
    driver.main([digits_opens_with_a_digit_and_keeps_the_text,
                 an_example_of_a_digit_shows_its_picture_and_the_class_token_asks,
                 melody_opens_with_a_tune_and_one_undo_brings_the_sentence_back,
                 what_somebody_typed_comes_back_by_way_of_notes_and_pictures,
                 after_a_tune_council_begins_with_a_sentence,
                 the_induction_head_of_melody_looks_at_what_followed])
