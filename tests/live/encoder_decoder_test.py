# SPDX-License-Identifier: Apache-2.0
"""A random T5 in the window: two texts, the switch between three kinds of attention, and cells whose colours are the numbers
that the command line prints for the same two texts."""
import os

import numpy as np

import driver
import pixels

FOLDER = os.path.join(os.environ["REGARD_REFERENCE_DIR"], "t5-relu-tied-f32")
TEXT = "the cat went on"
KINDS = ["self", "cross", "encoder"]


def opened(*arguments, size="1600x900"):
    return driver.Program("--model", FOLDER, "--text", TEXT, "--layer", "1", "--head", "2", "--lang", "en", *arguments,
                          size=size)


def truth(program, kind):
    state = program.state()
    target = [] if state["decoder_written"] else ["--target", state["decoder_text"]]
    entry = driver.trace(TEXT, 1, 2, "--model", FOLDER, *target, "--attention", kind)
    return {name: np.array(entry["heads"][0][name]) for name in ("weights", "scores")}


def cell_values(program, name, low, high, rows, cols):
    picture, items = program.picture(), program.items()
    cells = items[f"grid.{name}.cells"]
    ys = np.int32(cells["y"] + (np.arange(rows) + 0.2) / rows * cells["h"])
    xs = np.int32(cells["x"] + (np.arange(cols) + 0.2) / cols * cells["w"])
    colours = picture[np.ix_(ys, xs)].astype(np.int32)
    return pixels.values_of(colours, pixels.rectangle(picture, items[f"legend.{name}"]), low, high)


def show(program, kind):
    program.switch(f"switch.attention.{KINDS.index(kind)}")
    program.point(2, 2)
    program.settle()
    assert program.state()["attention"] == kind, program.state()["attention"]


def where_nobody_typed_the_model_writes_the_decoders_text():
    with opened() as program:
        state = program.state()
        assert state["decoder_written"], "nobody typed a decoder's text"
        assert len(state["tokens"]) > 2, state["tokens"]
        said = driver.json.loads(driver.run(driver.BINARY, "trace", "--model", FOLDER, "--text", TEXT, "--json"))
        assert [token["piece"] for token in said["tokens"]] == state["tokens"], said["tokens"]


def cells_are_the_numbers_of_each_kind():
    with opened() as program:
        program.click("decoder.text")
        program.type("eine Katze")
        program.wait_for(lambda: program.state()["decoder_text"] == "eine Katze", "the decoder to read the typed text")
        for kind in KINDS:
            show(program, kind)
            state = program.state()
            true = truth(program, kind)
            rows, cols = true["weights"].shape
            assert (state["grid_units"], state["grid_columns"]) == (rows, cols), (state["grid_units"], rows, cols)
            for name, low, high in (("weights", 0.0, state["weight_limit"]),
                                    ("scores", -state["score_limit"], state["score_limit"])):
                seen, distance = cell_values(program, name, low, high, rows, cols)
                step = (high - low) / 100
                allowed = true["weights"] > 0 if kind == "self" else np.ones_like(seen, dtype=bool)
                worst = np.abs(seen - true[name])[allowed].max()
                flipped = true[name].reshape(cols, rows).T  # as if rows and columns had been mixed up
                mirrored = np.abs(seen - flipped)[allowed].max()
                print(f"        {kind} {name}: worst {worst:.4f}, transposed {mirrored:.4f}, tolerance {2 * step:.4f}")
                assert worst <= 2 * step, f"{kind} {name} on screen differ from the numbers by {worst}"
                assert mirrored > 4 * step, f"{kind} {name}: the transposed matrix would have passed"


def a_cross_cell_selects_a_decoder_token_and_an_encoder_token():
    with opened() as program:
        show(program, "cross")
        cells = program.item("grid.weights.cells")
        state = program.state()
        rows, cols = state["grid_units"], state["grid_columns"]
        program.click_at(cells["x"] + (3 + 0.5) / cols * cells["w"], cells["y"] + (1 + 0.5) / rows * cells["h"])
        state = program.state()
        assert (state["query"], state["key"]) == (1, 3), (state["query"], state["key"])
        session = program.session()
        assert session["attention"] == "cross"
        show(program, "encoder")
        assert program.state()["key"] == 3, "the encoder's token is still looked at"


def ones_own_text_for_the_decoder_is_read_instead_and_can_be_given_back():
    with opened() as program:
        written = program.state()["decoder_text"]
        program.click("decoder.text")
        program.type("cat")
        program.wait_for(lambda: program.state()["decoder_text"] == "cat", "the decoder to read the typed text")
        assert not program.state()["decoder_written"]
        assert program.session()["decoder_text"] == "cat"
        program.click("decoder.release")
        program.wait_for(lambda: program.state()["decoder_written"], "the model to write again")
        assert program.state()["decoder_text"] == written


def a_small_window_shows_everything_too():
    with opened(size="900x600") as program:
        program.click("top.view")
        for name in ("sentence.text", "decoder.text", "switch.attention.1"):
            item = program.item(name)
            assert item["x"] >= 0 and item["x"] + item["w"] <= 900, (name, item)


if __name__ == "__main__":
    if not os.path.isdir(FOLDER):
        print("skipped: no reference models (tests/reference/make_reference.py writes them)")
        raise SystemExit(77)
    driver.main([where_nobody_typed_the_model_writes_the_decoders_text, cells_are_the_numbers_of_each_kind,
                 a_cross_cell_selects_a_decoder_token_and_an_encoder_token,
                 ones_own_text_for_the_decoder_is_read_instead_and_can_be_given_back,
                 a_small_window_shows_everything_too])
