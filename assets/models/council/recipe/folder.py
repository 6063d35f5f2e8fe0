# SPDX-License-Identifier: Apache-2.0
"""Writes and reads the shipped folder: safetensors in F16, configuration, vocabulary, heads."""
import json
import os
import struct

import numpy as np
import torch

import conllu
import model as encoder
from wordpiece import WordPiece

# relation: (name ru, name en, badge ru, badge en, who looks at whom ru, en)
TEXTS = {
    "previous_token": ("Предыдущий токен", "Previous token", "назад", "back",
                       "Каждый токен смотрит на токен перед собой.", "Every token looks at the token before it."),
    "next_token": ("Следующий токен", "Next token", "вперёд", "ahead",
                   "Каждый токен смотрит на токен после себя.", "Every token looks at the token after it."),
    "attr_noun": ("Определение → существительное", "Attribute → noun", "чей?", "of what",
                  "Прилагательное, числительное или местоимение ищет своё существительное.",
                  "An adjective, numeral, article or possessive looks for its noun."),
    "case_noun": ("Предлог → существительное", "Preposition → noun", "предлог", "prep",
                  "Предлог ищет слово, к которому относится.", "A preposition looks for the noun it introduces."),
    "function_predicate": ("Служебное слово → сказуемое", "Function word → predicate", "служеб", "helper",
                           "Союз, связка или вспомогательный глагол ищет своё сказуемое.",
                           "A conjunction, copula or auxiliary looks for its predicate."),
    "governor": ("Слово → его главное слово", "Word → its governor", "главное", "parent",
                 "Каждое слово смотрит на слово, от которого зависит.", "Every word looks at the word it depends on."),
    "subject_predicate": ("Подлежащее → сказуемое", "Subject → predicate", "делает", "does",
                          "Подлежащее ищет своё сказуемое.", "A subject looks for its predicate."),
    "argument_predicate": ("Дополнение → сказуемое", "Argument → predicate", "доп.", "object",
                           "Дополнение или обстоятельство ищет глагол, который им управляет.",
                           "An object or oblique looks for the verb it belongs to."),
    "advmod_head": ("Наречие → что уточняет", "Adverb → what it modifies", "наречие", "adverb",
                    "Наречие или частица ищет слово, которое уточняет.",
                    "An adverb or particle looks for the word it modifies."),
    "nmod_noun": ("Несогласованное определение → существительное", "Noun modifier → noun", "чего?", "noun's",
                  "Существительное при существительном ищет главное из двух.",
                  "A noun that modifies a noun looks for the noun it modifies."),
    "noun_attr": ("Существительное → определения", "Noun → its attributes", "какой?", "which?",
                  "Существительное ищет свои прилагательные, числительные и местоимения.",
                  "A noun looks for its adjectives, numerals and pronouns, not for its article."),
    "conjunct_first": ("Однородный член → первый в ряду", "Conjunct → first conjunct", "ряд", "series",
                       "Второй и следующие однородные члены ищут первый.",
                       "Second and later conjuncts look for the first one."),
    "predicate_subject": ("Сказуемое → подлежащее", "Predicate → its subject", "кто?", "who?",
                          "Сказуемое ищет своё подлежащее.", "A predicate looks for its subject."),
    "predicate_object": ("Сказуемое → прямое дополнение", "Predicate → its object", "кого?", "whom?",
                         "Глагол ищет прямое дополнение.", "A verb looks for its direct object."),
    "predicate_recipient": ("Сказуемое → адресат", "Predicate → the recipient", "кому?", "to whom",
                            "Глагол ищет того, кому предназначено действие.",
                            "A verb looks for the recipient of the action."),
    "predicate_oblique": ("Сказуемое → место и обстоятельства", "Predicate → place and circumstance", "где?",
                          "where?", "Глагол ищет слова с предлогом или косвенным падежом: где, куда, чем, с кем.",
                          "A verb looks for its place, time, means and company."),
    "subject_recipient": ("Кто ↔ кому", "Who ↔ to whom", "↔ кому", "↔ to",
                          "Тот, кто действует, и адресат ищут друг друга.",
                          "The doer and the recipient look at each other."),
    "clause_predicate": ("Слово → сказуемое его предложения", "Word → its clause's predicate", "сказ.", "clause",
                         "Каждое слово смотрит на сказуемое своей части предложения.",
                         "Every word looks at the predicate of its own clause."),
    "relative_antecedent": ("Который → к чему относится", "Relative → antecedent", "котор.", "which",
                            "«Который» и глагол придаточного ищут слово, к которому относятся.",
                            "A relative pronoun and its verb look for the noun they describe."),
}


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as f:
        json.dump(value, f, ensure_ascii=False, indent=1)
        f.write("\n")


