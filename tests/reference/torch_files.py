# SPDX-License-Identifier: Apache-2.0
"""The random models of make_reference.py once more, as torch.save() writes them: FOLDER/<model>-torch/pytorch_model.bin.

The numbers are the same as in model.safetensors; how they lie in the file is not: transposed and tied tensors, one storage
for many tensors, parameters, entries that are no tensors, shards. Also the files that must be refused: FOLDER/torch-refused/*.bin
"""
import collections
import json
import shutil

import torch


def as_they_are(tensors):
    return collections.OrderedDict(tensors)


def transposed_and_tied(tensors):
    """Every matrix lies column by column; the table is also there as a head that nobody reads; some values are no tensors."""
    state = collections.OrderedDict((name, tensor.t().contiguous().t() if tensor.dim() == 2 else tensor)
                                    for name, tensor in tensors.items())
    table = next(name for name in tensors if "embed" in name or "wte" in name)
    state["score.weight"] = state[table]
    state["steps"] = 12345678901
    state["names"] = ["a", ("b", 1.5, None, True)]
    state._metadata = collections.OrderedDict({"": {"version": 1}})
    return state


def windows_of_one_storage(tensors):
    """All numbers in one storage, after some that belong to no tensor; each tensor a window into it, as a parameter."""
    flat = torch.cat([torch.zeros(3, dtype=next(iter(tensors.values())).dtype)] + [t.reshape(-1) for t in tensors.values()])
    state, at = {}, 3
    for name, tensor in tensors.items():
        state[name] = torch.nn.Parameter(flat[at : at + tensor.numel()].view(tensor.shape), requires_grad=False)
        at += tensor.numel()
    return state


def every_second(tensors):
    """The numbers of a vector with others between them."""
    state = {}
    for name, tensor in tensors.items():
        state[name] = torch.stack([tensor, tensor + 1], -1)[..., 0] if tensor.dim() == 1 else tensor
    return state


COPIES = {"bert-gelu-f32": as_they_are, "gpt2-untied-by-layer-f16": transposed_and_tied,
          "qwen3-one-kv-head-bf16": windows_of_one_storage, "llama-llama3-f32": every_second}
SHARDED = "roberta-f32"


def copy_side_files(source, target):
    target.mkdir(exist_ok=True)
    for name in ("config.json", "vocab.txt", "tokenizer_config.json"):
        shutil.copyfile(source / name, target / name)


def write_shards(tensors, folder):
    names = list(tensors)
    halves = [names[: len(names) // 2], names[len(names) // 2 :]]
    places = {}
    for index, half in enumerate(halves):
        file = f"pytorch_model-{index + 1:05}-of-00002.bin"
        torch.save({name: tensors[name] for name in half}, folder / file)
        places.update(dict.fromkeys(half, file))
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps({"metadata": {}, "weight_map": places}))


class Stranger:
    """What no file of weights needs."""

    def __reduce__(self):
        return print, ("this must never be printed",)


def write_refused(folder):
    folder.mkdir(exist_ok=True)
    tensors = {"a": torch.arange(6.0)}
    torch.save(tensors, folder / "legacy.bin", _use_new_zipfile_serialization=False)
    torch.save({**tensors, "b": Stranger()}, folder / "stranger.bin")
    torch.save({"a": torch.complex(torch.ones(2), torch.ones(2))}, folder / "complex.bin")
    torch.save({"steps": 3}, folder / "no_tensors.bin")
    torch.save({"a": torch.ones(1).expand(1000, 1000)}, folder / "expanded.bin")


def write_all(folder, tensors_of):
    """`tensors_of[model]` are the tensors of FOLDER/<model>/model.safetensors."""
    for model, arranged in COPIES.items():
        copy_side_files(folder / model, folder / (model + "-torch"))
        torch.save(arranged(tensors_of[model]), folder / (model + "-torch") / "pytorch_model.bin")
    copy_side_files(folder / SHARDED, folder / (SHARDED + "-torch"))
    write_shards(tensors_of[SHARDED], folder / (SHARDED + "-torch"))
    write_refused(folder / "torch-refused")
