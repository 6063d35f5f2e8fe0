# SPDX-License-Identifier: Apache-2.0
"""Frames of the shipped window with long texts and with many heads, as a person meets them. Run by hand on a quiet machine:

    REGARD_BINARY=build/release/regard LIBGL_ALWAYS_SOFTWARE=1 LP_NATIVE_VECTOR_WIDTH=128 \
        xvfb-run -a -s "-screen 0 1600x900x24 -noreset" /usr/bin/python3 tests/bench/long_text_bench.py [tokens …]

A frame's time is what the program says in its frame file: from its begin to the swap, rendered by Mesa's llvmpipe.
"""
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "live"))
import driver
import random_models
import window_bench

LONG = dict(layers=2, heads=4, kv_heads=2, head_dim=32, hidden=128, feed_forward=256, context=32768, query_spread=0.3)
MANY = dict(layers=64, heads=64, kv_heads=8, head_dim=16, hidden=64, feed_forward=128, context=4096, query_spread=0.3)


def report(name, measured):
    rate, median, worst = measured
    print(f"  {name}: {median:.1f} ms a frame (worst {worst:.1f}), {rate:.0f} frames/s", flush=True)


def wheeling(program, name):
    x, y = program.centre(name)
    driver.run("xdotool", "mousemove", str(int(x)), str(int(y)))
    step = [0]

    def act():
        step[0] += 1
        driver.run("xdotool", "click", "4" if step[0] % 40 < 20 else "5")

    return act


def long_text(tokens):
    with tempfile.TemporaryDirectory() as folder:
        random_models.qwen3(folder, **LONG)
        start = time.perf_counter()
        with driver.Program("--model", folder, "--text", random_models.text_of(tokens), settle=False) as program:
            program.wait_for(lambda: program.frame()["snapshot"] > 0, "the run")
            ran = time.perf_counter() - start
            program.window = program._await_window()
            driver.run("xdotool", "windowmove", program.window, "0", "0")
            driver.run("xdotool", "windowfocus", program.window)
            program.settle()
            print(f"{tokens} tokens, {LONG['layers']} × {LONG['heads']} heads: first numbers after {ran:.1f} s, "
                  f"map and overview after {time.perf_counter() - start:.1f} s")
            grid = "grid.weights.cells"
            report("mouse over the map", window_bench.frames_while(program, window_bench.stirring(program, grid), 4))
            report("zooming by the wheel", window_bench.frames_while(program, wheeling(program, grid), 6))
            program.settle()
            program.wheel(grid, up=True, count=14)
            x, y = program.centre(grid)
            driver.run("xdotool", "mousemove", str(int(x)), str(int(y)), "mousedown", "1")
            report("panning by dragging", window_bench.frames_while(program, window_bench.stirring(program, grid), 4))
            driver.run("xdotool", "mouseup", "1")


def many_heads():
    with tempfile.TemporaryDirectory() as folder:
        random_models.qwen3(folder, **MANY)
        with driver.Program("--model", folder, "--text", random_models.text_of(40)) as program:
            print("64 × 64 heads, 40 tokens")
            heads = [name for name in program.items() if name.startswith("overview.head.")]
            x, y = program.centre(heads[len(heads) // 2])
            driver.run("xdotool", "mousemove", str(int(x)), str(int(y)))
            report("scrolling the overview", window_bench.frames_while(program, wheeling(program, heads[len(heads) // 2]), 4))
            report("mouse over it", window_bench.frames_while(
                program, window_bench.stirring(program, heads[len(heads) // 2]), 4))
            step = [0]

            def click():
                step[0] += 1
                driver.run("xdotool", "mousemove", str(int(x) + step[0] * 37 % 90), str(int(y)), "click", "1")

            report("going from head to head", window_bench.frames_while(program, click, 4))


if __name__ == "__main__":
    many_heads()
    for count in [int(word) for word in sys.argv[1:]] or [4096, 32768]:
        long_text(count)
