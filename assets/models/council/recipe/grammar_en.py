# SPDX-License-Identifier: Apache-2.0
"""A small grammar of everyday English, annotated as Universal Dependencies would."""
import random

from nodes import Node, chance, comma
from words_en import (ADJECTIVES, ADVERBS, BY_FRAME, NAMES, NOUNS, PRONOUNS, THINK, WANT, WHERE, WHERE_TO,
                      third_person)


def noun_phrase(kinds, deprel, depth=0, plain=False):
    kind = random.choice(kinds)
    if kind == "person" and chance(0.15):
        name = random.choice(NAMES)
        node = Node(name, name.lower(), "PROPN", {"Number": "Sing"}, deprel)
        node.number, node.person, node.kind = "Sing", "3", kind
        return decorate(node, kinds, depth)
    entry = random.choice(NOUNS[kind])
    singular, _, plural = entry.partition("/")
    counted = not entry.endswith("/")
    number = "Plur" if counted and chance(0.25) else "Sing"
    form = singular if number == "Sing" else plural or singular + "s"
    node = Node(form, singular, "NOUN", {"Number": number}, deprel)
    node.number, node.person, node.kind = number, "3", kind
    words = [random.choice(ADJECTIVES)] if chance(0.15 if plain else 0.42) else []
    if words and chance(0.15):
        words.append(random.choice(ADJECTIVES))
    luck = random.random()
    if luck < 0.14:
        form = random.choice(["my", "your", "his", "her", "our", "their", "its"])
        node.pre.append(Node(form, form, "PRON", {"Poss": "Yes", "PronType": "Prs"}, "nmod:poss"))
    elif luck < 0.2 and depth < 2:
        owner = noun_phrase(["person", "animal"], "nmod:poss", 3, True)
        owner.post.append(Node("'s", "'s", "PART", {}, "case"))
        node.pre.append(owner)
    elif luck < 0.28:
        form = random.choice(["this", "that"] if number == "Sing" else ["these", "those", "two", "three", "many"])
        relation = ("NUM", "nummod") if form in ("two", "three") else ("ADJ", "amod") if form == "many" else ("DET", "det")
        node.pre.append(Node(form, form, relation[0], {"Number": number} if relation[0] == "DET" else {}, relation[1]))
    elif luck < 0.75:
        node.pre.append(Node("the", "the", "DET", {"Definite": "Def", "PronType": "Art"}, "det"))
    elif number == "Sing" and counted:
        vowel = (words or [form])[0][0] in "aeiou"
        node.pre.append(Node("an" if vowel else "a", "a", "DET", {"Definite": "Ind", "PronType": "Art"}, "det"))
    for word in words:
        adjective = Node(word, word, "ADJ", {"Degree": "Pos"}, "amod")
        if chance(0.08):
            adjective.pre.append(Node("very", "very", "ADV", {}, "advmod"))
        node.pre.append(adjective)
    if not plain and depth < 2 and chance(0.08):
        node.post.append(prepositional(random.choice([("of", ["place", "person", "animal"]), ("with", ["thing", "food"]),
                                                      ("from", ["place"])]), "nmod", depth + 2))
    return decorate(node, kinds, depth)


def decorate(node, kinds, depth):
    if depth < 1 and chance(0.16):
        node.post.append(relative(node, depth + 1))
    elif depth < 1 and chance(0.08):
        other = noun_phrase(kinds, "conj", depth + 1, True)
        other.pre.insert(0, Node(random.choice(["and", "and", "or"]), "and", "CCONJ", {}, "cc"))
        node.post.append(other)
        node.joined = True
    return node


def prepositional(choice, deprel, depth):
    node = noun_phrase(choice[1], deprel, depth)
    node.pre.insert(0, Node(choice[0], choice[0], "ADP", {}, "case"))
    return node


