# SPDX-License-Identifier: Apache-2.0
"""A keystroke while every head is measured over 300 sentences in the background, beside a keystroke alone: BERT-base's shape. Run by
hand on a quiet machine:

    REGARD_BINARY=build/release/regard LIBGL_ALWAYS_SOFTWARE=1 LP_NATIVE_VECTOR_WIDTH=128 \
        xvfb-run -a -s "-screen 0 1600x900x24 -noreset" /usr/bin/python3 tests/bench/heads_typing_bench.py

From the key to the frame that shows the run with it. Both in the workspace of heads; alone: the measures are of nothing but the
short sentence. A key at a time, a fifth of a second apart, as people type.
"""
import statistics
import tempfile
import time

import window_bench
from window_bench import driver

SENTENCE = "aa ab ac ad ae af ag ah ai aj ak al am an"
KEYS = 40


def click(program, name):
    """Without waiting for what is under way."""
    driver.run("xdotool", "mousemove", *(str(int(at)) for at in program.centre(name)), "click", "1")
    program.wait_frames(program.frame()["frame"])


def keystrokes(program):
    """[(ms, frames)] until the run is on screen."""
    click(program, "sentence.text")
    driver.run("xdotool", "key", "End")
    program.wait_frames(program.frame()["frame"])
    measured = []
    for key in range(KEYS):
        before, start = program.frame(), time.perf_counter()
        driver.run("xdotool", "key", "b" if key % 2 == 0 else "BackSpace")
        while program.frame()["snapshot"] == before["snapshot"]:
            pass
        measured.append((1000 * (time.perf_counter() - start), program.frame()["frame"] - before["frame"]))
        time.sleep(0.2)
    return measured


def told(name, measured):
    times, frames = zip(*measured)
    print(f"{name}: {statistics.median(times):.0f} ms from the key to the run on screen (worst {max(times):.0f}, of {KEYS}), "
          f"{statistics.median(frames):.0f} frames (worst {max(frames)})", flush=True)


if __name__ == "__main__":
    print(f"yardstick: {1000 * window_bench.yardstick():.1f} ms for a {window_bench.YARDSTICK_SIZE}³ product in NumPy")
    with tempfile.TemporaryDirectory() as folder:
        window_bench.bert_base_shaped(folder)
        with driver.Program("--model", folder, "--text", SENTENCE, "--workspace", "heads") as program:
            program.click("roles.corpus.0")
            program.settle()
            told("alone", keystrokes(program))
            start = time.perf_counter()
            click(program, "roles.corpus.2")
            program.wait_for(lambda: program.frame()["busy"], "the corpus to be read")
            told("while a corpus is measured", keystrokes(program))
            assert program.frame()["busy"], "the corpus was done before the last key: the second line says nothing"
            program.settle()
            print(f"300 sentences, with {KEYS} keystrokes between them: {time.perf_counter() - start:.0f} s")
