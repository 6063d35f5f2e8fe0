# SPDX-License-Identifier: Apache-2.0
"""The engine beside llama.cpp on random Llama models in the kinds of numbers people download. Run by hand on a quiet machine:

    mkdir /tmp/llama && cd /tmp/llama && npm init -y && npm install --ignore-scripts node-llama-cpp@3.22.1
    ninja trace_probe && /usr/bin/python3 tests/bench/beside_llama_cpp.py build/release/tests/trace_probe /tmp/llama [kind…]

Without node or that folder nothing is measured. llama.cpp records nothing and rounds activations to 8 bits; the engine's run is a
full Trace. Both compute the logits of the last token. The two take turns, each measurement is a process of its own, and the
fastest of each side's times is told: everything else that runs on the machine only adds. Models are kept in the folder that
REGARD_BENCH_MODELS names, else made anew.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import random_gguf

ROUNDS = 3
LENGTHS = (16, 64, 256)
MODELS = {kind: (kind, random_gguf.TINY_LLAMA) for kind in ("Q4_K_M", "Q8_0", "F16", "BF16")}
MODELS |= {"F32": ("F32", random_gguf.SMALL), "F16-small": ("F16", random_gguf.SMALL), "BF16-small": ("BF16", random_gguf.SMALL)}


def told(command, folder, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
    output = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(output.strip().splitlines()[-1])


def measure(probe, llama, file, threads):
    ours, theirs = {}, {}
    script = str(pathlib.Path(__file__).with_name("llama_cpp.mjs"))
    for _ in range(ROUNDS):
        result = told(["node", script, str(file), str(threads), "3", *map(str, LENGTHS)], llama, threads)
        for key, times in result.items():
            theirs.setdefault(key, []).extend(times)
        for tokens in LENGTHS:
            ours.setdefault(str(tokens), []).extend(told([probe, "run", str(file), str(tokens), "4", "last"], None, threads)["run"])
        ours.setdefault("token", []).extend(told([probe, "edit", str(file), "64", "6", "last"], None, threads)["edit"])
    return ours, theirs


def main():
    probe, llama = str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2]
    kinds = sys.argv[3:] or list(MODELS)
    if shutil.which("node") is None or not pathlib.Path(llama, "node_modules", "node-llama-cpp").is_dir():
        print("node-llama-cpp is not there: nothing measured")
        return
    threads = 2
    print(f"{threads} threads; ours / llama.cpp in ms, fastest (slowest) of each; token: the last of 64 edited / one token more")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(os.environ.get("REGARD_BENCH_MODELS", temporary))
        for name in kinds:
            file = folder / f"{name}.gguf"
            if not file.exists():
                random_gguf.write(file, *MODELS[name])
            ours, theirs = measure(probe, llama, file, threads)
            cells = [f"{key}: {min(ours[key]):.0f} ({max(ours[key]):.0f}) / {min(theirs[key]):.1f} ({max(theirs[key]):.0f})"
                     f" = {min(ours[key]) / min(theirs[key]):.2f}" for key in ours]
            print(f"{name:10} " + "   ".join(cells), flush=True)


if __name__ == "__main__":
    main()
