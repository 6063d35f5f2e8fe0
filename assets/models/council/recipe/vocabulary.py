# SPDX-License-Identifier: Apache-2.0
"""Learns the vocabulary: python3 vocabulary.py DATA_FOLDER OUT_VOCAB_TXT"""
import collections
import glob
import sys

import wordpiece


def main(data, out):
    counts = collections.Counter()
    for path in sorted(glob.glob(data + "/corpora/text/*/*.txt")):
        if path.endswith("NOTE.txt"):
            continue
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                counts.update(wordpiece.quick_words(line))
    trees = collections.Counter()
    for path in sorted(glob.glob(data + "/corpora/ud/*/*.conllu")):
        if "-dev" in path and "Poetry" not in path:
            continue
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                if line[0].isdigit():
                    trees.update(wordpiece.basic_words(line.split("\t")[1]))
    for word, count in trees.items():
        counts[word] += 10 * count
    for extra in "«»—–…“”’№":
        counts[extra] += 1000
    for letter in "abcdefghijklmnopqrstuvwxyzабвгдеёжзийклмнопрстуфхцчшщъыьэюя0123456789":
        counts[letter] += 1000
    pieces = wordpiece.learn_vocabulary(counts, 12000)
    with open(out, "w", encoding="utf-8") as f:
        f.write("\n".join(pieces) + "\n")
    print(len(counts), "different words;", len(pieces), "pieces")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
