# SPDX-License-Identifier: Apache-2.0
"""A text of 4,096 tokens: the grids are maps of the whole head; the wheel goes to a single cell, whose number is the model's."""
import atexit
import os
import pathlib
import shutil
import sys
import tempfile

import numpy as np

import driver
import pixels

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
import random_models

TOKENS = 4096
FOLDER = tempfile.mkdtemp()
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
random_models.qwen3(FOLDER, layers=1, heads=2, kv_heads=1, head_dim=16, hidden=64, feed_forward=64, context=TOKENS,
                    query_spread=0.6)
TEXT = random_models.text_of(TOKENS)


def program():
    return driver.Program("--model", FOLDER, "--text", TEXT, "--layer", "0", "--head", "1", "--lang", "en")


def weights_of_the_model():
    file = os.path.join(FOLDER, "trace.npz")
    text = os.path.join(FOLDER, "text.txt")
    pathlib.Path(text).write_text(TEXT)
    if not os.path.exists(file):
        driver.run(driver.BINARY, "trace", "--model", FOLDER, "--text", TEXT, "--npz", file)
    with np.load(file) as arrays:
        return arrays["scores"][0, 1], arrays["weights"][0, 1]


def the_whole_head_is_seen_from_afar():
    with program() as window:
        state = window.state()
        assert state["map"]["block"] >= 4, state["map"]
        span = window.item("grid.weights.cells")["range"]
        assert span["cols"] >= TOKENS - 1 and span["rows"] >= TOKENS - 1, span
        assert "grid.minimap" not in window.items(), "a little map of what is all visible"
        _, weights = weights_of_the_model()
        assert abs(state["map"]["weight_limit"] - weights.max()) < 1e-6


def the_wheel_goes_to_one_cell_whose_number_is_the_models():
    with program() as window:
        item = window.item("grid.weights.cells")
        x, y = item["x"] + 0.31 * item["w"], item["y"] + 0.62 * item["h"]
        window.point(x, y)
        for _ in range(34):
            window._step("click", "4")
        window.point(x, y)
        window.settle()
        state = window.state()["map"]
        assert state["block"] == 1, state
        told = state["hovered"]
        scores, weights = weights_of_the_model()
        row, col = told["row"], told["col"]
        assert abs(row - 0.62 * TOKENS) < 20 and abs(col - 0.31 * TOKENS) < 20, told
        assert abs(told["weight"] - weights[row, col]) < 1e-6, (told, weights[row, col])
        assert abs(told["score"] - scores[row, col]) < 1e-5, (told, scores[row, col])
        assert abs(weights[col, row] - weights[row, col]) > 0 or weights[row, col] == 0, "a swapped pair would have passed"
        assert "grid.minimap" in window.items(), "no little map, although not everything is visible"
        # What is drawn there is that number, too: its colour in the legend.
        span = window.item("grid.weights.cells")["range"]
        item = window.item("grid.weights.cells")
        window.point(2, 2)
        window.settle()
        picture = window.picture()
        px = item["x"] + (col + 0.2 - span["left"]) / span["cols"] * item["w"]
        py = item["y"] + (row + 0.2 - span["top"]) / span["rows"] * item["h"]
        legend = pixels.rectangle(picture, window.item("legend.weights"))
        seen, distance = pixels.values_of(picture[int(py), int(px)].astype(np.int32)[None, None], legend, 0.0,
                                          state["weight_limit"])
        assert distance <= 24, f"the cell's colour is not in the legend (distance {distance})"
        assert abs(seen[0, 0] - weights[row, col]) <= 0.03 * state["weight_limit"], (seen, weights[row, col])


def the_little_map_moves_the_view():
    with program() as window:
        window.wheel("grid.weights.cells", up=True, count=12)
        before = window.item("grid.weights.cells")["range"]
        item = window.item("grid.minimap")
        window.click_at(item["x"] + 0.2 * item["w"], item["y"] + 0.9 * item["h"])
        after = window.item("grid.weights.cells")["range"]
        middle = after["left"] + after["cols"] / 2, after["top"] + after["rows"] / 2
        assert abs(middle[0] - 0.2 * TOKENS) < 0.05 * TOKENS and abs(middle[1] - 0.9 * TOKENS) < 0.08 * TOKENS, middle
        assert before["left"] != after["left"]
        window.chord("alt", "Right")
        assert window.item("grid.weights.cells")["range"]["left"] > after["left"], "Alt-Right does not move the map"


def ctrl_g_goes_to_a_token():
    with program() as window:
        window.click("grid.weights.cells")
        window.chord("ctrl", "g")
        window.type("3000")
        window.key("Return")
        window.wait_for(lambda: window.state()["query"] == 3000, "token 3000 to be selected")
        window.settle()
        span = window.item("grid.weights.cells")["range"]
        assert span["top"] < 3000 < span["top"] + span["rows"] and span["rows"] < 200, span
        window.chord("ctrl", "a")
        word = TEXT.split(" ")[100]
        window.type(word)
        window.key("Return")
        words = TEXT.split(" ")
        after, before = words.index(word, 3001), 3000 - words[3000::-1].index(word)
        window.wait_for(lambda: window.state()["query"] == after, f"the next '{word}' to be selected")
        window.settle()
        window.key("Up")
        window.wait_for(lambda: window.state()["query"] == before, f"the '{word}' before it to be selected")
        window.key("Escape")
        window.wait_for(lambda: "go_to.field" not in window.items(), "the field to close")


if __name__ == "__main__":
    driver.main([the_whole_head_is_seen_from_afar, the_wheel_goes_to_one_cell_whose_number_is_the_models,
                 the_little_map_moves_the_view, ctrl_g_goes_to_a_token])
