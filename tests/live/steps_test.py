# SPDX-License-Identifier: Apache-2.0
"""The workspace Steps: all five by mouse and keyboard, numbers read back from the pictures, the sum behind a number, play,
switches, and files that are the command line's."""
import json
import os

import driver
import numpy as np
import pixels

TEXT = "Старый король дал принцу меч."


def open_steps(program):
    program.point(2, 2)
    program.chord("alt", "4")
    program.settle()
    assert "panel.steps" in program.items()


def step_of(program):
    return program.session()["stage"]["step"]


def steps_are_gone_through_by_key_and_mouse_and_are_nothing_to_undo():
    with driver.Program("--text", TEXT, "--lang", "ru") as program:
        open_steps(program)
        for number, picture in enumerate(("q", "k_heads", "weights", "joined", "contributions"), 1):
            program.key(str(number))
            program.settle()
            assert step_of(program) == number
            assert f"steps.{picture}.cells" in program.items(), picture
        program.key("bracketleft")
        assert step_of(program) == 4
        program.click("steps.step.2")
        assert step_of(program) == 2
        program.click("steps.next")
        program.settle()
        assert step_of(program) == 3
        assert not program.state()["can_undo"], "looking around is no step"


def the_picture_of_the_weights_shows_the_weights():
    with driver.Program("--text", TEXT, "--layer", "3", "--head", "0", "--lang", "en") as program:
        open_steps(program)
        program.key("3")
        program.point(2, 2)
        program.settle()
        weights = np.array(driver.trace(TEXT, 3, 0)["heads"][0]["weights"])
        picture = program.picture()
        colours = pixels.cell_colours(picture, program.item("steps.weights.cells"), len(weights))
        gradient = pixels.rectangle(picture, program.item("legend.steps.weights"))
        seen, colour_error = pixels.values_of(colours, gradient, 0.0, weights.max())
        step = weights.max() / gradient.shape[1]
        assert colour_error <= 12, colour_error
        assert np.abs(seen - weights).max() <= 0.02 * weights.max() + 2 * step
        assert np.abs(seen.T - weights).max() > 0.1 * weights.max(), "the transposed matrix would have passed"


def a_number_under_the_mouse_tells_its_sum():
    with driver.Program("--text", TEXT, "--lang", "en") as program:
        open_steps(program)
        program.key("1")
        program.settle()
        program.point(*program.centre("steps.q.cells"))
        program.settle()
        assert "steps.sum" in program.items()
        program.point(2, 2)
        program.settle()
        assert "steps.sum" not in program.items()


def play_brings_everything_by_itself():
    with driver.Program("--text", TEXT, "--lang", "en") as program:
        open_steps(program)
        program.key("4")
        program.settle()
        program.point(2, 2)
        program.key("space")
        program.wait_for(lambda: step_of(program) == 5, "the fifth step")
        program.wait_for(lambda: "steps.movers.cells" in program.items(), "its last picture")
        program.settle()


def switches_are_views_and_the_file_is_that_of_the_command_line():
    with driver.Program("--text", TEXT, "--lang", "ru") as program:
        open_steps(program)
        program.key("3")
        program.settle()
        program.click("steps.unscaled")
        program.settle()
        assert "steps.scaled.cells" not in program.items()
        program.click("steps.heads")
        program.click("steps.cut.4")
        program.settle()
        program.click("steps.animate")
        program.settle()
        with open(os.path.join(program.home, "config", "regard", "preferences.json"), encoding="utf-8") as stream:
            assert json.load(stream)["animate"] is False
        for kind in ("json", "svg"):
            program.key("ctrl+e")
            program.click("export.path")
            program.key("ctrl+a")
            here = os.path.join(program.home, f"window.{kind}")
            program.type(here)
            program.click("export.confirm")
            program.wait_for(lambda: os.path.exists(here), "the file")
            program.settle()
            there = os.path.join(program.home, f"line.{kind}")
            driver.run(driver.BINARY, "export", "--session", os.path.join(program.home, "session-dump.json"), "--lang",
                       "ru", "--view", "steps", "--step", "3", "--without-scale", "--cut", "4", "--out", there)
            with open(here, "rb") as window, open(there, "rb") as line:
                assert window.read() == line.read(), f"{kind} differs"


driver.main([steps_are_gone_through_by_key_and_mouse_and_are_nothing_to_undo, the_picture_of_the_weights_shows_the_weights,
             a_number_under_the_mouse_tells_its_sum, play_brings_everything_by_itself,
             switches_are_views_and_the_file_is_that_of_the_command_line])
