# SPDX-License-Identifier: Apache-2.0
"""Sliders, arrow keys and the overview go to a head; what the grids then show is what the command line computes."""
import numpy as np

import driver
import pixels

TEXT = "Старый король дал принцу меч."


def head(program):
    chosen = program.session()["head"]
    return chosen["layer"], chosen["head"]


def masked_values(program, name, low, high, size):
    picture = program.picture()
    items = program.items()
    colours = pixels.cell_colours(picture, items[f"grid.{name}.cells"], size)
    return pixels.values_of(colours, pixels.rectangle(picture, items[f"legend.{name}"]), low, high)


def difference(seen, true):
    return float(np.abs(seen - true).max())


def pixels_agree_with_the_command_line():
    with driver.Program("--text", TEXT, "--layer", "3", "--head", "0", "--lang", "en") as program:
        size = len(program.state()["tokens"])
        program.point(2, 2)  # the mouse away from the grids: no crosshair on the cells
        program.settle()
        for layer, column in ((3, 0), (1, 1)):
            program.click(f"overview.head.{layer}.{column}")
            program.point(2, 2)
            program.settle()
            state = program.state()
            truth = driver.trace(TEXT, layer, column)
            entry = truth["heads"][0]
            for name, low, high in (("weights", 0.0, state["weight_limit"]),
                                    ("scores", -state["score_limit"], state["score_limit"])):
                true = np.array(entry[name])
                seen, distance = masked_values(program, name, low, high, size)
                step = (high - low) / 100  # a legend is at least 100 pixels wide
                assert distance <= 24, f"{name}: a cell's colour is not in the legend (distance {distance})"
                worst, mirrored = difference(seen, true), difference(seen, true.T)
                print(f"        layer {layer} head {column} {name}: worst {worst:.4f}, transposed {mirrored:.4f}, "
                      f"tolerance {2 * step:.4f}")
                assert worst <= 2 * step, f"{name} on screen differ from the numbers by {worst}"
                assert mirrored > 4 * step, f"{name}: the transposed matrix would have passed ({mirrored})"


def arrow_keys_walk_through_layers_and_heads():
    with driver.Program("--text", TEXT, "--layer", "0", "--head", "0") as program:
        program.point(2, 2)
        program.key("Down", "Down", "Right")
        assert head(program) == (2, 1), head(program)
        program.key("Up", "Left")
        assert head(program) == (1, 0), head(program)


def a_click_in_the_overview_goes_to_that_head():
    with driver.Program("--text", TEXT, "--layer", "0", "--head", "0") as program:
        before = pixels.rectangle(program.picture(), program.item("grid.weights.cells"))
        program.click("overview.head.3.1")
        assert head(program) == (3, 1), head(program)
        program.point(2, 2)
        program.settle()
        after = pixels.rectangle(program.picture(), program.item("grid.weights.cells"))
        assert before.shape != after.shape or np.abs(before - after).max() > 60, "the grid did not change"


def the_wheel_turns_a_slider_and_ctrl_click_types_a_number():
    with driver.Program("--text", TEXT, "--layer", "0", "--head", "0") as program:
        program.wheel("slider.layer", up=False)
        one_notch = head(program)[0]
        program.wheel("slider.layer", up=True)
        other = head(program)[0]
        assert one_notch != other, "the wheel does not move the layer slider"
        program.click("slider.head", modifier="ctrl")
        program.chord("ctrl", "a")
        program.type("5")
        program.key("Return")
        assert head(program)[1] in (4, 5), head(program)


def ctrl_click_compares_heads():
    with driver.Program("--text", TEXT, "--layer", "3", "--head", "0") as program:
        program.click("overview.head.3.1", modifier="ctrl")
        compared = program.session()["compared_heads"]
        assert [(one["layer"], one["head"]) for one in compared] == [(3, 1)], compared
        assert head(program) == (3, 0), head(program)


if __name__ == "__main__":
    driver.main([pixels_agree_with_the_command_line, arrow_keys_walk_through_layers_and_heads,
                 a_click_in_the_overview_goes_to_that_head, the_wheel_turns_a_slider_and_ctrl_click_types_a_number,
                 ctrl_click_compares_heads])
