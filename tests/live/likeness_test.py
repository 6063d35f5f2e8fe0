# SPDX-License-Identifier: Apache-2.0
"""The matrix of all pairs of heads shows what the command line computes, by layer and by cluster; dots and found heads are clicked; a
painted pattern finds the head that was trained for it."""
import json
import os
import pathlib
import time

import numpy as np

import driver
import pixels

TEXT = "The old king gave the prince a sword."
HEADS = 32  # of council
CORPUS = pathlib.Path(os.environ["REGARD_ASSETS_DIR"]) / "corpora" / "en.conllu"


def likeness():
    told = json.loads(driver.run(driver.BINARY, "heads", "--model", "council", "--corpus", str(CORPUS), "--likeness", "--json"))
    return np.array(told["corpora"][0]["likeness"]["distances"])


def filled(program, panel, waits_for):
    """The panel alone in the window, once it has something to show."""
    program.chord("alt", "5")
    program.click(f"tab.{panel}")
    until = time.monotonic() + driver.TIMEOUT
    while waits_for not in program.items():
        assert time.monotonic() < until, f"{waits_for} does not come; there are: {sorted(program.items())}"
        time.sleep(0.1)
    program.point(*program.centre(f"panel.{panel}"))
    program.key("F9")
    program.settle()


def seen_distances(program, largest):
    program.point(2, 2)
    program.settle()
    picture, items = program.picture(), program.items()
    cells = items["likeness.matrix.cells"]
    middles = (np.arange(HEADS) + 0.5) / HEADS  # cells are too small for numbers, and the selected row's frame covers their edges
    at = np.ix_(np.int32(cells["y"] + middles * cells["h"]), np.int32(cells["x"] + middles * cells["w"]))
    colours = picture[at].astype(np.int32)
    values, distance = pixels.values_of(colours, pixels.rectangle(picture, items["legend.likeness"]), 0.0, largest)
    assert distance <= 24, f"a cell's colour is not in the legend (distance {distance})"
    return values


def leaves(D):
    """The heads as the tree of average linkage has them: of two clusters the one that was made first stands first."""
    clusters = {head: [head] for head in range(len(D))}
    while len(clusters) > 1:
        names = sorted(clusters)
        near = min((D[np.ix_(clusters[a], clusters[b])].mean(), a, b) for a in names for b in names if a < b)
        clusters[max(names[-1] + 1, len(D))] = clusters.pop(near[1]) + clusters.pop(near[2])
    return clusters.popitem()[1]


def the_matrix_is_what_the_command_line_says():
    true = likeness()
    largest = float(true.max())
    with driver.Program("--model", "council", "--text", TEXT, "--lang", "en") as program:
        filled(program, "likeness", "likeness.matrix.cells")
        tolerance = 2 * largest / 100  # a legend is at least 100 pixels wide
        by_layer = seen_distances(program, largest)
        worst, elsewhere = np.abs(by_layer - true).max(), np.abs(by_layer[::-1] - true).max()
        print(f"        worst {worst:.4f}, upside down {elsewhere:.4f}, tolerance {tolerance:.4f}")
        assert worst <= tolerance, f"distances on screen differ from the numbers by {worst}"
        assert elsewhere > 4 * tolerance, "a matrix upside down would have passed"
        program.click("likeness.order.1")
        by_cluster = seen_distances(program, largest)
        order = leaves(true)
        worst = np.abs(by_cluster - true[np.ix_(order, order)]).max()
        print(f"        by cluster: worst {worst:.4f}")
        assert worst <= tolerance, f"by cluster, distances on screen differ from the numbers by {worst}"
        assert order != sorted(order)


def a_click_on_a_dot_goes_to_the_head():
    with driver.Program("--model", "council", "--text", TEXT, "--layer", "3", "--head", "0") as program:
        filled(program, "likeness", "likeness.matrix.cells")
        program.click("likeness.dot.12")  # 1.4 stands alone
        assert program.session()["head"] == {"layer": 1, "head": 4}, program.session()["head"]


def the_previous_token_is_painted_and_the_head_that_was_taught_it_comes_first():
    with driver.Program("--model", "council", "--text", TEXT, "--layer", "3", "--head", "0") as program:
        filled(program, "head_search", "head_search.found.1")
        program.click("head_search.by.1")
        program.click("head_search.habit.previous")
        time.sleep(1.0)
        program.settle()
        program.click("head_search.found.0")
        assert program.session()["head"] == {"layer": 0, "head": 0}, program.session()["head"]


if __name__ == "__main__":
    driver.main([the_matrix_is_what_the_command_line_says, a_click_on_a_dot_goes_to_the_head,
                 the_previous_token_is_painted_and_the_head_that_was_taught_it_comes_first])
