# SPDX-License-Identifier: Apache-2.0
"""What a person reads about the four models and their heads."""
import fewer
import conllu
from folder import TEXTS

ORDER = [relation for _, _, relation in conllu.GUIDED]
ABOUT = {1: ("Одна голова в слое на все вопросы council; для сравнения", "One head per layer for all of council's questions; to compare"),
         2: ("Две головы в слое на все вопросы council; для сравнения", "Two heads per layer for all of council's questions; to compare"),
         4: ("Четыре головы в слое на все вопросы council; для сравнения", "Four heads per layer for all of council's questions; to compare"),
         8: ("Восемь голов в слое, по одной на вопрос; для сравнения", "Eight heads per layer, one for each question; to compare")}


def about(heads):
    return {"ru": ABOUT[heads][0], "en": ABOUT[heads][1]}


def questions_ru(count):
    return f"{count} вопроса" if 2 <= count <= 4 else f"{count} вопросов"


def role(layer, head, relations):
    """One entry of heads.json; a head that answers several questions says which."""
    entry = {"layer": layer, "head": head, "relation": "+".join(relations), "guided": True}
    if len(relations) == 1:
        text = TEXTS[relations[0]]
        entry.update(name={"ru": text[0], "en": text[1]}, short={"ru": text[2], "en": text[3]},
                     asks={"ru": text[4], "en": text[5]})
        return entry
    count = len(relations)
    entry.update(name={"ru": f"Сразу {questions_ru(count)}", "en": f"{count} questions at once"},
                 short={"ru": f"{count} сразу", "en": f"{count} at once"},
                 asks={"ru": " ".join(TEXTS[r][4] for r in relations),
                       "en": " ".join(TEXTS[r][5] for r in relations)})
    return entry


def heads(count, figures):
    """heads.json of the model with this many heads in a layer; `figures` as measure.py writes them, or {}."""
    asked = {}
    for relation, place in fewer.places(count).items():
        asked.setdefault(place, []).append(relation)
    listed = []
    for (layer, head), relations in sorted(asked.items()):
        entry = role(layer, head, sorted(relations, key=ORDER.index))
        if figures:
            rows = {r["relation"]: r for r in figures["relations"]}
            at = figures["heads"].index(count)
            entry["dev"] = {r: {lang: rows[r][lang]["right"][at] for lang in ("ru", "en")}
                            for r in relations}
        listed.append(entry)
    return {"model": f"council-heads/{count}", "heads": listed}