def relative(antecedent, depth):
    role = random.choice(["subject", "subject", "subject", "object", "bare", "place"])
    human = antecedent.kind == "person"

    def which(deprel):
        form = random.choice(["who", "that"] if human else ["which", "that"])
        node = Node(form, form, "PRON", {"PronType": "Rel"}, deprel)
        node.number, node.person = antecedent.number, "3"
        return node

    if role == "subject":
        frames = "TPFDSWLOI" if antecedent.kind in ("person", "animal") else "SS"
        clause = predicate(random.choice(frames), depth + 1, subject=which("nsubj"))
    elif role in ("object", "bare"):
        clause = predicate("I", depth + 1, verbs=BY_FRAME["P" if antecedent.kind in ("person", "animal") else "T"])
        if role == "object":
            clause.pre.insert(0, which("obj"))
    elif antecedent.kind == "place":
        clause = predicate(random.choice("ISTF"), depth + 1)
        clause.pre.insert(0, Node("where", "where", "ADV", {"PronType": "Rel"}, "advmod"))
    else:
        clause = predicate("I", depth + 1, verbs=BY_FRAME["L"])
        clause.pre.insert(0, which("obl"))
        clause.post.append(Node("at", "at", "ADP", {}, "case_moved"))
    clause.deprel = "acl:relcl"
    if chance(0.15) and role != "bare":
        clause.pre.insert(0, comma())
        clause.post.append(comma())
    return clause


def pronoun(objective, deprel):
    subject, objct, person, number = random.choice(PRONOUNS)
    form = objct if objective else subject
    node = Node(form, subject.lower(), "PRON", {"Case": "Acc" if objective else "Nom", "Number": number, "Person": person,
                                                "PronType": "Prs"}, deprel)
    node.number, node.person, node.kind = number, person, "person"
    return node


def subject_phrase(frame, depth):
    if chance(0.25):
        return pronoun(False, "nsubj")
    kinds = ["person", "animal", "thing"] if frame == "S" else ["person", "person", "animal"]
    return noun_phrase(kinds, "nsubj", depth)


def complements(frame, depth):
    if frame in "TPF":
        if frame == "P" and chance(0.2):
            return [pronoun(True, "obj")]
        return [noun_phrase({"T": ["thing", "food"], "P": ["person", "animal"], "F": ["food"]}[frame], "obj", depth)]
    if frame in "DE":
        kinds = ["thing", "thing", "food", "animal"] if frame == "D" else ["thing", "abstract"]
        people = ["person", "person", "animal"]
        if chance(0.65):
            whom = pronoun(True, "iobj") if chance(0.35) else noun_phrase(people, "iobj", depth + 1)
            return [whom, noun_phrase(kinds, "obj", depth)]
        return [noun_phrase(kinds, "obj", depth + 1), prepositional(("to", people), "obl", depth + 1)]
    kinds = {"L": ("at", ["person", "animal", "thing"]), "O": ("about", ["person", "abstract", "thing"]),
             "C": ("with", ["person", "animal"])}
    if frame in kinds:
        return [prepositional(kinds[frame], "obl", depth)]
    if frame == "S":
        return [prepositional(random.choice(WHERE), "obl", depth)]
    if frame == "W":
        return [prepositional(random.choice(WHERE_TO), "obl", depth)]
    return []


def finite(verb, subject, deprel="root"):
    """(root, helpers): past, present, progressive, perfect, future or modal, agreeing."""
    base, past, participle, ing = verb
    plural = getattr(subject, "joined", False) or subject.number == "Plur" or subject.form == "you"
    third = subject.person == "3" and not plural
    number = "Plur" if plural else "Sing"
    root = Node("", base, "VERB", {}, deprel)

    def helper(form, lemma):
        return Node(form, lemma, "AUX", {"VerbForm": "Fin", "Mood": "Ind", "Number": number, "Person": subject.person}, "aux")

    luck = random.random()
    if luck < 0.5:
        root.form, root.feats = past, {"Mood": "Ind", "VerbForm": "Fin", "Number": number, "Person": subject.person}
        return root, []
    if luck < 0.68:
        root.form = third_person(base) if third else base
        root.feats = {"Mood": "Ind", "VerbForm": "Fin", "Number": number, "Person": subject.person}
        return root, []
    if luck < 0.82:
        root.form, root.feats = ing, {"VerbForm": "Part"}
        if chance(0.5):
            return root, [helper("were" if plural else "was", "be")]
        return root, [helper("am" if subject.form == "I" else "are" if plural else "is", "be")]
    if luck < 0.88:
        root.form, root.feats = participle, {"VerbForm": "Part"}
        return root, [helper("has" if third else "have", "have")]
    root.form, root.feats = base, {"VerbForm": "Inf"}
    if luck < 0.93:
        negation = Node("not", "not", "PART", {"Polarity": "Neg"}, "advmod")
        return root, [helper("did", "do"), negation]
    modal = random.choice(["will", "can", "must", "should", "would", "could"])
    return root, [Node(modal, modal, "AUX", {"VerbForm": "Fin"}, "aux")]


