# SPDX-License-Identifier: Apache-2.0
"""Times the shipped window under an X server, as a person meets it. Run by hand on a quiet machine:

    REGARD_BINARY=build/release/regard LIBGL_ALWAYS_SOFTWARE=1 LP_NATIVE_VECTOR_WIDTH=128 \
        xvfb-run -a -s "-screen 0 1600x900x24 -noreset" /usr/bin/python3 tests/bench/window_bench.py

Every figure is printed beside one of this machine: how long NumPy takes for a 1024 x 1024 x 1024 product of float32, so that
figures of two machines can be told apart from figures of two versions.
"""
import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "live"))
import driver

YARDSTICK_SIZE = 1024
BERT_BASE = dict(layers=12, heads=12, hidden=768, feed_forward=3072, vocabulary=2048, context=512)


def yardstick():
    left = np.random.default_rng(0).standard_normal((YARDSTICK_SIZE, YARDSTICK_SIZE), dtype=np.float32)
    times = []
    for _ in range(7):
        start = time.perf_counter()
        left @ left
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def bert_base_shaped(folder):
    """A random BertForMaskedLM folder of BERT-base's shape with a vocabulary of two-letter words."""
    shape = BERT_BASE
    generator = np.random.default_rng(1)
    tensors = {}

    def weight(name, *size):
        tensors[name] = (generator.standard_normal(size, dtype=np.float32) * 0.05).astype(np.float16)

    def norm(name):
        tensors[name + ".weight"] = np.ones(shape["hidden"], np.float16)
        tensors[name + ".bias"] = np.zeros(shape["hidden"], np.float16)

    def linear(name, outputs, inputs):
        weight(name + ".weight", outputs, inputs)
        tensors[name + ".bias"] = np.zeros(outputs, np.float16)

    hidden, wide = shape["hidden"], shape["feed_forward"]
    weight("bert.embeddings.word_embeddings.weight", shape["vocabulary"], hidden)
    weight("bert.embeddings.position_embeddings.weight", shape["context"], hidden)
    weight("bert.embeddings.token_type_embeddings.weight", 2, hidden)
    norm("bert.embeddings.LayerNorm")
    for layer in range(shape["layers"]):
        name = f"bert.encoder.layer.{layer}."
        for part in ("query", "key", "value"):
            linear(name + "attention.self." + part, hidden, hidden)
        linear(name + "attention.output.dense", hidden, hidden)
        norm(name + "attention.output.LayerNorm")
        linear(name + "intermediate.dense", wide, hidden)
        linear(name + "output.dense", hidden, wide)
        norm(name + "output.LayerNorm")
    linear("cls.predictions.transform.dense", hidden, hidden)
    norm("cls.predictions.transform.LayerNorm")
    tensors["cls.predictions.bias"] = np.zeros(shape["vocabulary"], np.float16)

    header, offset = {}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [offset, offset + tensor.nbytes]}
        offset += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(folder, "model.safetensors"), "wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            stream.write(tensor.tobytes())
    config = dict(architectures=["BertForMaskedLM"], model_type="bert", vocab_size=shape["vocabulary"], hidden_size=hidden,
                  num_hidden_layers=shape["layers"], num_attention_heads=shape["heads"], intermediate_size=wide,
                  max_position_embeddings=shape["context"], type_vocab_size=2, hidden_act="gelu", layer_norm_eps=1e-12,
                  pad_token_id=0)
    pathlib.Path(folder, "config.json").write_text(json.dumps(config))
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [a + b for a in letters for b in letters]
    words += [f"[unused{index}]" for index in range(shape["vocabulary"] - len(words))]
    pathlib.Path(folder, "vocab.txt").write_text("\n".join(words) + "\n")
    return " ".join(words[5 + index % 600] for index in range(shape["context"] - 2))


def start_to_first_picture(count=5):
    """Seconds from the start of the process to a frame that shows a finished run."""
    times = []
    for _ in range(count):
        start = time.perf_counter()
        with driver.Program(settle=False) as program:
            program.wait_for(lambda: program.frame()["snapshot"] > 0, "the first picture")
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def frames_while(program, act, seconds):
    """(frames per second, median and worst milliseconds of a frame) while act() is repeated."""
    first, start, times, last = program.frame()["frame"], time.perf_counter(), [], -1
    while time.perf_counter() - start < seconds:
        act()
        now = program.frame()
        if now["frame"] != last:
            times.append(now["microseconds"] / 1000)
            last = now["frame"]
    rate = (program.frame()["frame"] - first) / (time.perf_counter() - start)
    return rate, statistics.median(times), max(times)


