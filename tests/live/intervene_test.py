# SPDX-License-Identifier: Apache-2.0
"""A brush on the grids, tools on heads and tokens: what they do to the run, to every view after it, and how it is undone."""
import json
import os

import numpy as np

import driver
import pixels

TEXT = "маленькая кошка, которую боялась собака, смотрела на птицу"
LAYER = 2  # not the last one: what is done there reaches the layer after it


def numbers(program, grid="grid.weights"):
    """All digits on screen, through the clipboard: [queries, keys]."""
    program.point(*program.centre(grid + ".cells"))
    program.chord("ctrl", "c")
    rows = program.clipboard().rstrip("\n").split("\n")[1:]
    return np.array([[np.float32(0.0 if value == "masked" else value) for value in row.split("\t")[1:]] for row in rows], np.float32)


def traced(layer, head, *arguments):
    made = driver.trace(TEXT, layer, head, *arguments)["heads"][0]
    return np.array(made["weights"], np.float32)


def intervened(program, items, layer, head):
    """What the command line makes of the same list."""
    file = os.path.join(program.home, "interventions.json")
    with open(file, "w", encoding="utf-8") as stream:
        json.dump(items, stream)
    return traced(layer, head, "--intervene", file)


def strongest():
    """A head of LAYER and its strongest pair of two different words inside the text."""
    best = (0.0, None)
    for head in range(8):
        inside = traced(LAYER, head)[1:-1, 1:-1]
        np.fill_diagonal(inside, 0)
        if inside.max() > best[0]:
            query, key = np.unravel_index(inside.argmax(), inside.shape)
            best = (inside.max(), (head, int(query) + 1, int(key) + 1))
    return best[1]


def place(program, row, col, grid="grid.scores"):
    item = program.item(grid + ".cells")
    shown = item["range"]
    return (item["x"] + (col + 0.5 - shown["left"]) / shown["cols"] * item["w"],
            item["y"] + (row + 0.5 - shown["top"]) / shown["rows"] * item["h"])


def drag(program, cells, grid="grid.scores"):
    """Presses at the first cell, goes over the others, lets go; numbers of the runs shown on the way."""
    seen = []
    program.point(*place(program, *cells[0], grid))
    program._step("mousedown", "1")
    program.settle()
    for cell in cells[1:]:
        program.point(*place(program, *cell, grid))
        program.settle()
        seen.append(program.frame()["snapshot"])
    program._step("mouseup", "1")
    program.settle()
    return seen


def predictions(program):
    return pixels.rectangle(program.picture(), program.item("panel.predictions"))


def a_masked_cell_reaches_every_view_and_undo_is_exact():
    head, query, key = strongest()
    with driver.Program("--text", TEXT) as program:
        program.click(f"overview.head.{LAYER}.{head}")
        program.click(f"strip.token.{query}")
        before = numbers(program)
        foreseen = predictions(program)
        assert "status.interventions" not in program.items()
        assert before[query, key] > 0.3, before[query]
        program.key("m")
        drag(program, [(query, key)])
        program.key("Escape")
        after = numbers(program)
        assert after[query, key] == 0.0, after[query]
        assert abs(after[query].sum(dtype=np.float64) - 1.0) < 1e-6, after[query]
        items = [{"kind": "mask", "layer": LAYER, "head": head,
                  "cells": [{"queries": [query, query + 1], "keys": [key, key + 1]}]}]
        assert (after == intervened(program, items, LAYER, head)).all(), "window and command line differ"
        assert "status.interventions" in program.items(), "an intervened run looks like a plain one"
        assert not np.array_equal(predictions(program), foreseen), "the prediction did not follow"
        program.click(f"overview.head.{LAYER + 1}.0")
        later = numbers(program)
        assert not np.array_equal(later, traced(LAYER + 1, 0)), "the next layer did not follow"
        assert (later == intervened(program, items, LAYER + 1, 0)).all()
        program.click(f"overview.head.{LAYER}.{head}")
        for _ in range(3):  # the two heads that were looked at are steps, too
            if program.session()["interventions"]:
                program.chord("ctrl", "z")
        assert program.session()["interventions"] == [], program.session()["interventions"]
        program.click(f"overview.head.{LAYER}.{head}")
        assert np.array_equal(numbers(program), before), "undo does not give the same numbers"
        assert "status.interventions" not in program.items()


