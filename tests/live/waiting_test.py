# SPDX-License-Identifier: Apache-2.0
"""Old numbers are never under a new name: a slow text and a slow model leave what is shown dimmed and named until the new
numbers are there, with a cancel beside it; after a cancel they stay dimmed, and one click computes them."""
import atexit
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np

import driver
import pixels

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
import random_models

TOKENS = 4096
FOLDER = os.path.join(tempfile.mkdtemp(), "slow")
os.mkdir(FOLDER)
atexit.register(shutil.rmtree, os.path.dirname(FOLDER), ignore_errors=True)
random_models.qwen3(FOLDER, layers=12, heads=8, kv_heads=4, head_dim=64, hidden=256, feed_forward=512, context=TOKENS,
                    query_spread=0.6)
TEXT = random_models.text_of(TOKENS)
SHORT = random_models.text_of(12)


def paste(program, text):
    """Over all of the sentence, without waiting for rest."""
    subprocess.run(["xclip", "-selection", "clipboard"], input=text, text=True, check=True)
    program.click("sentence.text")
    program.chord("ctrl", "a")
    program._step("keydown", "ctrl")
    program._step("keydown", "v")
    program._step("keyup", "v")
    program._step("keyup", "ctrl")


def wait_for_item(program, name, there=True):
    program.wait_for(lambda: (name in program.items()) == there, f"{name} {'on' if there else 'off'} the screen")


def brightness(program, name):
    return pixels.rectangle(program.picture(), program.item(name)).astype(np.float64).std()


def a_slow_text_is_awaited_cancelled_and_computed_after_all():
    with driver.Program("--model", FOLDER, "--text", SHORT, "--lang", "en") as program:
        clear = brightness(program, "grid.weights.cells")
        paste(program, TEXT)
        wait_for_item(program, "waiting.card")
        program.wait_for(lambda: brightness(program, "grid.weights.cells") < 0.6 * clear, "the old grid to be dimmed")
        assert len(program.state()["tokens"]) == 12, "the old numbers are still those that are shown"
        program.point(*program.centre("waiting.cancel"))
        program.press()
        program.wait_for(lambda: program.state()["worker"] == "idle", "the run to stop")
        wait_for_item(program, "waiting.again")
        assert "waiting.veil" in program.items(), "cancelled: these are not the numbers of the new text"
        assert len(program.state()["tokens"]) == 12
        program.point(*program.centre("waiting.again"))
        program.press()
        program.wait_for(lambda: program.state()["text_shown"] == TEXT, "the long text")
        wait_for_item(program, "waiting.veil", there=False)


def a_fast_run_shows_no_veil():
    with driver.Program("--model", FOLDER, "--text", SHORT, "--lang", "en") as program:
        program.click("sentence.text")
        program.key("End")
        before = program.frame()["frame"]
        program._step("keydown", "x")
        program._step("keyup", "x")
        seen = []
        program.wait_for(lambda: seen.append("waiting.veil" in program.items()) or not program.frame()["busy"], "rest")
        assert not any(seen) and program.frame()["frame"] > before, "a veil flickered"


def a_slow_model_is_awaited_under_the_name_of_the_one_that_is_shown():
    home = tempfile.mkdtemp()
    folder = os.path.join(home, "config", "regard")
    os.makedirs(folder)
    with open(os.path.join(folder, "preferences.json"), "w", encoding="utf-8") as stream:
        json.dump({"format": 1, "recent_models": [FOLDER]}, stream)
    with driver.Program("--model", "council", "--text", TEXT, "--lang", "en", home=home) as program:
        program.click("top.model")
        program.point(*program.centre("models.slow"))
        program.press()
        wait_for_item(program, "waiting.card")
        assert program.state()["model_shown"].endswith("council"), program.state()["model_shown"]
        wait_for_item(program, "waiting.veil", there=False)
        assert program.state()["model_shown"].endswith("slow")


driver.main([a_slow_text_is_awaited_cancelled_and_computed_after_all, a_fast_run_shows_no_veil,
             a_slow_model_is_awaited_under_the_name_of_the_one_that_is_shown])
