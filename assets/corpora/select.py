#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Chooses the sentences of en.conllu and ru.conllu: python3 select.py UD_FOLDER

Whole sentences of 5 to 30 words in one alphabet, at even distances over files that the built-in models were never trained on; of each
word what the measures need (no XPOS, DEPS, and of MISC only SpaceAfter).
"""
import pathlib
import re
import sys

FILES = {"en": [("UD_English-EWT/en_ewt-ud-dev.conllu", 300)],
         "ru": [("UD_Russian-GSD/ru_gsd-ud-dev.conllu", 150), ("UD_Russian-Taiga/ru_taiga-ud-dev.conllu", 150)]}
LETTERS = {"en": "A-Za-z", "ru": "А-Яа-яЁё"}
SHORTEST, LONGEST = 5, 30  # words
# Beginnings of words that a class need not meet in an example.
UNFIT = {"en": "kill attack bomb war wars murder dead death died terror rape sex shot gun drug hostage insurg troop marine muslim islam "
               "jew hamas bush israel palestin iraq fallujah nazi hell damn shit fuck crap suck stupid blood weapon militar soldier "
               "uranium al-qaeda suicid casualt assault filibuster linger sharon conflict",
         "ru": "убий убив убит изнасил насил секс террор войн воен смерт мертв умер погиб казн оруж наркот труп кров взрыв расстрел "
               "фашис нацис гитлер путин крым украин сталин солдат арми фронт бое боев раб пленн проститут эроти водк пьян"}


def sentences(path):
    """(text, lines) of every sentence; without comments."""
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        lines = block.split("\n")
        named = dict(line[2:].split(" = ", 1) for line in lines if line.startswith("# ") and " = " in line)
        yield named["sent_id"], named["text"], [line.split("\t") for line in lines if not line.startswith("#")]


def is_whole(lang, text, rows):
    words = [row for row in rows if row[0].isdigit()]
    return (SHORTEST <= len(words) <= LONGEST and text[-1] in ".!?…" and re.match(rf"[«\"“]?[{LETTERS[lang]}]", text)
            and text[0] == text[0].upper() and not re.search(r"http|www|@|[_*#<>|]|\d{4,}", text)
            and not re.search("[A-Za-z]" if lang == "ru" else "[А-Яа-я]", text)
            and not re.search(rf"(?i)\b(?:{'|'.join(UNFIT[lang].split())})", text) and "()" not in text
            and not any(row[7] in ("goeswith", "reparandum", "dep") for row in words))


def kept(row):
    space = "SpaceAfter=No" if "SpaceAfter=No" in row[9] else "_"
    return "\t".join([row[0], row[1], row[2], row[3], "_", row[5], row[6], row[7], "_", space])


def main(folder):
    here = pathlib.Path(__file__).resolve().parent
    for lang, files in FILES.items():
        with open(here / f"{lang}.conllu", "w", encoding="utf-8", newline="\n") as out:
            for name, count in files:
                fitting = [one for one in sentences(pathlib.Path(folder) / name) if is_whole(lang, *one[1:])]
                for place in range(count):
                    identity, text, rows = fitting[place * len(fitting) // count]
                    rows = [row for row in rows if "." not in row[0]]
                    out.write(f"# sent_id = {identity}\n# text = {text}\n" + "\n".join(map(kept, rows)) + "\n\n")
                print(f"{name}: {count} of {len(fitting)} sentences that fit", file=sys.stderr)


main(*sys.argv[1:])
