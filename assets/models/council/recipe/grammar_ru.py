# SPDX-License-Identifier: Apache-2.0
"""A small grammar of everyday Russian: agreement, cases, word order and the arcs of every word."""
import random

from nodes import Node, chance, comma
from words_ru import (ADJECTIVES, ADVERBS, BY_FRAME, LEXICON, PEOPLE, POSSESSIVES, PRONOUNS, THINKERS,
                      WANTERS, adjective_form, demonstrative, features, possessive_form)


def noun_phrase(kinds, case, deprel, depth=0, plain=False, location=False):
    """A noun with adjectives, a possessive, a genitive, a relative clause or a second noun."""
    kind = random.choice(kinds)
    name = kind == "person" and chance(0.15)
    noun = random.choice(PEOPLE if name else LEXICON[kind])
    number = "Plur" if noun.plural and not name and kind != "abstract" and chance(0.2) else "Sing"
    form = noun.form(case, number)
    if location and case == "Loc" and number == "Sing" and noun.place:
        form = noun.place
    node = Node(form, noun.lemma.lower(), "PROPN" if name else "NOUN",
                features(case, noun.gender, number, noun.animate), deprel)
    node.gender, node.number, node.person, node.noun = noun.gender, number, "3", noun
    agree = (case, noun.gender, number, noun.animate)
    if name:
        return decorate(node, kinds, case, depth)
    if not plain and chance(0.12):
        stem = random.choice(POSSESSIVES)
        node.pre.append(Node(possessive_form(stem, *agree), stem, "DET",
                             features(case, noun.gender, number), "det"))
    if not plain and chance(0.08):
        word = random.choice(["этот", "тот"])
        node.pre.append(Node(demonstrative(word, *agree), word, "DET",
                             features(case, noun.gender, number), "det"))
    if chance(0.15 if plain else 0.42):
        first = adjective(agree)
        node.pre.append(first)
        if chance(0.12):
            second = adjective(agree, "conj")
            second.pre.insert(0, Node("и", "и", "CCONJ", {}, "cc"))
            first.post.append(second)
        elif chance(0.12):
            node.pre.append(adjective(agree))
    if not plain and depth < 2 and chance(0.1):
        node.post.append(noun_phrase(["person", "animal", "place"], "Gen", "nmod", depth + 2, True))
    elif not plain and depth < 1 and chance(0.05):
        node.post.append(prepositional(random.choice([("с", "Ins", ["thing", "food"]),
                                                      ("из", "Gen", ["place"]), ("для", "Gen", ["person"])]),
                                       "nmod", depth + 2))
    return decorate(node, kinds, case, depth)


def decorate(node, kinds, case, depth):
    if depth < 1 and chance(0.14):
        node.post.append(relative(node, depth + 1))
    elif depth < 1 and chance(0.08) and node.deprel != "conj":
        other = noun_phrase(kinds, case, "conj", depth + 1, True)
        other.pre.insert(0, Node("и", "и", "CCONJ", {}, "cc"))
        node.post.append(other)
        node.joined = True
    return node


def adjective(agree, deprel="amod"):
    word = random.choice(ADJECTIVES)
    node = Node(adjective_form(word, *agree), word, "ADJ", features(agree[0], agree[1], agree[2]), deprel)
    node.feats["Degree"] = "Pos"
    if agree[2] == "Plur":
        node.feats.pop("Gender", None)
    if chance(0.08):
        node.pre.append(Node("очень", "очень", "ADV",
                             {"Degree": "Pos"}, "advmod"))
    return node


def prepositional(choice, deprel, depth):
    preposition, case, kinds = choice
    node = noun_phrase(kinds, case, deprel, depth, location=preposition in ("в", "на"))
    first = (node.pre[0].first() if node.pre else node).form
    if preposition in ("в", "с", "к") and len(first) > 1 and first[0] in preposition + "вс" \
            and first[1] not in "аеёиоуыэюя":
        preposition += "о"
    if preposition == "о" and first[0].lower() in "аеиоуэ":
        preposition = "об"
    node.pre.insert(0, Node(preposition, preposition, "ADP", {}, "case"))
    return node


WHERE = [("на", "Loc", ["place"]), ("в", "Loc", ["place"]), ("под", "Ins", ["place", "thing"]),
         ("за", "Ins", ["place"]), ("у", "Gen", ["place", "person"]), ("возле", "Gen", ["place", "person"]),
         ("перед", "Ins", ["place", "person"]), ("над", "Ins", ["place"]), ("около", "Gen", ["place"])]
