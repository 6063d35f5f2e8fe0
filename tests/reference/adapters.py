# SPDX-License-Identifier: Apache-2.0
"""Adapters for make_reference.py: LoRA, rsLoRA and DoRA over models of its families, by plain PyTorch formulas in float64.

    FOLDER/<adapter>/{adapter_config.json, adapter_model.safetensors, reference.json, reference.npz}

Every run is made with W + s·ΔW written out as a matrix, which the program never does. DoRA's rows are that, made as long as the
file says. Tensors that the adapter saves whole stand in the place of the model's at every strength.
"""
import json
import math
import re

import numpy as np
import torch

from make_reference import RUNS, TEXTS, Checkpoint, encode, make_vocabulary

STRENGTHS = [0.0, 1.0, -0.5, 2.0]


def fits(pattern, module):
    return re.match(rf"(.*\.)?({pattern})$", module)


def of_pattern(patterns, module, usual):
    return next((value for pattern, value in patterns.items() if fits(pattern, module)), usual)


def make_adapter(config, stored, base, modules, saved):
    """Tensors as PEFT names them, behind "base_model.model."."""
    w = Checkpoint(stored)
    for name in list(base):
        module = name.removesuffix(".weight")
        if name == module or not any(fits(target, module) for target in modules):
            continue
        shape = base[name].shape
        outputs, inputs = shape[::-1] if config.get("fan_in_fan_out") else shape
        rank = of_pattern(config.get("rank_pattern", {}), module, config["r"])
        w.add(module + ".lora_A.weight", (rank, inputs), 1 / math.sqrt(inputs))
        w.add(module + ".lora_B.weight", (outputs, rank), 0.2)
        if config.get("use_dora"):
            w.add(module + ".lora_magnitude_vector", (outputs,), 0.2, 1.3)
    for name in saved:
        w.add(name, base[name].shape, 0.4, 1.0 if name.endswith("LayerNorm.weight") else 0.0)
    return w


class Adapted:
    """The model's tensors as the adapters make them."""

    def __init__(self, base, adapters):
        self.base, self.adapters = base, adapters
        self.tensors = base.tensors

    def __getitem__(self, name):
        module = name.removesuffix(".weight")
        value = self.base[name]
        for _, adapter, _ in self.adapters:
            if name in adapter.tensors:
                value = adapter[name]
        added = torch.zeros_like(value)
        for config, adapter, strength in self.adapters:
            if module + ".lora_A.weight" not in adapter.tensors:
                continue
            a, b = adapter[module + ".lora_A.weight"], adapter[module + ".lora_B.weight"]
            alpha = of_pattern(config.get("alpha_pattern", {}), module, config["lora_alpha"])
            scale = alpha / (math.sqrt(len(a)) if config.get("use_rslora") else len(a))
            turned = config.get("fan_in_fan_out", False)
            change = strength * scale * (b @ a)
            if not config.get("use_dora"):
                added = added + (change.T if turned else change)
                continue
            rows = (value.T if turned else value) + change
            rows = rows / torch.linalg.norm(rows, dim=1, keepdim=True) * adapter[module + ".lora_magnitude_vector"][:, None]
            added = added + (rows.T if turned else rows) - value
        return value + added

    def project(self, name, x):
        y = x @ self[name + ".weight"].T
        return y + self[name + ".bias"] if name + ".bias" in self.tensors else y


