# SPDX-License-Identifier: Apache-2.0
"""The model continues the sentence while one looks: rows appear one by one, Stop stops, one undo takes it all back, and the
command line writes the same text for the same settings."""
import json
import os
import tempfile
import time

import driver

MODEL = "narrator"
TEXT = "The old man went into the forest and"
AS_FAST_AS_IT_GOES = 32
SLOWLY_ENOUGH_TO_WATCH = 8  # tokens a second: a fast machine writes the whole text between two frames otherwise


def have_model():
    return os.path.exists(os.path.join(os.environ["REGARD_ASSETS_DIR"], "models", MODEL, "config.json"))


def session_file(home, **generate):
    path = os.path.join(home, "start.json")
    with open(path, "w", encoding="utf-8") as stream:
        settings = {"pace": AS_FAST_AS_IT_GOES, **generate}
        json.dump({"format": 1, "model": MODEL, "text": TEXT, "generate": settings}, stream)
    return path


def open_window(**generate):
    home = tempfile.mkdtemp()
    return driver.Program("--session", session_file(home, **generate), home=home)


def press_button(program):
    """Presses without waiting for rest."""
    program.point(*program.centre("generate.button"))
    program.press()


def watch(program, until):
    """Grid sizes seen in frame after frame, until the condition holds."""
    seen = []

    def look():
        state = program.state()
        if not seen or seen[-1] != state["grid_units"]:
            seen.append(state["grid_units"])
        return until(state)

    program.wait_for(look, "the continuation")
    return seen


def rows_appear_one_by_one_and_the_text_is_that_of_the_command_line():
    with open_window(greedy=False, temperature=0.8, top_k=20, seed=7, tokens=16, pace=SLOWLY_ENOUGH_TO_WATCH) as program:
        before = program.state()["grid_units"]
        press_button(program)
        sizes = watch(program, lambda state: state["worker"] == "idle" and state["grid_units"] > before + 3)
        assert sizes == sorted(sizes) and len(sizes) >= 4, f"the grid grew by leaps: {sizes}"
        program.settle()
        written = program.session()["text"]
        assert written.startswith(TEXT) and len(written) > len(TEXT), written
        expected = driver.run(driver.BINARY, "generate", "--model", MODEL, "--text", TEXT, "--tokens", "16",
                              "--temperature", "0.8", "--top-k", "20", "--seed", "7").rstrip("\n")
        assert written == expected, f"window {written!r}, command line {expected!r}"
        assert program.state()["text_shown"] == written
        assert len(program.state()["tokens"]) == program.state()["grid_units"]
        program.chord("ctrl", "z")
        assert program.session()["text"] == TEXT, "one undo does not take the continuation back"
        program.chord("ctrl", "y")
        assert program.session()["text"] == written


def stop_keeps_what_is_there():
    with open_window(greedy=True, tokens=250, pace=SLOWLY_ENOUGH_TO_WATCH) as program:
        before = program.state()["grid_units"]
        press_button(program)
        watch(program, lambda state: state["grid_units"] >= before + 2)
        program.press()  # the button says Stop by now
        program.settle()
        state = program.state()
        assert state["worker"] == "idle"
        assert before < state["grid_units"] < before + 250, state["grid_units"]
        assert program.session()["text"] == state["text_shown"]


def typing_stops_it_and_wins():
    with open_window(greedy=True, tokens=250, pace=SLOWLY_ENOUGH_TO_WATCH) as program:
        program.click("sentence.text")
        program.key("End")
        program._step("keydown", "ctrl")
        program._step("keydown", "Return")
        program._step("keyup", "Return")
        program._step("keyup", "ctrl")
        before = len(program.state()["tokens"])
        watch(program, lambda state: len(state["tokens"]) >= before + 2)
        program.click("sentence.text")
        program.key("End")
        program.type("!")
        text = program.session()["text"]
        assert text.endswith("!") and text.startswith(TEXT), text
        shown = program.state()["text_shown"]
        time.sleep(0.3)
        assert program.session()["text"] == text and shown == text, "it went on writing after a key was pressed"


def a_model_that_reads_both_ways_offers_nothing():
    with driver.Program("--text", "кот спит") as program:
        program.click("generate.button")
        assert program.session()["text"] == "кот спит"


def the_cache_view_follows():
    with open_window(greedy=True, tokens=8) as program:
        press_button(program)
        program.settle()
        program.wait_for(lambda: program.state()["worker"] == "idle", "rest")
        program.show("kv_cache")
        assert "kv_cache.rows" in program.items(), sorted(program.items())


def at_the_classs_pace_tokens_come_one_by_one_and_a_pause_holds_them():
    with open_window(greedy=True, tokens=60, pace=5.0) as program:
        before = program.state()["grid_units"]
        began = time.monotonic()
        press_button(program)
        watch(program, lambda state: state["grid_units"] >= before + 4)
        assert time.monotonic() - began > 0.55, "five tokens a second came faster"
        for step in ("keydown ctrl", "keydown shift", "keydown space", "keyup space", "keyup shift", "keyup ctrl"):
            program._step(*step.split())
        program.wait_for(lambda: program.state()["worker"] == "resting" and not program.frame()["busy"], "the pause")
        held = program.state()["grid_units"]
        time.sleep(0.7)
        assert program.state()["grid_units"] == held, "it wrote on in the pause"
        program.show("writing")
        program.click("writing.pause")
        watch(program, lambda state: state["grid_units"] > held)
        program._step("keydown", "Escape")
        program._step("keyup", "Escape")
        program.settle()
        assert program.state()["worker"] == "idle" and program.session()["text"] == program.state()["text_shown"]
        units = program.state()["grid_units"]
        program.click("writing.one")
        assert program.state()["grid_units"] == units + 1, "one token is one token"


def what_was_written_is_told_until_it_is_undone():
    with open_window(greedy=True, tokens=4) as program:
        press_button(program)
        program.wait_for(lambda: "status.message" in program.items(), "the end")
        program.settle()
        program.chord("ctrl", "z")
        assert "status.message" not in program.items(), program.state()["messages"][-1]
        program.chord("ctrl", "y")
        assert "status.message" in program.items()


def the_picture_of_the_cache_survives_undo_and_a_saved_session():
    with open_window(greedy=True, tokens=6) as program:
        press_button(program)
        program.wait_for(lambda: program.state()["worker"] == "idle" and program.session()["text"] != TEXT, "the text")
        program.settle()
        program.show("kv_cache")
        assert "kv_cache.history" in program.items()
        written = program.session()
        assert len(written["written_steps"]) >= 6, written["written_steps"]
        program.chord("ctrl", "z")
        program.chord("ctrl", "y")
        assert program.session()["written_steps"] == written["written_steps"]
        path = os.path.join(program.home, "written.json")
        with open(path, "w", encoding="utf-8") as stream:
            json.dump(written, stream)
        with driver.Program("--session", path, home=tempfile.mkdtemp()) as again:
            again.show("kv_cache")
            assert "kv_cache.history" in again.items(), "the steps are lost with the file"
            assert again.session()["written_steps"] == written["written_steps"]


if not have_model():
    print("skipped: there is no built-in decoder here")
    raise SystemExit(77)

driver.main([rows_appear_one_by_one_and_the_text_is_that_of_the_command_line, stop_keeps_what_is_there,
             typing_stops_it_and_wins, a_model_that_reads_both_ways_offers_nothing, the_cache_view_follows,
             at_the_classs_pace_tokens_come_one_by_one_and_a_pause_holds_them, what_was_written_is_told_until_it_is_undone,
             the_picture_of_the_cache_survives_undo_and_a_saved_session])