WHERE_TO = [("на", "Acc", ["place"]), ("в", "Acc", ["place"]), ("к", "Dat", ["person", "place"]),
            ("из", "Gen", ["place"]), ("с", "Gen", ["place"]), ("через", "Acc", ["place"]),
            ("за", "Acc", ["place"]), ("под", "Acc", ["place"]), ("по", "Dat", ["place"]), ("от", "Gen", ["person", "animal"])]


def relative(antecedent, depth):
    """«, который …» as subject, object, or after a preposition; or «, где …» for places."""
    if antecedent.noun.kind == "place" and chance(0.3):
        clause = predicate(random.choice("ISTF"), depth + 1)
        clause.pre.insert(0, Node("где", "где", "ADV", {"PronType": "Rel"}, "advmod"))
    else:
        role = random.choice(["Nom", "Nom", "Nom", "Acc", "Acc", "Prep"])
        gender, number = antecedent.gender, antecedent.number

        def which(case, deprel):
            form = adjective_form("который", case, gender, number, antecedent.noun.animate)
            return Node(form, "который", "PRON", features(case, gender, number), deprel)

        if role == "Nom":
            node = which("Nom", "nsubj")
            node.gender, node.number, node.person = gender, number, "3"
            frames = "TPFDSWLOI" if antecedent.noun.animate else "SSI"
            clause = predicate(random.choice(frames), depth + 1, subject=node, fronted=True)
        elif role == "Acc":
            clause = predicate("I", depth + 1, verbs=BY_FRAME["P" if antecedent.noun.animate else "T"])
            clause.pre.insert(0, which("Acc", "obj"))
        else:
            clause = predicate("I", depth + 1, verbs=BY_FRAME["S"] + BY_FRAME["L"] + BY_FRAME["O"])
            preposition, case = random.choice([("на", "Loc"), ("в", "Loc"), ("о", "Loc"), ("с", "Ins"), ("на", "Acc"),
                                               ("под", "Ins"), ("у", "Gen")])
            node = which(case, "obl")
            node.pre.append(Node(preposition, preposition, "ADP", {}, "case"))
            clause.pre.insert(0, node)
    clause.deprel = "acl:relcl"
    clause.pre.insert(0, comma())
    clause.post.append(comma())
    return clause


def subject_phrase(frame, depth):
    if chance(0.2):
        form, person, number, _ = random.choice(PRONOUNS)
        node = Node(form, form, "PRON", {"Case": "Nom", "Number": number, "Person": person}, "nsubj")
        node.gender = {"он": "Masc", "она": "Fem"}.get(form) or random.choice(["Masc", "Fem"])
        node.number, node.person = number, person
        if form in ("он", "она"):
            node.feats["Gender"] = node.gender
        return node
    kinds = ["person", "person", "animal"] if frame not in "S" else ["person", "animal", "thing", "thing"]
    return noun_phrase(kinds, "Nom", "nsubj", depth)


def dative(depth):
    if chance(0.3):
        form, person, number, forms = random.choice(PRONOUNS)
        return Node(forms.split()[0], form, "PRON", {"Case": "Dat", "Number": number, "Person": person}, "iobj")
    return noun_phrase(["person", "person", "animal"], "Dat", "iobj", depth + 1)


def object_phrase(frame, depth):
    if frame == "P" and chance(0.2):
        form, person, number, forms = random.choice(PRONOUNS)
        return Node(forms.split()[1], form, "PRON", {"Case": "Acc", "Number": number, "Person": person}, "obj")
    kinds = {"T": ["thing", "thing", "food"], "P": ["person", "animal"], "F": ["food"], "D": ["thing", "thing", "food", "animal"],
             "B": ["thing"], "E": ["thing", "abstract"]}[frame]
    return noun_phrase(kinds, "Acc", "obj", depth)


def finite(verb, subject, past):
    """The verb form that agrees with the subject."""
    number = "Plur" if getattr(subject, "joined", False) else subject.number
    node = Node("", verb.lemma, "VERB", {"VerbForm": "Fin", "Mood": "Ind", "Number": number}, "root")
    if past:
        node.form = verb.past(subject.gender, number)
        node.feats["Tense"] = "Past"
        if number == "Sing":
            node.feats["Gender"] = subject.gender
    else:
        node.form = verb.personal(subject.person, number)
        node.feats.update({"Person": subject.person, "Tense": "Pres"})
    return node


