# SPDX-License-Identifier: Apache-2.0
"""A captured run of 2 GB: how long until it is open beside reading its bytes, and frames of the window that shows it. Run by hand on a
quiet machine:

    REGARD_BINARY=build/release/regard LIBGL_ALWAYS_SOFTWARE=1 LP_NATIVE_VECTOR_WIDTH=128 \
        xvfb-run -a -s "-screen 0 1600x900x24 -noreset" /usr/bin/python3 tests/bench/capture_bench.py [folder for the file]

Opening is measured by `regard tokens`, which opens the file, looks at some rows of every layer and writes its tokens; what the program
takes to start is measured beside it. Without a display the window is left out.
"""
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import zlib

import numpy as np

LAYERS, HEADS, TOKENS = 12, 12, 1864  # 2.0 GB of float32 weights


def npy_header(shape, kind):
    text = str({"descr": kind, "fortran_order": False, "shape": shape}).encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def write(path):
    """weights.npy stored in a zip of its own making: numpy would want all of it in memory. One head's grid is repeated."""
    random = np.random.default_rng(1)
    grid = np.tril(np.exp(random.normal(size=(TOKENS, TOKENS)))).astype("<f4")
    grid /= grid.sum(-1, keepdims=True)
    head = grid.astype("<f4").tobytes()
    first = npy_header((LAYERS, HEADS, TOKENS, TOKENS), "<f4")
    size, crc = len(first) + LAYERS * HEADS * len(head), zlib.crc32(first)
    for _ in range(LAYERS * HEADS):
        crc = zlib.crc32(head, crc)
    name = b"weights.npy"
    with open(path, "wb") as file:
        file.write(struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, crc, size, size, len(name), 0) + name + first)
        for _ in range(LAYERS * HEADS):
            file.write(head)
        start = file.tell()
        entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 33, crc, size, size, len(name), 0, 0, 0, 0, 0, 0) + name
        file.write(entry + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(entry), start, 0))


def seconds(command, **options):
    best = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)
        best.append(time.perf_counter() - start)
    return min(best), sorted(best)[2]


def opening(binary, path):
    cat = seconds(["cat", path], stdin=subprocess.DEVNULL)
    start = seconds([binary, "tokens", "--model", "council", "--text", "a"])
    opened = seconds([binary, "tokens", "--model", path, "--text", ""])
    print(f"cat of {os.path.getsize(path) / 1e9:.2f} GB: {cat[0]:.3f} s (median {cat[1]:.3f})")
    print(f"regard starts, with the model council: {start[0]:.3f} s (median {start[1]:.3f})")
    print(f"regard opens the file: {opened[0]:.3f} s (median {opened[1]:.3f}), {opened[0] / cat[0]:.2f} of cat", flush=True)


def window(path):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "live"))
    import driver
    import long_text_bench
    import window_bench
    start = time.perf_counter()
    with driver.Program("--model", str(path), settle=False) as program:
        program.wait_for(lambda: program.frame()["snapshot"] > 0, "the capture")
        print(f"the window shows its numbers after {time.perf_counter() - start:.2f} s, from the start of the program")
        program.window = program._await_window()
        driver.run("xdotool", "windowmove", program.window, "0", "0")
        driver.run("xdotool", "windowfocus", program.window)
        program.settle()
        grid = "grid.weights.cells"
        long_text_bench.report("mouse over the map", window_bench.frames_while(program, window_bench.stirring(program, grid), 4))
        long_text_bench.report("zooming by the wheel", window_bench.frames_while(program, long_text_bench.wheeling(program, grid), 4))
        program.settle()
        program.wheel(grid, up=True, count=14)
        x, y = program.centre(grid)
        driver.run("xdotool", "mousemove", str(int(x)), str(int(y)), "mousedown", "1")
        long_text_bench.report("panning by dragging", window_bench.frames_while(program, window_bench.stirring(program, grid), 4))
        driver.run("xdotool", "mouseup", "1")


def main():
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        path = pathlib.Path(folder) / "capture.npz"
        write(path)
        opening(os.environ["REGARD_BINARY"], str(path))
        if os.environ.get("DISPLAY"):
            window(path)


if __name__ == "__main__":
    main()
