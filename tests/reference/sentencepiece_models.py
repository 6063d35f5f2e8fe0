# SPDX-License-Identifier: Apache-2.0
"""Four small models trained by SentencePiece itself on the sentences of this folder, and what it makes of many texts: the
files of tests/core/text/sentencepiece, which C++ tests are held to. Run by hand, where Debian's python3-sentencepiece is
installed; nothing else needs it:  sentencepiece_models.py ../core/text/sentencepiece
"""
import json
import os
import pathlib
import random
import sys
import tempfile

import sentencepiece

HERE = pathlib.Path(__file__).parent
RULES = [("①", "1"), ("②", "2"), ("½", "1/2"), ("ﬁ", "fi"), ("e\u0301", "é"), ("　", " "), ("\u00a0", " "), ("\t", " "), ("\n", " "),
         ("\u200b", ""), ("…", "..."), ("…!", "?!"), ("ё", "е"), ("㌔", "キロ")]
SYMBOLS = ["<tag>", "король", "▁▁", "ing", "the cat"]
MODELS = {
    "unigram": {"model_type": "unigram", "vocab_size": 320, "normalization_rule_tsv": "rules.tsv"},
    "unigram_symbols": {"model_type": "unigram", "vocab_size": 620, "byte_fallback": True, "user_defined_symbols": SYMBOLS,
                        "normalization_rule_tsv": "rules.tsv", "character_coverage": 0.98, "add_dummy_prefix": False},
    "bpe_bytes": {"model_type": "bpe", "vocab_size": 620, "byte_fallback": True, "normalization_rule_name": "identity",
                  "remove_extra_whitespaces": False, "split_digits": True, "user_defined_symbols": SYMBOLS[2:3]},
    "bpe_behind": {"model_type": "bpe", "vocab_size": 240, "treat_whitespace_as_suffix": True, "normalization_rule_tsv": "rules.tsv"},
}


def sentences():
    groups = json.loads((HERE / "council_sentences.json").read_text())
    found = [entry["text"] for group in groups.values() for entry in group if "text" in entry]
    return list(dict.fromkeys(found))


def texts(known):
    pick = random.Random(11)
    result = ["", " ", "   ", "▁", "a▁", "▁ a", "\t x\n", " the  cat ", "x<tag>y  <tag>", "the cats", "корольки", "ﬁne ①②½", "e\u0301 é",
              "ё…! …", "\u200bкот\u200b", "日本語 ㌔", "👩‍👩‍👧 🙂", "    x", "<s></s><unk><0x41>", "a\x01b", "singing", known[0] + "\n" + known[1]]
    result += pick.sample(known, 20) + [" ".join(known)]
    pool = "abcdething <>tag▁ ﬁяшеё\u0301①日\n\t.,…!\u00a0король"
    result += ["".join(pick.choice(pool) for _ in range(pick.randint(1, 40))) for _ in range(40)]
    ranges = [(32, 126), (0x80, 0x24F), (0x400, 0x4FF), (0x300, 0x36F), (0x2000, 0x33FF), (0xAC00, 0xD7A3), (0x1F300, 0x1F6FF)]
    return result + ["".join(chr(pick.randint(*pick.choice(ranges))) for _ in range(pick.randint(1, 12))) for _ in range(20)]


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    known = sentences()
    cases = {}
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)  # the models remember the names of their inputs
        pathlib.Path("sentences.txt").write_text("\n".join(known) + "\n")
        lines = ["\t".join(" ".join(f"{ord(c):X}" for c in side) for side in rule) for rule in RULES]
        pathlib.Path("rules.tsv").write_text("\n".join(lines) + "\n")
        for name, options in MODELS.items():
            sentencepiece.SentencePieceTrainer.train(input="sentences.txt", model_prefix=name, minloglevel=2, num_threads=1,
                                                     hard_vocab_limit=False, **options)
            model = sentencepiece.SentencePieceProcessor(model_file=name + ".model")
            cases[name] = [{"text": text, "ids": model.encode(text)} for text in texts(known)]
            (folder / (name + ".model")).write_bytes(pathlib.Path(name + ".model").read_bytes())
    (folder / "cases.json").write_text(json.dumps(cases, ensure_ascii=True, separators=(",", ":")).replace('{"text"', '\n{"text"') + "\n")


if __name__ == "__main__":
    main()