def adverb():
    form = random.choice(ADVERBS)
    return Node(form, form, "ADV", {}, "advmod")


def predicate(frame, depth=0, subject=None, verbs=None):
    subject = subject or subject_phrase(frame, depth)
    root, helpers = finite(random.choice(verbs or BY_FRAME[frame]), subject)
    root.pre = [subject] + helpers
    root.post = complements(frame, depth)
    if frame in "TPFD" and depth == 0 and chance(0.25):
        root.post.append(prepositional(random.choice(WHERE if chance(0.6) else WHERE_TO), "obl", depth + 1))
    luck = random.random()
    if luck < 0.1:
        root.pre.append(adverb())
    elif luck < 0.2:
        root.post.append(adverb())
    elif luck < 0.24 and depth == 0:
        root.pre[:0] = [adverb(), comma()] if chance(0.5) else [adverb()]
    elif luck < 0.29 and depth == 0:
        root.pre[:0] = [prepositional(random.choice(WHERE), "obl", 1), comma()]
    return root


def passive():
    root = Node("", "", "VERB", {"VerbForm": "Part", "Voice": "Pass"}, "root")
    base, _, participle, _ = random.choice(BY_FRAME["T"] + BY_FRAME["P"])
    subject = noun_phrase(["thing", "animal", "person"], "nsubj:pass", 0)
    plural = subject.number == "Plur" or getattr(subject, "joined", False)
    root.form, root.lemma = participle, base
    root.pre = [subject, Node(random.choice(["were", "are"] if plural else ["was", "is"]), "be", "AUX",
                              {"VerbForm": "Fin", "Mood": "Ind"}, "aux:pass")]
    if chance(0.7):
        root.post.append(prepositional(("by", ["person", "animal"]), "obl", 1))
    return root


def infinitive_clause():
    base, past = random.choice(WANT.split(",")).split()
    subject = subject_phrase("I", 1)
    root, helpers = finite((base, past, past, base + "ing"), subject)
    if root.form.endswith("ing"):
        root.form, helpers = past, []
    frame = random.choice("TPFDSWI")
    verb = random.choice(BY_FRAME[frame])
    child = Node(verb[0], verb[0], "VERB", {"VerbForm": "Inf"}, "xcomp")
    child.pre = [Node("to", "to", "PART", {}, "mark")]
    child.post = complements(frame, 1)
    root.pre, root.post = [subject] + helpers, [child]
    return root


def said():
    base, past = random.choice(THINK.split(",")).split()
    subject = subject_phrase("I", 1)
    root = Node(past, base, "VERB", {"VerbForm": "Fin", "Mood": "Ind"}, "root")
    child = predicate(random.choice("TPFDSWLI"), 1)
    child.deprel = "ccomp"
    if chance(0.7):
        child.pre.insert(0, Node("that", "that", "SCONJ", {}, "mark"))
    root.pre, root.post = [subject], [child]
    return root


def when():
    root, child = predicate(random.choice("TPFDSWLI"), 1), predicate(random.choice("TPFDSWLI"), 1)
    child.deprel = "advcl"
    form = random.choice(["when", "if", "because", "while", "before", "after"])
    child.pre.insert(0, Node(form, form, "SCONJ", {}, "advmod" if form == "when" else "mark"))
    if chance(0.4):
        child.post.append(comma())
        root.pre.insert(0, child)
    else:
        root.post.append(child)
    return root


def two_verbs():
    root = predicate(random.choice("WISLT"), 1)
    subject = next(n for n in root.pre if n.deprel == "nsubj")
    frame = random.choice("TPFDSWLI")
    second, helpers = finite(random.choice(BY_FRAME[frame]), subject, "conj")
    second.pre = [Node("and", "and", "CCONJ", {}, "cc")] + helpers
    second.post = complements(frame, 1)
    root.post.append(second)
    return root


