# SPDX-License-Identifier: Apache-2.0
"""The window itself: first launch, language and theme, sizes, sessions, closing while the model works, resting when idle."""
import json
import os
import stat
import tempfile
import time

import numpy as np

import driver
import pixels

FIRST = "Кошка, которая сидела на крыше, смотрела на птицу."


def first_launch_has_read_the_sentence():
    with driver.Program("--lang", "ru") as program:
        state = program.state()
        assert program.session()["text"] == FIRST, program.session()["text"]
        assert state["text_shown"] == FIRST and state["model_shown"].endswith("council"), state
        cells = pixels.rectangle(program.picture(), program.item("grid.weights.cells"))
        assert len(np.unique(cells.reshape(-1, 3), axis=0)) > 10, "the grid is blank"


def one_key_switches_the_language_and_one_the_theme():
    with driver.Program("--lang", "ru", "--theme", "dark") as program:
        dark = program.picture()
        program.key("F2")
        assert program.state()["language"] == "en"
        english = program.picture()
        assert np.abs(dark.astype(int) - english).max() > 60, "nothing on screen changed with the language"
        program.key("F3")
        assert program.state()["theme"] == "light"
        assert program.picture().mean() > dark.mean() + 60, "the light theme is not lighter"
        program.key("F2")
        assert program.state()["language"] == "ru"
        assert program.close() == 0


def every_widget_lies_within_a_tiny_window():
    for width, height in ((1600, 900), (1024, 640), (800, 480)):
        with driver.Program(size=f"{width}x{height}") as program:
            for name, item in program.items().items():
                inside = (item["x"] >= -1 and item["y"] >= -1 and item["x"] + item["w"] <= width + 1
                          and item["y"] + item["h"] <= height + 1)
                assert inside, f"{width}x{height}: {name} lies at {item}"
            cells = program.item("grid.weights.cells")
            assert cells["w"] >= 60 and cells["h"] >= 60, f"{width}x{height}: the grid is {cells}"


def menus_of_the_top_bar_do_what_they_say():
    with driver.Program("--lang", "en", "--theme", "dark") as program:
        program.click("top.settings")
        program.click("settings.text.125")
        assert program.state()["text_scale"] == 1.25, program.state()["text_scale"]
        program.click("top.view")  # the open menu does not swallow the click
        assert "menu.view" in program.items() and "menu.settings" not in program.items()
        program.click("switch.mask.1")
        assert program.session()["mask"] == "causal", program.session()["mask"]
        program.click("view.reset")
        assert program.session()["mask"] == "as_trained", program.session()["mask"]
        program.click("top.view")
        assert "menu.view" not in program.items()
        program.chord("alt", "m")
        listed = [name for name in program.items() if name.startswith("models.")]
        assert "models.council" in listed and len(listed) == len(set(listed)), listed
        program.click("top.model")
        program.click("workspace.change")
        assert program.session()["stage"]["workspace"] == "change", program.session()["stage"]
        program.click("status.facts")
        program.click("card.copy")
        assert "BertForMaskedLM" in program.clipboard(), program.clipboard()


def a_session_survives_saving_and_opening():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "урок.json")
        with driver.Program("--text", "The old king gave the prince a sword.", "--layer", "3", "--head", "2") as program:
            program.click("strip.token.4")
            saved = program.session()
            with open(path, "w", encoding="utf-8") as stream:
                json.dump(saved, stream)
        with driver.Program("--session", path) as program:
            assert program.session() == saved, program.session()


def a_read_only_session_path_gives_a_sentence_and_loses_nothing():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "no-such-folder", "lesson.json")
        with driver.Program("--text", "I love red apples") as program:
            program.chord("ctrl", "s")
            assert program.state()["overlay"] == "dialog", program.state()["overlay"]
            program.chord("ctrl", "a")
            program.type(path)
            program.key("Return")
            messages = program.state()["messages"]
            assert any("lesson.json" in one for one in messages), messages
            assert program.session()["text"] == "I love red apples"


def f12_saves_the_window_as_png():
    with tempfile.TemporaryDirectory() as home:
        with driver.Program(home=home) as program:
            program.key("F12")
            program.settle()
            pictures = [name for name in os.listdir(home) if name.endswith(".png")]
            assert len(pictures) == 1, os.listdir(home)
            assert os.stat(os.path.join(home, pictures[0])).st_mode & stat.S_IRUSR


def a_wrong_model_gets_a_sentence_and_the_old_one_stays():
    with driver.Program("--model", "/nowhere/at-all") as program:
        state = program.state()
        assert any("/nowhere/at-all" in one for one in state["messages"]), state["messages"]
        assert state["model_shown"].endswith("council"), state["model_shown"]


def closing_in_the_middle_of_a_run_is_quick_and_clean():
    with driver.Program() as program:
        program.click("sentence.text")
        program.chord("ctrl", "a")
        driver.run("xdotool", "type", "--delay", "30", "the quick brown fox jumps over the lazy dog " * 4)
        start = time.monotonic()
        code = program.close()
        assert code == 0, f"exit code {code}"
        assert time.monotonic() - start < 10, "closing took longer than 10 s"


def an_idle_window_draws_no_frames():
    with driver.Program() as program:
        program.point(2, 2)
        program.settle()
        before = program.frame()["frame"]
        time.sleep(2)
        drawn = program.frame()["frame"] - before
        assert drawn <= 4, f"{drawn} frames in two idle seconds"


def a_frame_as_the_one_before_is_not_drawn_again():
    with driver.Program() as program:
        program.point(2, 2)
        program.settle()
        before = program.frame()
        program.key("Shift_L")  # alone it does nothing
        after = program.frame()
        assert after["frame"] >= before["frame"] + 4, (before, after)
        assert after["pictures"] == before["pictures"], (before, after)
        program.key("F3")
        assert program.frame()["pictures"] > after["pictures"], "another theme is another picture"


def what_the_screen_has_lost_is_drawn_again():
    with driver.Program() as program:
        program.point(2, 2)
        program.settle()
        shown = program.picture()
        driver.run("xdotool", "windowunmap", "--sync", program.window)
        assert np.abs(program.picture().astype(int) - shown).max() > 60, "the window is still there"
        driver.run("xdotool", "windowmap", "--sync", program.window)
        program.wait_for(lambda: np.array_equal(program.picture(), shown), "the picture as it was")


def the_software_renderer_has_no_threads():
    """Mesa's llvmpipe may free a fence that one of its threads unlocks, and the program dies by that (app/shell/window.cpp)."""
    with driver.Program() as program:
        threads = []
        for task in os.listdir(f"/proc/{program.process.pid}/task"):
            with open(f"/proc/{program.process.pid}/task/{task}/comm", encoding="utf-8") as name:
                threads.append(name.read().strip())
        assert "regard" in threads, threads
        assert not any(name.startswith("llvmpipe") for name in threads), threads


if __name__ == "__main__":
    driver.main([first_launch_has_read_the_sentence, one_key_switches_the_language_and_one_the_theme,
                 every_widget_lies_within_a_tiny_window, menus_of_the_top_bar_do_what_they_say,
                 a_session_survives_saving_and_opening, a_read_only_session_path_gives_a_sentence_and_loses_nothing,
                 f12_saves_the_window_as_png, a_wrong_model_gets_a_sentence_and_the_old_one_stays,
                 closing_in_the_middle_of_a_run_is_quick_and_clean, an_idle_window_draws_no_frames,
                 a_frame_as_the_one_before_is_not_drawn_again, what_the_screen_has_lost_is_drawn_again,
                 the_software_renderer_has_no_threads])
