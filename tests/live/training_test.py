# SPDX-License-Identifier: Apache-2.0
"""The workspace Training: the recorded run opens at once, a run learns while the window is used and is a folder that opens, the step at the
cursor is live in every view."""
import json
import os
import pathlib
import statistics
import time

import driver
import x_input

MOUSE = 0.004  # seconds between two of its events, as from a mouse that is moved


def press(program, name):
    """A click that does not wait for rest: while something learns there is none."""
    program.point(*program.centre(name))
    program.press()


def the_recorded_run_opens_at_once_and_at_a_step():
    with driver.Program("--workspace", "training", "--lang", "en") as program:
        assert "training.loss" not in program.items()
        program.click("training.recorded")
        items = program.items()
        assert "training.loss" in items and "training.map.0.7.cells" in items
        program.click("training.change")
        program.click("training.open")
        session = program.session()
        assert pathlib.Path(session["model"]).name.startswith("step-000"), session["model"]
        assert len(session["text"].split()) == 64
        program.show("weights")
        assert len(program.state()["tokens"]) == 64


def a_run_learns_while_the_window_is_used():
    with driver.Program("--workspace", "training", "--lang", "en") as program:
        press(program, "training.start")
        runs = pathlib.Path(program.home, "state", "regard", "runs")
        kept = lambda: sorted(runs.glob("*/step-*"))
        program.wait_for(lambda: len(kept()) >= 3, "three steps that are kept")
        assert "training.map.0.0.cells" in program.items()
        before = program.frame()["frame"]
        for name in ("training.measure.0", "training.measure.1", "training.previous"):
            press(program, name)
        assert program.frame()["frame"] > before
        press(program, "training.stop")
        program.settle()
        assert "training.start" in program.items()
        run = json.loads((kept()[-1].parent / "training.json").read_text())
        assert run["steps"] == int(kept()[-1].name[5:]), run["steps"]
        assert run["recipe"]["seed"] == 1 and run["recipe"]["task"] == "repeat"
        said = driver.run(os.environ["REGARD_BINARY"], "trace", "--model", str(kept()[-1]), "--text", "A B A B", "--json")
        assert len(json.loads(said)["tokens"]) == 4
        program.click("training.export")
        assert "training.written" in program.items()
        assert len(list((runs / "exports").glob("*/film/*.png"))) == len(kept())


def frames_of(program, seconds):
    """-> frames a second and the median time of one that is drawn in milliseconds, while the mouse moves over the window all the
    time."""
    begun, first, times, seen = time.monotonic(), program.frame()["frame"], [], -1
    while time.monotonic() - begun < seconds:
        for x in range(700, 1000, 20):
            x_input.give("mousemove", str(x), "300")
            time.sleep(MOUSE)
            frame = program.frame()
            if frame["pictures"] != seen:
                seen = frame["pictures"]
                times.append(frame["microseconds"] / 1000)
    return (program.frame()["frame"] - first) / (time.monotonic() - begun), statistics.median(times)


def the_window_draws_as_fast_while_something_learns():
    with driver.Program("--workspace", "training", "--lang", "en") as program:
        program.click("training.recorded")
        still = frames_of(program, 4.0)
        press(program, "training.start")
        runs = pathlib.Path(program.home, "state", "regard", "runs")
        program.wait_for(lambda: len(list(runs.glob("*/step-*"))) >= 2, "two steps that are kept")
        learning = frames_of(program, 4.0)
        print("frames a second (median of a frame): %.1f (%.1f ms) at rest, %.1f (%.1f ms) while it learns" % (*still, *learning))
        assert learning[0] > 0.4 * still[0], (still, learning)


def a_run_goes_on_and_is_deleted():
    with driver.Program("--workspace", "training", "--lang", "en") as program:
        press(program, "training.start")
        runs = pathlib.Path(program.home, "state", "regard", "runs")
        kept = lambda: sorted(runs.glob("*/step-*"))
        program.wait_for(lambda: len(kept()) >= 2, "two steps that are kept")
        press(program, "training.stop")
        program.settle()
        steps = lambda: json.loads((kept()[-1].parent / "training.json").read_text())["steps"]
        stopped = steps()
        press(program, "training.continue")
        program.wait_for(lambda: int(kept()[-1].name[5:]) > stopped, "a step behind the one it stopped at")
        press(program, "training.stop")
        program.settle()
        assert len(list(runs.glob("*/training.json"))) == 1, "it stays in its folder"
        program.click("training.delete")
        program.click("training.delete.yes")
        program.wait_for(lambda: not list(runs.glob("*/training.json")), "that the run is gone")
        assert "training.recorded" in program.items()


if __name__ == "__main__":
    driver.main([the_recorded_run_opens_at_once_and_at_a_step, a_run_learns_while_the_window_is_used, a_run_goes_on_and_is_deleted,
                 the_window_draws_as_fast_while_something_learns])
