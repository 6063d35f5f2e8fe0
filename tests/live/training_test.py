# SPDX-License-Identifier: Apache-2.0
"""The workspace Training: the recorded run opens at once, a run learns while the window is used and is a folder that opens, the step at the
cursor is live in every view."""
import json
import os
import pathlib

import driver


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


if __name__ == "__main__":
    driver.main([the_recorded_run_opens_at_once_and_at_a_step, a_run_learns_while_the_window_is_used])
