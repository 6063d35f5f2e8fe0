# SPDX-License-Identifier: Apache-2.0
"""Writes and reads the folders: python3 folders.py WORK_FOLDER OUT_FOLDER

Each opens like any decoder of `regard train` (model_type regard_decoder), with the first pieces of narrator's vocabulary.
"""
import os
import sys

import torch

import texts                     # finds narrator's recipe
import bytepair
import folder
from net import Relative
from relatives import ABOUT, CONTEXT, EPSILON, INNER, LAYERS, RELATIVES, THETA, VOCABULARY, WIDTH, made_of


def config(made):
    value = {"architectures": ["RegardDecoderForCausalLM"], "model_type": "regard_decoder", "vocab_size": VOCABULARY,
             "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": made["heads"],
             "intermediate_size": INNER, "hidden_act": "gelu_pytorch_tanh", "max_position_embeddings": CONTEXT,
             "norm_epsilon": EPSILON, "positions": made["positions"], "tie_word_embeddings": True,
             "bos_token_id": bytepair.BOS, "eos_token_id": bytepair.EOS, "torch_dtype": "float16"}
    if made["positions"] == "rotary":
        value["rope_theta"] = THETA
    if made["window"]:
        value["sliding_window"] = made["window"]
    if made["attention"] != "softmax":
        value["attention"] = made["attention"]
    return value


TOKENIZER = {"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": True, "add_eos_token": False,
             "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "clean_up_tokenization_spaces": False,
             "model_max_length": CONTEXT}
GENERATION = {"bos_token_id": bytepair.BOS, "eos_token_id": bytepair.EOS, "do_sample": True, "temperature": 0.7, "top_k": 40,
              "max_new_tokens": 60}


def tensors_of(net):
    """{name in the file: tensor}."""
    tensors = {"model.embed_tokens.weight": net.embed, "model.norm.weight": net.norm.weight, "model.norm.bias": net.norm.bias}
    for number, layer in enumerate(net.layers):
        base = f"model.layers.{number}."
        q, k, v = layer.qkv.split(WIDTH)
        tensors.update({
            base + "input_layernorm.weight": layer.norm.weight, base + "input_layernorm.bias": layer.norm.bias,
            base + "post_attention_layernorm.weight": layer.inner_norm.weight,
            base + "post_attention_layernorm.bias": layer.inner_norm.bias,
            base + "self_attn.q_proj.weight": q, base + "self_attn.k_proj.weight": k, base + "self_attn.v_proj.weight": v,
            base + "self_attn.o_proj.weight": layer.out, base + "mlp.up_proj.weight": layer.up,
            base + "mlp.down_proj.weight": layer.down})
    return {name: tensor.detach() for name, tensor in tensors.items()}


def read(place, name):
    """The relative of a folder, in float32, as it was stored."""
    stored, net = folder.read_safetensors(os.path.join(place, "model.safetensors")), Relative(made_of(name))
    with torch.no_grad():
        for key, tensor in tensors_of(net).items():     # views of the parameters
            tensor.copy_(stored[key])
    return net.eval()


def main(work, out):
    pieces = texts.pieces()
    for name in RELATIVES:
        net = Relative(made_of(name))
        net.load_state_dict(torch.load(os.path.join(work, name + ".pt"))["weights"])
        place = os.path.join(out, name)
        os.makedirs(place, exist_ok=True)
        folder.write_safetensors(os.path.join(place, "model.safetensors"), tensors_of(net))
        folder.write_json(os.path.join(place, "tokenizer.json"), pieces.file())
        folder.write_json(os.path.join(place, "config.json"), config(made_of(name)))
        folder.write_json(os.path.join(place, "tokenizer_config.json"), TOKENIZER)
        folder.write_json(os.path.join(place, "generation_config.json"), GENERATION)
        folder.write_json(os.path.join(place, "about.json"), dict(zip(("ru", "en"), ABOUT[name])))


if __name__ == "__main__":
    main(*sys.argv[1:])
