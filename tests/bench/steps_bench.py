# SPDX-License-Identifier: Apache-2.0
"""Frames of the Steps workspace: council at 16 tokens, a model of 12 × 12 × 768 at 64. Run by hand on a quiet machine:

    REGARD_BINARY=build/release/regard LIBGL_ALWAYS_SOFTWARE=1 LP_NATIVE_VECTOR_WIDTH=128 \
        xvfb-run -a -s "-screen 0 1600x900x24 -noreset" /usr/bin/python3 tests/bench/steps_bench.py

Of each step: milliseconds from the key to the frame that shows it whole, then frames while the mouse goes over a picture, and
how much of all processors a frame takes, which other programs beside it change least.
"""
import tempfile
import time

import window_bench
from window_bench import driver

PICTURES = ("q", "q_heads", "weights", "joined", "contributions")
SECONDS = 3


def measure(program, name):
    program.point(2, 2)
    program.chord("alt", "4")
    program.settle()
    program.click("steps.animate")
    for number, picture in enumerate(PICTURES, 1):
        program.key(str(number % 5 + 1))
        program.settle()
        start = time.perf_counter()
        driver.run("xdotool", "key", str(number))
        program.wait_for(lambda: f"steps.{picture}.cells" in program.items(), picture)
        shown = 1000 * (time.perf_counter() - start)
        program.settle()
        cpu, frames = window_bench.cpu_seconds(program), program.frame()["frame"]
        rate, median, worst = window_bench.frames_while(
            program, window_bench.stirring(program, f"steps.{picture}.cells"), SECONDS)
        cpu = 1000 * (window_bench.cpu_seconds(program) - cpu) / (program.frame()["frame"] - frames)
        print(f"{name}, step {number}: {shown:.0f} ms until it is there; mouse over it {median:.1f} ms a frame "
              f"(worst {worst:.1f}), {rate:.0f} frames/s, {cpu:.1f} ms of processors a frame")
        program.point(2, 2)


if __name__ == "__main__":
    print(f"yardstick: {1000 * window_bench.yardstick():.1f} ms for a {window_bench.YARDSTICK_SIZE}³ product in NumPy")
    with driver.Program("--text", window_bench.SIXTEEN) as small:
        measure(small, f"council, {len(small.state()['tokens'])} tokens")
    with tempfile.TemporaryDirectory() as folder:
        words = window_bench.bert_base_shaped(folder).split()[:62]
        with driver.Program("--model", folder, "--text", " ".join(words)) as large:
            measure(large, f"12 × 12 × 768, {len(large.state()['tokens'])} tokens")