def stirring(program, name):
    """Moves the mouse over a widget, a little further with every call: by one xdotool for all calls, since to start another takes
    as long as half a frame."""
    x, y = program.centre(name)
    step = [0]
    hand = subprocess.Popen(["xdotool", "-"], stdin=subprocess.PIPE, text=True)  # ends with the function's last holder

    def act():
        step[0] += 1
        swing = step[0] % 40 - 20
        hand.stdin.write(f"mousemove {int(x + 3 * swing)} {int(y + 2 * swing)}\n")
        hand.stdin.flush()
        time.sleep(0.004)  # as often as a mouse reports

    return act


def cpu_seconds(program):
    fields = pathlib.Path(f"/proc/{program.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def built_in():
    with driver.Program() as program:
        rate, median, worst = frames_while(program, stirring(program, "grid.weights.cells"), 5)
        print(f"built-in model, mouse over the grid: {median:.1f} ms a frame (worst {worst:.1f}), {rate:.0f} frames/s")
        program.point(2, 2)
        program.settle()
        before, frames = cpu_seconds(program), program.frame()["frame"]
        time.sleep(5)
        print(f"idle: {100 * (cpu_seconds(program) - before) / 5:.2f} % of a core, "
              f"{program.frame()['frame'] - frames} frames in 5 s")


SIXTEEN = "маленькая кошка, которую боялась большая собака, долго смотрела на птицу в саду"


def brushing():
    """The mask goes over a grid cell by cell: from the mouse's event to the frame that shows the run with it."""
    with driver.Program("--text", SIXTEEN) as program:
        tokens = len(program.state()["tokens"])
        program.key("m")
        grid = program.item("grid.scores.cells")
        side = grid["w"] / tokens
        hand = subprocess.Popen(["xdotool", "-"], stdin=subprocess.PIPE, text=True)

        def do(command):
            hand.stdin.write(command + "\n")
            hand.stdin.flush()

        times, frames = [], []
        for row in range(2, tokens - 2):
            do(f"mousemove {int(grid['x'] + 0.5 * side)} {int(grid['y'] + (row + 0.5) * side)}")
            do("mousedown 1")
            program.settle()
            for col in range(1, tokens):
                before, start = program.frame(), time.perf_counter()
                do(f"mousemove {int(grid['x'] + (col + 0.5) * side)} {int(grid['y'] + (row + 0.5) * side)}")
                while program.frame()["snapshot"] == before["snapshot"]:
                    pass
                times.append(1000 * (time.perf_counter() - start))
                frames.append(program.frame()["frame"] - before["frame"])
                time.sleep(0.05)  # the frames that follow are no part of the next step
            do("mouseup 1")
            program.settle()
        hand.stdin.close()
        hand.wait()
        print(f"brush, {tokens} tokens: {statistics.median(times):.1f} ms from the mouse to the run on screen "
              f"(worst {max(times):.1f}, of {len(times)}), {statistics.median(frames):.0f} frames "
              f"(worst {max(frames)})")


def long_text():
    with tempfile.TemporaryDirectory() as folder:
        text = bert_base_shaped(folder)
        with driver.Program("--model", folder, "--text", text) as program:
            program.click("sentence.text")
            program.key("End")
            act = stirring(program, "grid.scores.cells")
            before = program.frame()["snapshot"]
            driver.run("xdotool", "key", "BackSpace")
            program.wait_for(lambda: program.frame()["busy"], "the run to begin")
            start, frames, times, last = time.perf_counter(), program.frame()["frame"], [], -1
            while program.frame()["snapshot"] == before:
                act()
                now = program.frame()
                if now["frame"] != last:
                    times.append(now["microseconds"] / 1000)
                    last = now["frame"]
            seconds = time.perf_counter() - start
            print(f"BERT-base shape, 512 tokens: a run takes {seconds:.2f} s; meanwhile "
                  f"{(program.frame()['frame'] - frames) / seconds:.0f} frames/s, {statistics.median(times):.1f} ms a frame "
                  f"(worst {max(times):.1f})")
            program.settle()
            program.wheel("grid.scores.cells", up=True, count=6)
            x, y = program.centre("grid.scores.cells")
            driver.run("xdotool", "mousemove", str(int(x)), str(int(y)), "mousedown", "1")
            rate, median, worst = frames_while(program, act, 5)
            driver.run("xdotool", "mouseup", "1")
            print(f"panning its grid: {rate:.0f} frames/s, {median:.1f} ms a frame (worst {worst:.1f})")


if __name__ == "__main__":
    print(f"yardstick: {1000 * yardstick():.1f} ms for a {YARDSTICK_SIZE}³ product in NumPy")
    print(f"start to the first picture: {start_to_first_picture():.2f} s")
    built_in()
    brushing()
    long_text()