def a_stroke_is_live_and_one_step_back():
    with driver.Program("--text", TEXT) as program:
        program.click(f"overview.head.{LAYER}.1")
        start = program.frame()["snapshot"]
        program.key("m")
        seen = drag(program, [(3, 1), (3, 2), (3, 4), (4, 4)])
        assert len(set(seen)) == 3 and min(seen) > start, f"runs {seen} while dragging, {start} before"
        weights = numbers(program)
        assert (weights[3, 1:5] == 0).all() and weights[4, 4] == 0, weights[3:5]
        assert len(program.session()["interventions"]) == 1
        program.chord("ctrl", "z")
        assert program.session()["interventions"] == []
        assert np.array_equal(numbers(program), traced(LAYER, 1))


def a_set_weight_is_exact_and_the_rest_keeps_its_proportions():
    with driver.Program("--text", TEXT) as program:
        program.click("overview.head.0.4")
        before = numbers(program).astype(np.float64)
        program.key("w")
        drag(program, [(5, 2)], "grid.weights")
        after = numbers(program).astype(np.float64)
        assert after[5, 2] == 0.5, after[5]
        assert abs(after[5].sum() - 1.0) < 1e-6
        others = [key for key in range(after.shape[1]) if key != 2]
        ratio = after[5, others] / before[5, others]
        assert np.allclose(ratio, ratio[0], rtol=1e-4), ratio
        assert np.array_equal(after[:5], before[:5]), "other rows changed"


def the_eraser_brings_the_numbers_back():
    with driver.Program("--text", TEXT) as program:
        program.click("overview.head.1.3")
        before = numbers(program)
        program.key("equal")
        drag(program, [(2, 3), (2, 5)])
        assert not np.array_equal(numbers(program), before)
        program.key("e")
        drag(program, [(2, 3), (2, 4), (2, 5)])
        assert program.session()["interventions"] == []
        assert np.array_equal(numbers(program), before)


def a_head_is_silenced_from_its_menu_and_a_token_hidden_from_its_own():
    with driver.Program("--text", TEXT) as program:
        program.point(*program.centre("overview.head.0.2"))
        program.press(3)
        program.settle()
        program.click("menu.ablate_zero")
        items = [{"kind": "ablate", "layer": 0, "head": 2}]
        program.click("overview.head.3.1")
        assert (numbers(program) == intervened(program, items, 3, 1)).all()
        program.point(*program.centre("strip.token.2"))
        program.press(3)
        program.settle()
        program.click("menu.hide")
        weights = numbers(program)
        assert (weights[:, 2] == 0).all(), weights[:, 2]
        items.append({"kind": "hide_tokens", "positions": [[2, 3]]})
        assert (weights == intervened(program, items, 3, 1)).all()


def the_brush_rests_while_something_else_is_shown():
    with driver.Program("--text", TEXT) as program:
        program.key("m")
        drag(program, [(2, 3)])
        program.key("F7")
        assert "brush.obstacle" in program.items(), "nothing says why the brush rests"
        drag(program, [(4, 3)])
        assert len(program.session()["interventions"]) == 1
        program.key("F6")
        assert "brush.obstacle" not in program.items()


def words_are_painted_as_a_whole_and_hidden_specials_stay_out():
    with driver.Program("--text", TEXT) as program:
        program.switch("switch.hide_special")
        program.show("intervene")
        program.key("m")
        program.click("brush.shape.1")
        drag(program, [(2, 2)])  # the third word's whole row
        program.key("Escape")
        program.switch("switch.hide_special")
        weights = numbers(program)
        assert (weights[3, 1:-1] == 0).all(), weights[3]
        assert weights[3, 0] > 0 and abs(weights[3].sum(dtype=np.float64) - 1.0) < 1e-6, weights[3]


if __name__ == "__main__":
    driver.main([a_masked_cell_reaches_every_view_and_undo_is_exact, a_stroke_is_live_and_one_step_back,
                 a_set_weight_is_exact_and_the_rest_keeps_its_proportions, the_eraser_brings_the_numbers_back,
                 a_head_is_silenced_from_its_menu_and_a_token_hidden_from_its_own,
                 the_brush_rests_while_something_else_is_shown, words_are_painted_as_a_whole_and_hidden_specials_stay_out])
