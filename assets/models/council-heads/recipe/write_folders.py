# SPDX-License-Identifier: Apache-2.0
"""Writes the four folders: python3 write_folders.py WEIGHTS_PT VOCAB_TXT OUT [FIGURES_JSON]

OUT/1, OUT/2, OUT/4 and OUT/8 open like any BERT folder. heads.json names every guided head; a head that
answers several questions has all of them in its description.
"""
import json
import os
import shutil
import sys

import torch

import fewer
import texts
import folder
import model as encoder
from wordpiece import WordPiece


def config(heads):
    return {"architectures": ["BertForMaskedLM"], "model_type": "bert", "vocab_size": fewer.VOCABULARY,
            "hidden_size": fewer.WIDTH, "num_hidden_layers": fewer.LAYERS, "num_attention_heads": heads,
            "intermediate_size": fewer.INNER, "hidden_act": "relu", "hidden_dropout_prob": 0.0,
            "attention_probs_dropout_prob": 0.0, "max_position_embeddings": fewer.POSITIONS,
            "position_embedding_type": "absolute", "type_vocab_size": 2, "initializer_range": 0.02,
            "layer_norm_eps": 1e-12, "pad_token_id": 0, "tie_word_embeddings": True, "torch_dtype": "float16"}


TOKENIZER = {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "strip_accents": False,
             "tokenize_chinese_chars": True, "model_max_length": fewer.POSITIONS, "pad_token": "[PAD]",
             "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}


def main(weights, vocabulary, out, figures_path=None):
    figures = {}
    if figures_path:
        with open(figures_path, encoding="utf-8") as f:
            figures = json.load(f)
    tensors = torch.load(weights)["tensors"]
    for heads in fewer.HEADS:
        place = os.path.join(out, str(heads))
        os.makedirs(place, exist_ok=True)
        folder.write_safetensors(os.path.join(place, "model.safetensors"), tensors[heads])
        shutil.copyfile(vocabulary, os.path.join(place, "vocab.txt"))
        folder.write_json(os.path.join(place, "config.json"), config(heads))
        folder.write_json(os.path.join(place, "tokenizer_config.json"), TOKENIZER)
        folder.write_json(os.path.join(place, "about.json"), texts.about(heads))
        folder.write_json(os.path.join(place, "heads.json"), texts.heads(heads, figures))


def read(place):
    """(model in float32, WordPiece) of one of the folders: fewer.use() its number of heads before it runs."""
    with open(os.path.join(place, "vocab.txt"), encoding="utf-8") as f:
        pieces = WordPiece(f.read().split("\n")[:-1])
    with open(os.path.join(place, "config.json"), encoding="utf-8") as f:
        heads = json.load(f)["num_attention_heads"]
    fewer.use(heads)
    net = encoder.Encoder(fewer.VOCABULARY, half=False, dropout=0.0).eval()
    net.load(folder.read_safetensors(os.path.join(place, "model.safetensors")))
    return net, pieces


if __name__ == "__main__":
    main(*sys.argv[1:])
