# SPDX-License-Identifier: Apache-2.0
"""Frames of the Steps workspace: council at 16 tokens, a model of 12 × 12 × 768 at 64. Run by hand on a quiet machine:

    REGARD_BINARY=build/release/regard LIBGL_ALWAYS_SOFTWARE=1 LP_NATIVE_VECTOR_WIDTH=128 \
        xvfb-run -a -s "-screen 0 1600x900x24 -noreset" /usr/bin/python3 tests/bench/steps_bench.py

Of each step, each the best of three: milliseconds from the key to the frame that shows it whole; then frames while the mouse goes
over a picture, and how much of all processors a frame takes, which other programs beside it change least; at last how many frames
after the one that shows a new run's tokens the pictures are the new run's.
"""
import os
import tempfile
import time

import window_bench
from window_bench import driver

PICTURES = ("q", "q_heads", "weights", "joined", "z")
SECONDS = 2
TRIES = 3


def until_shown(program, number, picture):
    program.key(str(number % 5 + 1))
    program.settle()
    start = time.perf_counter()
    driver.run("xdotool", "key", str(number))
    program.wait_for(lambda: f"steps.{picture}.cells" in program.items(), picture)
    return 1000 * (time.perf_counter() - start)


def while_stirred(program, picture):
    """(ms of processors a frame, ms of a frame, worst, frames/s)"""
    act = window_bench.stirring(program, f"steps.{picture}.cells")
    cpu, frames = window_bench.cpu_seconds(program), program.frame()["frame"]
    rate, median, worst = window_bench.frames_while(program, act, SECONDS)
    cpu = 1000 * (window_bench.cpu_seconds(program) - cpu) / (program.frame()["frame"] - frames)
    return cpu, median, worst, rate


def frames_behind_a_run(program, picture, key):
    """How many frames after the first one of a longer text's run its picture has the longer text's rows."""
    program.settle()
    cells = f"steps.{picture}.cells"
    before, rows = program.frame()["snapshot"], program.item(cells)["range"]["rows"]
    driver.run("xdotool", "key", key)
    first, end = None, time.perf_counter() + 20
    while time.perf_counter() < end:
        now = program.frame()
        if first is None and now["snapshot"] != before:
            first = now["frame"]
        seen = program.seen()
        items = {item["id"]: item for item in seen["items"]} if seen else {}
        if first is not None and cells in items and items[cells]["range"]["rows"] != rows:
            return program.frame()["frame"] - first
    raise AssertionError(f"{cells} does not change")


def measure(program, name):
    program.point(2, 2)
    program.chord("alt", "4")
    program.settle()
    program.click("steps.animate")
    for number, picture in enumerate(PICTURES, 1):
        shown = min(until_shown(program, number, picture) for _ in range(TRIES))
        program.settle()
        cpu, median, worst, rate = min(while_stirred(program, picture) for _ in range(TRIES))
        program.click("sentence.text")
        program.key("End")
        behind = [frames_behind_a_run(program, picture, key) for key in ("comma", "period", "comma")]
        program.key("BackSpace", "BackSpace", "BackSpace")
        program.settle()
        program.click_at(2, 2)
        print(f"{name}, step {number}: {shown:.0f} ms until it is there; mouse over it {median:.1f} ms a frame "
              f"(worst {worst:.1f}), {rate:.0f} frames/s, {cpu:.1f} ms of processors a frame; "
              f"{', '.join(map(str, behind))} frames behind a run", flush=True)


if __name__ == "__main__":
    print(f"yardstick: {1000 * window_bench.yardstick():.1f} ms for a {window_bench.YARDSTICK_SIZE}³ product in NumPy; "
          f"{os.getloadavg()[0]:.1f} others at work")
    with driver.Program("--text", window_bench.SIXTEEN) as small:
        measure(small, f"council, {len(small.state()['tokens'])} tokens")
    with tempfile.TemporaryDirectory() as folder:
        words = window_bench.bert_base_shaped(folder).split()[:62]
        with driver.Program("--model", folder, "--text", " ".join(words)) as large:
            measure(large, f"12 × 12 × 768, {len(large.state()['tokens'])} tokens")