def two_clauses():
    root, second = predicate(random.choice("TPFDSWLI"), 1), predicate(random.choice("TPFDSWLI"), 1)
    second.deprel = "conj"
    form = random.choice(["and", "but", "so"])
    second.pre[:0] = [comma(), Node(form, form, "CCONJ", {}, "cc")]
    root.post.append(second)
    return root


def equation():
    kinds = random.choice([["abstract"], ["person"], ["animal"], ["thing"], ["place"]])
    subject = noun_phrase(kinds, "nsubj", 1)
    plural = subject.number == "Plur"
    helper = Node(random.choice(["are", "were"] if plural else ["is", "was"]), "be", "AUX",
                  {"VerbForm": "Fin", "Mood": "Ind"}, "cop")
    helpers = [helper] + ([Node("not", "not", "PART", {"Polarity": "Neg"}, "advmod")] if chance(0.3) else [])
    if chance(0.5):
        word = random.choice(ADJECTIVES)
        root = Node(word, word, "ADJ", {"Degree": "Pos"}, "root")
        root.pre = [subject] + helpers + ([Node("very", "very", "ADV", {}, "advmod")] if chance(0.3) else [])
        return root
    root = noun_phrase(kinds if chance(0.5) else ["abstract"], "root", 1)
    if len(helpers) > 1 and chance(0.6):
        second = noun_phrase(kinds, "conj", 1)
        second.pre[:0] = [comma(), Node("but", "but", "CCONJ", {}, "cc")]
        root.post.append(second)
    root.pre[:0] = [subject] + helpers
    return root


def there_is():
    subject = noun_phrase(["person", "animal", "thing"], "nsubj", 1)
    root = Node(random.choice(["are", "were"] if subject.number == "Plur" else ["is", "was"]), "be", "VERB",
                {"VerbForm": "Fin", "Mood": "Ind"}, "root")
    root.pre = [Node("there", "there", "PRON", {}, "expl")]
    root.post = [subject, prepositional(random.choice(WHERE), "obl", 1)]
    return root


def question():
    frame = random.choice("TPFDSWLI")
    if chance(0.35):
        who = Node("who", "who", "PRON", {"PronType": "Int"}, "nsubj")
        who.number, who.person = "Sing", "3"
        return predicate(frame, 1, subject=who)
    subject = subject_phrase(frame, 1)
    base = random.choice(BY_FRAME[frame])[0]
    root = Node(base, base, "VERB", {"VerbForm": "Inf"}, "root")
    root.pre = [Node(random.choice(["did", "will", "can"]), "do", "AUX", {"VerbForm": "Fin"}, "aux"), subject]
    if frame in "TF" and chance(0.6):
        root.pre.insert(0, Node("what", "what", "PRON", {"PronType": "Int"}, "obj"))
        return root
    if chance(0.6):
        form = random.choice(["where", "when", "why", "how"])
        root.pre.insert(0, Node(form, form, "ADV", {"PronType": "Int"}, "advmod"))
    root.post = complements(frame, 1)
    return root


def command():
    frame = random.choice("TDLWSFP")
    base = random.choice(BY_FRAME[frame])[0]
    root = Node(base, base, "VERB", {"VerbForm": "Fin", "Mood": "Imp"}, "root")
    root.post = complements(frame, 1)
    return root


def sentence():
    makers = [(lambda: predicate(random.choice("TTPPFFLOCSSWWIDDDDEE")), 58), (passive, 5), (said, 7), (when, 6), (two_verbs, 6),
              (two_clauses, 5), (equation, 7), (infinitive_clause, 6), (there_is, 4), (question, 4), (command, 3)]
    maker = random.choices([m for m, _ in makers], [w for _, w in makers])[0]
    root = maker()
    for node, parent in list(root.walk()):
        if node.deprel == "case_moved":        # "…who she looked at": the stranded preposition
            asked = next(n for n in parent.pre if n.deprel == "obl")
            node.deprel, node.stands_for = "case", asked
    return root, "?" if maker is question else "."