def write_safetensors(path, tensors):
    header, blobs, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name in sorted(tensors):
        blob = tensors[name].to(torch.float16).contiguous().numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(tensors[name].shape),
                        "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read_safetensors(path):
    with open(path, "rb") as f:
        size = struct.unpack("<Q", f.read(8))[0]
        header = json.loads(f.read(size))
        body = f.read()
    tensors = {}
    for name, item in header.items():
        if name != "__metadata__":
            begin, end = item["data_offsets"]
            array = np.frombuffer(body[begin:end], np.float16).reshape(item["shape"])
            tensors[name] = torch.from_numpy(array.astype(np.float32))
    return tensors


def heads(figures):
    listed = []
    for layer, head, relation in conllu.GUIDED:
        text = TEXTS[relation]
        item = {"layer": layer, "head": head, "relation": relation, "guided": True,
                "name": {"ru": text[0], "en": text[1]}, "short": {"ru": text[2], "en": text[3]},
                "asks": {"ru": text[4], "en": text[5]}}
        if relation in figures.get("en", {}):
            item["dev"] = {lang: round(figures[lang][relation]["right"], 4) for lang in ("ru", "en")}
            item["dev"].update({"baseline_" + lang: round(figures[lang][relation]["base"], 4)
                                for lang in ("ru", "en")})
        listed.append(item)
    return {"model": "council", "heads": listed}


def write(folder, tensors, vocabulary_path, figures):
    """Every file is written beside its place and then renamed."""
    os.makedirs(folder, exist_ok=True)
    with open(vocabulary_path, encoding="utf-8") as f:
        vocabulary = f.read()
    names = {
        "model.safetensors": lambda p: write_safetensors(p, tensors),
        "vocab.txt": lambda p: open(p, "w", encoding="utf-8").write(vocabulary),
        "config.json": lambda p: write_json(p, {
            "architectures": ["BertForMaskedLM"], "model_type": "bert",
            "vocab_size": vocabulary.count("\n"), "hidden_size": encoder.WIDTH,
            "num_hidden_layers": encoder.LAYERS, "num_attention_heads": encoder.HEADS,
            "intermediate_size": encoder.INNER, "hidden_act": "relu",
            "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.0,
            "max_position_embeddings": encoder.POSITIONS, "position_embedding_type": "absolute",
            "type_vocab_size": 2, "initializer_range": 0.02, "layer_norm_eps": 1e-12,
            "pad_token_id": 0, "tie_word_embeddings": True, "torch_dtype": "float16"}),
        "tokenizer_config.json": lambda p: write_json(p, {
            "tokenizer_class": "BertTokenizer", "do_lower_case": True, "strip_accents": False,
            "tokenize_chinese_chars": True, "model_max_length": encoder.POSITIONS,
            "pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]",
            "sep_token": "[SEP]", "mask_token": "[MASK]"}),
        "heads.json": lambda p: write_json(p, heads(figures)),
    }
    for name, writer in names.items():
        path = os.path.join(folder, name)
        writer(path + ".new")
        os.replace(path + ".new", path)


def read(folder):
    """(model in float32, WordPiece) of a shipped folder."""
    with open(os.path.join(folder, "vocab.txt"), encoding="utf-8") as f:
        pieces = WordPiece(f.read().split("\n")[:-1])
    net = encoder.Encoder(len(pieces.pieces), half=False, dropout=0.0).eval()
    net.load(read_safetensors(os.path.join(folder, "model.safetensors")))
    return net, pieces