LLAMA = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
ADAPTERS = {  # of which model; what adapter_config.json says; how it is stored; matrices; tensors saved whole
    "adapter-patterns-f32": ("llama-biases-linear-f32", {"r": 3, "lora_alpha": 4, "rank_pattern": {r"layers\.1\.self_attn\.q_proj": 5},
                                                         "alpha_pattern": {"down_proj": 7}}, "F32", LLAMA, []),
    "adapter-rslora-bf16": ("llama-llama3-f32", {"r": 5, "lora_alpha": 3, "use_rslora": True}, "BF16", ["q_proj", "v_proj", "lm_head"], []),
    "adapter-qwen3-f16": ("qwen3-one-kv-head-bf16", {"r": 7, "lora_alpha": 7}, "F16", ["k_proj", r".*\.2\.mlp\.up_proj"], []),
    "adapter-gpt2-f32": ("gpt2-f32", {"r": 3, "lora_alpha": 5, "fan_in_fan_out": True}, "F32", ["c_attn", "c_proj", "c_fc"], []),
    "adapter-bert-saved-f32": ("bert-tanh-f16", {"r": 1, "lora_alpha": 2, "modules_to_save": ["transform"]}, "F32",
                               ["query", "value", r"intermediate\.dense"],
                               ["cls.predictions.transform.dense.weight", "cls.predictions.transform.dense.bias",
                                "cls.predictions.transform.LayerNorm.weight", "cls.predictions.transform.LayerNorm.bias"]),
    "adapter-bert-bare-f32": ("bert-bare-bf16", {"r": 3, "lora_alpha": 3}, "F32", ["key", r"output\.dense"], []),
    "adapter-dora-f32": ("neox-parallel-f32", {"r": 3, "lora_alpha": 6, "use_dora": True}, "F32",
                         ["query_key_value", r"attention\.dense"], []),
    "adapter-dora-gpt2-f32": ("gpt2-f32", {"r": 2, "lora_alpha": 2, "use_dora": True, "fan_in_fan_out": True}, "F32", ["c_attn"], []),
}
TOGETHER = {"two-adapters": (["adapter-gpt2-f32", "adapter-dora-gpt2-f32"], [0.75, 1.5])}


def usual(name, config, modules):
    return {"peft_type": "LORA", "base_model_name_or_path": "made/" + name, "task_type": "CAUSAL_LM", "bias": "none",
            "lora_dropout": 0.0, "inference_mode": True, "target_modules": modules, **config}


def write_runs(folder, config, run_model, with_strengths):
    """`with_strengths`: [(what is written, tensors)]."""
    vocabulary = make_vocabulary(config["vocab_size"])
    ids = encode(TEXTS[2], vocabulary)
    arrays, runs = {}, []
    for index, (strengths, tensors) in enumerate(with_strengths):
        arrays |= {f"run{index}_{name}": array for name, array in run_model(config, tensors, ids, *RUNS[0]).items()}
        runs.append({"name": f"run{index}", "text": TEXTS[2], "ids": ids, "strengths": strengths})
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "reference.npz", **arrays)
    (folder / "reference.json").write_text(json.dumps({"runs": runs}, ensure_ascii=False, indent=1) + "\n")


def one_alpha(tensors, settings):
    """llama.cpp knows one α for all matrices: B has what a pattern makes of it."""
    def alpha(name):
        return of_pattern(settings["alpha_pattern"], name.removesuffix(".lora_B.weight"), settings["lora_alpha"])
    return {name: tensor * (alpha(name) / settings["lora_alpha"]) if ".lora_B" in name else tensor for name, tensor in tensors.items()}


def write_all(folder, models, tensors_of):
    """`models`: name → (config, stored as, what makes weights, what runs it)."""
    made = {}
    for name, (model, settings, stored, modules, saved) in ADAPTERS.items():
        config, kind, _, run_model = models[model]
        base = Checkpoint(kind)
        base.tensors = tensors_of[model]
        adapter = made[name] = make_adapter(settings, stored, base.tensors, modules, saved)
        runs = [([strength], Adapted(base, [(settings, adapter, strength)])) for strength in STRENGTHS]
        write_runs(folder / name, config, run_model, runs)
        (folder / name / "adapter_config.json").write_text(json.dumps(usual(model, settings, modules), indent=1) + "\n")
        named = Checkpoint(stored)
        named.tensors = {"base_model.model." + key: tensor for key, tensor in adapter.tensors.items()}
        named.write(folder / name / "adapter_model.safetensors")
        print("wrote", folder / name)
    for name, (adapters, strengths) in TOGETHER.items():
        model = ADAPTERS[adapters[0]][0]
        config, kind, _, run_model = models[model]
        base = Checkpoint(kind)
        base.tensors = tensors_of[model]
        together = [(ADAPTERS[each][1], made[each], strength) for each, strength in zip(adapters, strengths)]
        write_runs(folder / name, config, run_model, [(strengths, Adapted(base, together))])
    import gguf_files
    name, (model, settings, *_) = next(iter(ADAPTERS.items()))
    gguf_files.write_adapter(folder / "adapter.gguf", models[model][0], one_alpha(made[name].tensors, settings), settings["lora_alpha"])
