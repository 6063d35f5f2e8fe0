# SPDX-License-Identifier: Apache-2.0
"""Frames of the shipped window while a slow model runs without a pause: somebody types, and the mouse moves over the overview. Run by
hand on a quiet machine; MODEL is a folder or a file, for instance one of beside_llama_cpp.py's:

    REGARD_BINARY=build/release/regard LIBGL_ALWAYS_SOFTWARE=1 LP_NATIVE_VECTOR_WIDTH=128 \\
        xvfb-run -a -s "-screen 0 1600x900x24 -noreset" /usr/bin/python3 tests/bench/slow_model_bench.py MODEL [tokens]
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "live"))
import driver
import random_models
import window_bench

SECONDS = 8
BETWEEN_KEYS = 0.25  # what a person types


def main():
    model, tokens = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 64
    began = time.perf_counter()
    with driver.Program("--model", model, "--text", random_models.text_of(tokens), settle=False) as program:
        program.wait_for(lambda: program.frame()["snapshot"] > 0, "the first picture")
        print(f"first picture after {time.perf_counter() - began:.1f} s", flush=True)
        program.window = program._await_window()
        program.settle()
        stir = window_bench.stirring(program, "overview.head.1.0")  # further down is out of sight
        rate, median, worst = window_bench.frames_while(program, stir, SECONDS)
        print(f"at rest: {median:.1f} ms a frame (worst {worst:.1f}), {rate:.0f} frames/s", flush=True)
        program.click("sentence.text")
        program.key("ctrl+Home")
        typed, last = [0], [time.perf_counter()]

        def stir_and_type():
            stir()
            if time.perf_counter() - last[0] < BETWEEN_KEYS:
                return
            last[0] = time.perf_counter()
            typed[0] += 1
            driver.run("xdotool", "key", "a" if typed[0] % 6 else "space")

        snapshots = program.frame()["snapshot"]
        rate, median, worst = window_bench.frames_while(program, stir_and_type, SECONDS)
        print(f"while it runs: {median:.1f} ms a frame (worst {worst:.1f}), {rate:.0f} frames/s; {typed[0]} keys, "
              f"{program.frame()['snapshot'] - snapshots} pictures", flush=True)


if __name__ == "__main__":
    main()
