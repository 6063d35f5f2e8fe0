# SPDX-License-Identifier: Apache-2.0
"""A keystroke while all heads are measured over 600 sentences in the background, beside a keystroke alone: BERT-base's shape. Run by
hand on a quiet machine:

    REGARD_BINARY=build/release/regard LIBGL_ALWAYS_SOFTWARE=1 LP_NATIVE_VECTOR_WIDTH=128 \
        xvfb-run -a -s "-screen 0 1600x900x24 -noreset" /usr/bin/python3 tests/bench/heads_typing_bench.py

From the key to the frame that shows the run with it, in the workspace of heads. A key at a time, a fifth of a second apart, as
people type.
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
    program.point(*program.centre(name))
    program.press()


def keystrokes(program):
    """[(ms, frames)] until the run is on screen."""
    click(program, "sentence.text")
    before = program.frame()["frame"]
    driver.run("xdotool", "key", "End")
    program.wait_frames(before)
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
        start = time.perf_counter()
        with driver.Program("--model", folder, "--text", SENTENCE, "--workspace", "heads", settle=False) as program:
            program.wait_for(lambda: "roles.corpus.0" in (program.items() if program.seen() else {}), "the first picture")
            told("while 600 sentences are measured", keystrokes(program))
            assert program.frame()["busy"], "they were measured before the last key: the line above says nothing"
            program.settle()
            print(f"600 sentences, with {KEYS} keystrokes between them: {time.perf_counter() - start:.0f} s")
            told("alone", keystrokes(program))