def complements(frame, depth):
    """The verb's arguments after (usually) the verb."""
    if frame in "TPFB":
        return [object_phrase(frame, depth)]
    if frame in "DE":
        pair = [dative(depth), object_phrase(frame, depth)]
        return pair if chance(0.75) else pair[::-1]
    if frame == "V":
        return [dative(depth)]
    if frame == "L":
        return [prepositional(("на", "Acc", ["person", "animal", "thing"]), "obl", depth)]
    if frame == "O":
        return [prepositional(("о", "Loc", ["person", "abstract", "thing"]), "obl", depth)]
    if frame == "C":
        return [prepositional(("с", "Ins", ["person", "animal"]), "obl", depth)]
    if frame == "X":
        return [noun_phrase(["thing"], "Ins", "obl", depth)]
    if frame == "G":
        return [noun_phrase(["person", "animal"], "Gen", "obj", depth)]
    if frame == "S":
        return [prepositional(random.choice(WHERE), "obl", depth)]
    if frame == "W":
        return [prepositional(random.choice(WHERE_TO), "obl", depth)]
    return []


def predicate(frame, depth=0, subject=None, fronted=False, verbs=None):
    """A clause: verb, subject, complements, adverbs, in one of the usual orders."""
    verb = random.choice(verbs or BY_FRAME[frame])
    subject = subject or subject_phrase(frame, depth + (1 if depth else 0))
    root = finite(verb, subject, chance(0.65))
    rest = complements(frame, depth)
    if frame in "TPFDB" and depth == 0 and chance(0.25):
        rest.append(prepositional(random.choice(WHERE if chance(0.6) else WHERE_TO), "obl", depth + 1))
    head = [root]
    if chance(0.08):
        head.insert(0, Node("не", "не", "PART", {"Polarity": "Neg"}, "advmod"))
    adverb = [Node(random.choice(ADVERBS), "", "ADV", {"Degree": "Pos"}, "advmod")] if chance(0.22) else []
    order = random.random()
    if fronted:
        before, after = [subject] + (adverb if chance(0.5) else []), rest
        after = after + [a for a in adverb if a not in before]
    elif not rest:
        before, after = ([subject], adverb) if order < 0.6 else (adverb, [subject]) if order < 0.85 else (adverb + [subject], [])
    elif order < 0.58:
        before, after = ([subject] + adverb, rest) if chance(0.6) else (adverb + [subject], rest)
    elif order < 0.78:
        before, after = [rest[-1]], adverb + [subject] + rest[:-1]
    elif order < 0.86:
        before, after = adverb, [subject] + rest
    elif order < 0.93:
        before, after = [subject] + adverb + rest, []
    else:
        before, after = [rest[0]] + adverb, rest[1:] + [subject]
    root.pre = before + head[:-1]
    root.post = after
    return root


def infinitive_clause(depth=0):
    subject = subject_phrase("I", depth)
    root = finite(random.choice(WANTERS), subject, chance(0.5))
    frame = random.choice("TPFDWSI")
    verb = random.choice(BY_FRAME[frame])
    child = Node(verb.lemma, verb.lemma, "VERB", {"VerbForm": "Inf"}, "xcomp")
    child.post = complements(frame, depth + 1)
    root.pre, root.post = [subject], [child]
    return root


def future(depth=0):
    frame = random.choice("SILOCBP")
    subject = subject_phrase(frame, depth)
    verb = random.choice(BY_FRAME[frame])
    number = "Plur" if getattr(subject, "joined", False) else subject.number
    form = {("1", "Sing"): "буду", ("2", "Sing"): "будешь", ("3", "Sing"): "будет", ("1", "Plur"): "будем",
            ("2", "Plur"): "будете", ("3", "Plur"): "будут"}[(subject.person, number)]
    root = Node(verb.lemma, verb.lemma, "VERB", {"VerbForm": "Inf"}, "root")
    helper = Node(form, "быть", "AUX", {"VerbForm": "Fin", "Mood": "Ind", "Number": number,
                                        "Person": subject.person}, "aux")
    root.pre, root.post = [subject, helper], complements(frame, depth + 1)
    return root


def said():
    root = finite(random.choice(THINKERS), subject := subject_phrase("I", 1), chance(0.5))
    child = predicate(random.choice("TPFDSWLI"), 1)
    child.deprel = "ccomp"
    child.pre[:0] = [comma(), Node(random.choice(["что", "что", "как"]), "что", "SCONJ", {}, "mark")]
    root.pre, root.post = [subject], [child]
    return root


