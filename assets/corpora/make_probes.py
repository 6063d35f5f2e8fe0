#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the sentences of probes/ from templates and names: python3 make_probes.py [FOLDER]

Nothing is drawn by chance: two runs write the same files. Every rule that needs no understanding (the nearest candidate, the first one)
is right about half of the time; of coreference, whose candidates stand in both orders, in three sentences of four.
"""
import pathlib
import sys

HEAD = "# Sentences of this program's own; the format is told in ../README.md. Written by make_probes.py.\nprobe: {}\n\n"

# Indirect object (Wang et al. 2022): of two people one is named again, and the other one gets something. {a} is named first.
GIVES_EN = ["When {a} and {b} went to the store, {s} gave a drink [query to]",
            "Then {a} and {b} came to the garden, and {s} handed a flower [query to]",
            "After {a} and {b} had lunch together, {s} gave the last apple [query to]",
            "When {a} and {b} met at the station, {s} passed the letter [query to]",
            "While {a} and {b} were playing in the yard, {s} threw the ball [query to]",
            "Yesterday {a} and {b} sat in the kitchen, and {s} read a story [query to]",
            "When {a} and {b} were at school, {s} lent a pencil [query to]",
            "Once {a} and {b} walked along the river, and {s} showed a boat [query to]",
            "After {a} and {b} had found the key, {s} gave it back [query to]",
            "In the evening {a} and {b} stayed at home, and {s} sang a song [query to]",
            "When {a} and {b} got home from work, {s} offered some tea [query to]",
            "Before {a} and {b} left the house, {s} gave an umbrella [query to]"]
NAMES_EN = [("Mary", "John"), ("Tom", "Anna"), ("Kate", "Lucy"), ("Peter", "James"), ("Alice", "Jack"), ("Ben", "Sarah"), ("Emma", "Jane"),
            ("Paul", "George")]
# The name comes last and in the dative: the verb, in the present, does not tell who it is.
GIVES_RU = ["Когда {a} и {b} приходят в магазин, {s} покупает [query яблоко]",
            "Когда {a} и {b} гуляют в саду, {s} дарит [query цветок]",
            "После обеда {a} и {b} сидят за столом, и {s} отдаёт последнее [query яблоко]",
            "Когда {a} и {b} встречаются на вокзале, {s} передаёт [query письмо]",
            "Пока {a} и {b} играют во дворе, {s} бросает [query мяч]",
            "Вечером {a} и {b} сидят на кухне, и {s} читает [query сказку]",
            "Когда {a} и {b} учатся в школе, {s} даёт [query карандаш]",
            "Иногда {a} и {b} гуляют у реки, и {s} показывает [query лодку]",
            "Когда {a} и {b} находят ключ, {s} возвращает [query его]",
            "По вечерам {a} и {b} остаются дома, и {s} поёт [query песню]",
            "Когда {a} и {b} приходят с работы, {s} наливает [query чай]",
            "Когда {a} и {b} выходят из дома, {s} отдаёт [query зонт]"]
NAMES_RU = [(("Маша", "Маше"), ("Коля", "Коле")), (("Иван", "Ивану"), ("Анна", "Анне")), (("Катя", "Кате"), ("Оля", "Оле")),
            (("Пётр", "Петру"), ("Андрей", "Андрею")), (("Лиза", "Лизе"), ("Миша", "Мише")), (("Саша", "Саше"), ("Вера", "Вере")),
            (("Даша", "Даше"), ("Настя", "Насте")), (("Павел", "Павлу"), ("Сергей", "Сергею"))]

# Agreement (Linzen et al. 2016): the verb has the number of its subject, while a noun of the other number stands nearer to it (the first
# four) or farther from it (the others). An adverb before the verb: a model that reads from left to right asks there, not at a noun.
# {n} subject, {m} the other noun, {v} verb.
AGREES_EN = ["The {n} behind the {m} really {v} old.", "The {n} near the {m} also {v} very big.", "The {n} with the {m} now {v} in the room.",
             "The {n} under the {m} still {v} here.", "Behind the {m} the {n} now {v} alone.", "Near the {m} the {n} also {v} quite small.",
             "Beside the {m} the {n} really {v} hard to see.", "Above the {m} the {n} still {v} white."]
NOUNS_EN = [("key", "keys"), ("dog", "dogs"), ("boat", "boats"), ("tree", "trees"), ("house", "houses"), ("bird", "birds"), ("table", "tables")]
AGREES_RU = ["{n:n} за {m:i} давно {v} без присмотра.", "{n:n} возле {m:g} опять {v} у дороги.", "{n:n} рядом с {m:i} долго {v} без дела.",
             "{n:n} около {m:g} ещё {v} тут.", "За {m:i} {n:n} давно {v} без присмотра.", "Возле {m:g} {n:n} опять {v} у дороги.",
             "Рядом с {m:i} {n:n} долго {v} без дела.", "Около {m:g} {n:n} ещё {v} тут."]
# Nominative, genitive, instrumental; of one, of many.
NOUNS_RU = [("дом", "дома", "домом", "дома", "домов", "домами"), ("мальчик", "мальчика", "мальчиком", "мальчики", "мальчиков", "мальчиками"),
            ("собака", "собаки", "собакой", "собаки", "собак", "собаками"), ("машина", "машины", "машиной", "машины", "машин", "машинами"),
            ("лошадь", "лошади", "лошадью", "лошади", "лошадей", "лошадьми"), ("стул", "стула", "стулом", "стулья", "стульев", "стульями"),
            ("корабль", "корабля", "кораблём", "корабли", "кораблей", "кораблями")]
VERB_RU = ("стоит", "стоят")

# Coreference. Where gender decides, the other person is "other"; where only sense does, it is a "rival", which the rule of the nearest
# noun of the same gender falls for in the first half of them.
GENDER_EN = ["{x} called {y}, because {p} needed help.", "{x} met {y} in the park, and {p} began to laugh.", "{x} looked at {y}, while {p} was reading.",
             "{x} waited for {y}, but {p} was late.", "{x} danced with {y} until {p} was tired.", "{x} sat beside {y}, and {p} told a story."]
PEOPLE_EN = [("Anna", "Peter"), ("Mary", "John"), ("the girl", "the boy"), ("the queen", "the king")]
FIRST_EN = ["{x} apologised to {y}, because {p} had broken the cup.", "{x} asked {y} for help, because {p} could not lift the box.",
            "{x} phoned {y}, because {p} wanted to say sorry.", "{x} hid from {y}, because {p} had stolen an apple.",
            "{x} begged {y} for bread, because {p} was hungry.", "{x} lied to {y}, because {p} did not want to tell the truth."]
SECOND_EN = ["{x} praised {y}, because {p} had worked well.", "{x} thanked {y}, because {p} had helped so much.",
             "{x} scolded {y}, because {p} had come too late.", "{x} comforted {y}, because {p} had begun to cry.",
             "{x} envied {y}, because {p} had won the prize.", "{x} punished {y}, because {p} had told a lie."]
ALIKE_EN = [("she", "Anna", "Mary"), ("he", "Peter", "John"), ("she", "the mother", "the daughter"), ("he", "the father", "the son")]
GENDER_RU = ["{x} позвонил{e} {y:d}, потому что {p} нуждал{r} в помощи.", "{x} встретил{e} {y:a} в парке, и {p} громко засмеял{r}.",
             "{x} ждал{e} {y:a}, но {p} опоздал{q}.", "{x} сидел{e} рядом с {y:i}, и {p} рассказывал{q} сказку.",
             "{x} танцевал{e} с {y:i}, пока {p} не устал{q}.", "{x} смотрел{e} на {y:a}, пока {p} читал{q} книгу."]
# Nominative, dative, accusative, instrumental.
WOMEN_RU = [("Анна", "Анне", "Анну", "Анной"), ("Маша", "Маше", "Машу", "Машей"), ("Девочка", "девочке", "девочку", "девочкой"), ("Сестра", "сестре", "сестру", "сестрой")]
MEN_RU = [("Пётр", "Петру", "Петра", "Петром"), ("Иван", "Ивану", "Ивана", "Иваном"), ("Мальчик", "мальчику", "мальчика", "мальчиком"), ("Брат", "брату", "брата", "братом")]
FIRST_RU = ["{x} извинил{s} перед {y:i}, потому что {p} разбил{q} чашку.", "{x} попросил{e} {y:a} помочь, потому что {p} не мог{g} поднять ящик.",
            "{x} позвонил{e} {y:d}, потому что {p} хотел{q} попросить прощения.", "{x} убежал{e} от {y:g}, потому что {p} украл{q} яблоко.",
            "{x} попросил{e} у {y:g} хлеба, потому что {p} был{q} голод{h}.", "{x} соврал{e} {y:d}, потому что {p} не хотел{q} говорить правду."]
SECOND_RU = ["{x} похвалил{e} {y:a}, потому что {p} хорошо работал{q}.", "{x} поблагодарил{e} {y:a}, потому что {p} очень помог{g}.",
             "{x} отругал{e} {y:a}, потому что {p} опоздал{q}.", "{x} утешил{e} {y:a}, потому что {p} заплакал{q}.",
             "{x} позавидовал{e} {y:d}, потому что {p} получил{q} приз.", "{x} наказал{e} {y:a}, потому что {p} сказал{q} неправду."]
CASES = {"n": 0, "d": 1, "a": 2, "i": 3}


def marked(kind, text):
    """The last word is the mention: "the [answer girl]"."""
    *before, last = text.split(" ")
    return " ".join([*before, f"[{kind} {last}]"])


def capital(text):
    at = text.index(" ") + 1 if text[0] == "[" else 0
    return text[:at] + text[at].upper() + text[at + 1:]


def indirect_object(templates, names, forms):
    for number in range(48):
        template, pair = templates[number % 12], names[(number + number // 12) % len(names)]
        first, second = pair if number // 12 % 2 == 0 else pair[::-1]
        subject, receiver = (second, first) if number % 2 == number // 24 % 2 else (first, second)
        kind = {subject: "rival", receiver: "answer"}
        yield template.format(**{place: f"[{kind[one]} {forms(one)[0]}]" for place, one in (("a", first), ("b", second), ("s", subject))}) \
            + f" => {forms(receiver)[1]} | {forms(subject)[1]}"


def agreement_en():
    for number in range(56):
        template, many = AGREES_EN[number % 8], number // 8 % 2
        subject, other = NOUNS_EN[(number + number // 8) % 7], NOUNS_EN[(number + number // 8 + 3) % 7]
        verbs = ("is", "are")
        yield template.format(n=f"[answer {subject[many]}]", m=f"[rival {other[1 - many]}]", v=f"[place {verbs[many]}]") + f" => {verbs[many]} | {verbs[1 - many]}"


def agreement_ru():
    for number in range(56):
        many = number // 8 % 2
        subject, other = NOUNS_RU[(number + number // 8) % 7], NOUNS_RU[(number + number // 8 + 3) % 7]
        text = AGREES_RU[number % 8].replace("{n:n}", f"[answer {subject[3 * many]}]").replace("{v}", f"[place {VERB_RU[many]}]")
        for case, place in (("g", 1), ("i", 2)):
            text = text.replace("{m:%s}" % case, f"[rival {other[3 * (1 - many) + place]}]")
        yield capital(text) + f" => {VERB_RU[many]} | {VERB_RU[1 - many]}"


def coreference_en():
    for number in range(24):
        template, pair = GENDER_EN[number % 6], PEOPLE_EN[number // 6]
        x, y = pair if number % 2 else pair[::-1]
        answer = x if number // 2 % 2 else y
        kind = {answer: "answer", (y if answer == x else x): "other"}
        pronoun = "she" if answer == pair[0] else "he"
        yield capital(template.format(x=marked(kind[x], x), y=marked(kind[y], y), p=f"[query {pronoun}]"))
    for templates, kinds in ((FIRST_EN, ("answer", "rival")), (SECOND_EN, ("rival", "answer"))):
        for number in range(12):
            pronoun, x, y = ALIKE_EN[(number + number // 6) % 4]
            yield capital(templates[number % 6].format(x=marked(kinds[0], x), y=marked(kinds[1], y), p=f"[query {pronoun}]"))


def sentence_ru(template, x, y, kinds, woman_x, woman_p):
    """x, y: the forms of two people; the verbs behind x ({e}, {s}) and behind the pronoun ({q}, {r}, {g}, {h}) have their genders."""
    endings = {"e": "а" if woman_x else "", "s": "ась" if woman_x else "ся", "q": "а" if woman_p else "", "r": "ась" if woman_p else "ся",
               "g": "ла" if woman_p else "", "h": "на" if woman_p else "ен"}
    text = template.replace("{x}", f"[{kinds[0]} {x[0]}]").replace("{p}", f"[query {'она' if woman_p else 'он'}]")
    for case, place in CASES.items():
        text = text.replace("{y:%s}" % case, f"[{kinds[1]} {y[place]}]")
    text = text.replace("{y:g}", f"[{kinds[1]} {genitive(y)}]")
    for letter, ending in endings.items():
        text = text.replace("{%s}" % letter, ending)
    return capital(text)


def genitive(forms):
    """Of a man as the accusative; of a woman with -ы, or -и where no ы can stand."""
    if not forms[2].endswith("у"):
        return forms[2]
    stem = forms[2][:-1]
    return stem + ("и" if stem[-1] in "гкхшжчщ" else "ы")


def coreference_ru():
    for number in range(24):
        woman, man = WOMEN_RU[number // 6], MEN_RU[number // 6]
        woman_x = number % 2 == 1
        x, y = (woman, man) if woman_x else (man, woman)
        x_answers = number // 2 % 2 == 1
        yield sentence_ru(GENDER_RU[number % 6], x, y, ("answer", "other") if x_answers else ("other", "answer"), woman_x, woman_x == x_answers)
    for templates, kinds in ((FIRST_RU, ("answer", "rival")), (SECOND_RU, ("rival", "answer"))):
        for number in range(12):
            women = (number + number // 6) % 2 == 0
            people = WOMEN_RU if women else MEN_RU
            x, y = people[number % 4], people[(number + 1) % 4]
            yield sentence_ru(templates[number % 6], x, y, kinds, women, women)


def main(folder=pathlib.Path(__file__).resolve().parent / "probes"):
    for name, language, lines in (("indirect_object", "en", indirect_object(GIVES_EN, NAMES_EN, lambda name: (name, name))),
                                  ("indirect_object", "ru", indirect_object(GIVES_RU, NAMES_RU, lambda name: name)),
                                  ("agreement", "en", agreement_en()), ("agreement", "ru", agreement_ru()),
                                  ("coreference", "en", coreference_en()), ("coreference", "ru", coreference_ru())):
        path = pathlib.Path(folder) / f"{name}.{language}.txt"
        path.write_text(HEAD.format(name) + "".join(line + "\n" for line in lines), encoding="utf-8", newline="\n")


main(*sys.argv[1:])
