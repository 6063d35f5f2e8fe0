# SPDX-License-Identifier: Apache-2.0
"""The small built-in models (assets/models/digits, melody) for make_reference.py: their shipped weights, run by the same plain
formulas in float64 as the random models of their families."""
import json
import pathlib
import re
import shutil
import struct
import zlib

import numpy as np
import torch

import learners
from make_reference import DTYPES, RUNS, Checkpoint, llama_run
from vision_families import png_bytes, prepare, some_picture, vision_run

ASSETS = pathlib.Path(__file__).parents[2] / "assets"
FOLDERS = {name: ASSETS / "models" / name for name in ("digits", "melody")}
RELATIVES = sorted(path.name for path in (ASSETS / "models" / "narrator-relatives").iterdir() if (path / "config.json").exists())
WORDS = ["Жила-была маленькая девочка", "One sunny day Tom went to the river and", 
         "One sunny day Tom went to the river and met a small hen, and the hen said: Tom, Tom, where is my little drum, my little drum?"]
FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "preprocessor_config.json")
TUNES = ["K:C M:4/4 C4 D4 E4 C4 | C4 D4 E4 C4 | E4 F4 G4/2 | E4 F4 G4/2 |", "F#4 Bb3/8 R C5/2.",
         "K:Dm M:2/4 A4/8 A4/8 A4/8 A4/8 | G4 F4/8 F4/8 | E4 D4 | A4/8 A4/8 C5/8 A4/8 | G4/8 G4/8 F4/8 F4/8 | E4 D4 |"]


def shipped(folder):
    """The weights of a safetensors file."""
    data = (folder / "model.safetensors").read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header, weights = json.loads(data[8:8 + size]), Checkpoint("F16")
    for name, item in header.items():
        if name != "__metadata__":
            begin, end = item["data_offsets"]
            array = np.frombuffer(data[8 + size + begin:8 + size + end], np.float16).reshape(item["shape"])
            weights.tensors[name] = torch.from_numpy(array.copy()).to(DTYPES["F16"])
    return weights


def grey_png(file):
    """[height, width, 3] of a PNG of 8 bits of grey whose lines are unfiltered, as the examples are."""
    data, at, packed = file.read_bytes(), 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert (depth, colour) == (8, 0), file
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    lines = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, width + 1)
    assert not lines[:, 0].any(), file
    return np.repeat(lines[:, 1:, None], 3, -1)


def begin(folder, source):
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if (source / name).exists():
            shutil.copyfile(source / name, folder / name)
    return json.loads((source / "config.json").read_text()), shipped(source)


def end(folder, arrays, runs):
    np.savez_compressed(folder / "reference.npz", **arrays)
    (folder / "reference.json").write_text(json.dumps({"runs": runs}, ensure_ascii=False, indent=1) + "\n")


def write_digits(folder):
    config, weights = begin(folder, FOLDERS["digits"])
    preparation = json.loads((folder / "preprocessor_config.json").read_text())
    pictures = [grey_png(ASSETS / "examples" / "digit-3.png"), some_picture(28, 28, 1), some_picture(61, 45, 2)]
    cases = [(pixels, *RUNS[0]) for pixels in pictures] + [(pictures[0], *run) for run in RUNS[1:]]
    arrays, runs = {}, []
    for index, (pixels, mask, temperature) in enumerate(cases):
        (folder / f"picture{index}.png").write_bytes(png_bytes(pixels))
        prepared = prepare(config, preparation, pixels)
        run = vision_run(config, weights, prepared, mask, temperature)
        arrays.update({f"run{index}_{name}": array for name, array in run.items()})
        arrays[f"run{index}_pixels"] = prepared.to(torch.float32).numpy()
        runs.append({"name": f"run{index}", "image": f"picture{index}.png", "mask": mask, "temperature": temperature})
    end(folder, arrays, runs)


def write_melody(folder):
    config, weights = begin(folder, FOLDERS["melody"])
    words = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    cases = [(text, *RUNS[0]) for text in TUNES] + [(TUNES[2], *run) for run in RUNS[1:]] + [("", *RUNS[0])]
    arrays, runs = {}, []
    for index, (text, mask, temperature) in enumerate(cases):
        ids = [words["<s>"]] + [words[word] for word in text.split()]
        run = llama_run(config, weights, ids, mask, temperature)
        arrays.update({f"run{index}_{name}": array for name, array in run.items()})
        runs.append({"name": f"run{index}", "text": text, "ids": ids, "mask": mask, "temperature": temperature})
    end(folder, arrays, runs)


def cut(text, model):
    """Ids of a text of letters and marks that the vocabulary knows: words by the file's pattern, merged pair by pair in the order learnt."""
    ids, ranks = model["vocab"], {tuple(pair.split(" ")): rank for rank, pair in enumerate(model["merges"])}
    found = []
    for word in re.findall(r"▁?[^\W\d_]+|▁?[^\w▁]+", "▁" + text.replace(" ", "▁")):
        pieces = list(word)
        while len(pieces) > 1:
            rank, at = min((ranks.get(pair, len(ranks)), at) for at, pair in enumerate(zip(pieces, pieces[1:])))
            if rank == len(ranks):
                break
            pieces[at:at + 2] = [pieces[at] + pieces[at + 1]]
        found += [ids[piece] for piece in pieces]
    return found


def write_relative(folder, name):
    config, weights = begin(folder, ASSETS / "models" / "narrator-relatives" / name)
    weights.tensors["lm_head.weight"] = weights["model.embed_tokens.weight"]
    model = json.loads((folder / "tokenizer.json").read_text())["model"]
    cases = [(text, *RUNS[0]) for text in WORDS] + [(WORDS[0], *way) for way in learners.ways(config)[1:]]
    arrays, runs = {}, []
    for index, (text, mask, temperature) in enumerate(cases):
        ids = [model["vocab"]["<s>"]] + cut(text, model)
        run = learners.recorded(config, weights, ids, mask, temperature)
        arrays.update({f"run{index}_{tensor}": array for tensor, array in run.items()})
        runs.append({"name": f"run{index}", "text": text, "ids": ids, "mask": mask, "temperature": temperature})
    end(folder, arrays, runs)


def write_all(folder):
    for name in RELATIVES:
        write_relative(folder / ("relative-" + name), name)
        print("wrote", folder / ("relative-" + name))
    for name, write in (("digits", write_digits), ("melody", write_melody)):
        write(folder / name)
        print("wrote", folder / name)