def when():
    root = predicate(random.choice("TPFDSWLI"), 1)
    child = predicate(random.choice("TPFDSWLI"), 1)
    child.deprel = "advcl"
    child.pre.insert(0, Node(random.choice(["когда", "если", "пока"]), "", "SCONJ", {}, "mark"))
    if chance(0.5):
        child.post.append(comma())
        root.pre.insert(0, child)
    else:
        child.pre.insert(0, comma())
        root.post.append(child)
    return root


def two_verbs():
    root = predicate(random.choice("WISLT"), 1, fronted=True)
    subject = next(n for n in root.pre if n.deprel == "nsubj")
    frame = random.choice("TPFDSWLI")
    second = finite(random.choice(BY_FRAME[frame]), subject, root.feats["Tense"] == "Past")
    second.deprel = "conj"
    second.pre = [Node("и", "и", "CCONJ", {}, "cc")]
    second.post = complements(frame, 1)
    root.post.append(second)
    return root


def two_clauses():
    root, second = predicate(random.choice("TPFDSWLI"), 1), predicate(random.choice("TPFDSWLI"), 1)
    second.deprel = "conj"
    second.pre[:0] = [comma(), Node(random.choice(["и", "а", "но"]), "", "CCONJ", {}, "cc")]
    root.post.append(second)
    return root


def equation():
    """«Дружба — сила», «Игра — не наука, а чудо», «Книга интересная»."""
    kinds = random.choice([["abstract"], ["person"], ["animal"], ["thing"], ["place"]])
    subject = noun_phrase(kinds, "Nom", "nsubj", 1)
    if chance(0.3):
        root = adjective(("Nom", subject.gender, subject.number, False), "root")
        root.pre.insert(0, subject)
        return root
    root = noun_phrase(kinds if chance(0.5) else ["abstract"], "Nom", "root", 1)
    dash = [Node("—", "—", "PUNCT", {}, "punct")]
    if chance(0.3):
        dash.append(Node("это", "это", "PART", {}, "expl"))
    lead = [subject] + dash
    if chance(0.45):
        lead.append(Node("не", "не", "PART", {"Polarity": "Neg"}, "advmod"))
        second = noun_phrase(kinds if chance(0.5) else ["abstract"], "Nom", "conj", 1)
        second.pre[:0] = [comma(), Node("а", "а", "CCONJ", {}, "cc")]
        root.post.append(second)
    root.pre[:0] = lead
    return root


def owning():
    root = Node("есть", "быть", "VERB", {"VerbForm": "Fin", "Mood": "Ind", "Number": "Sing", "Person": "3"}, "root")
    root.pre = [prepositional(("у", "Gen", ["person", "animal"]), "obl", 1)]
    root.post = [noun_phrase(["thing", "animal", "person"], "Nom", "nsubj", 1)]
    return root


def question():
    frame = random.choice("TPFDSWLI")
    if chance(0.4):
        who = Node("кто", "кто", "PRON", {"Case": "Nom"}, "nsubj")
        who.gender, who.number, who.person = "Masc", "Sing", "3"
        return predicate(frame, 1, subject=who, fronted=True)
    root = predicate("I", 1, verbs=BY_FRAME[frame])
    if frame in "TPFD" and chance(0.6):
        word = Node(*random.choice([("что", "что"), ("кого", "кто")]), "PRON", {"Case": "Acc"}, "obj")
    else:
        form = random.choice(["где", "куда", "когда", "почему", "зачем"])
        word = Node(form, form, "ADV", {"Degree": "Pos"}, "advmod")
    root.pre.insert(0, word)
    return root


def command():
    forms = {"дай": "D", "покажи": "D", "принеси": "D", "подари": "D", "найди": "T", "купи": "T", "открой": "T",
             "посмотри": "L", "иди": "W", "сядь": "S", "расскажи": "E", "помоги": "V", "нарисуй": "T", "съешь": "F"}
    form = random.choice(list(forms))
    root = Node(form, form, "VERB", {"VerbForm": "Fin", "Mood": "Imp", "Number": "Sing", "Person": "2"}, "root")
    root.post = complements(forms[form], 1)
    return root


def sentence():
    makers = [(lambda: predicate(random.choice("TTPPFBLOCXGSSWWIDDDDEV")), 58), (said, 7), (when, 6), (two_verbs, 6),
              (two_clauses, 5), (equation, 7), (infinitive_clause, 6), (future, 4), (owning, 3), (question, 4), (command, 4)]
    maker = random.choices([m for m, _ in makers], [w for _, w in makers])[0]
    return maker(), "?" if maker is question else "."
