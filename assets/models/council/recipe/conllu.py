# SPDX-License-Identifier: Apache-2.0
"""Universal Dependencies trees and the questions that the guided heads are asked about them.

A sentence is a list of Word; `arcs(sentence)` gives, per relation, {asking word: [words it should
find]}. Words that ask in vain are not listed (their row is trained to look at [SEP]); words whose
answer is doubtful are listed in `ignored`.
"""
import dataclasses

# (layer, head, relation); the heads that are not listed stay free.
GUIDED = [
    (0, 0, "previous_token"), (0, 1, "next_token"),
    (1, 0, "attr_noun"), (1, 1, "case_noun"), (1, 2, "function_predicate"),
    (2, 0, "governor"), (2, 1, "subject_predicate"), (2, 2, "argument_predicate"),
    (2, 3, "advmod_head"), (2, 4, "nmod_noun"), (2, 5, "noun_attr"), (2, 6, "conjunct_first"),
    (3, 0, "predicate_subject"), (3, 1, "predicate_object"), (3, 2, "predicate_recipient"),
    (3, 3, "predicate_oblique"), (3, 4, "subject_recipient"), (3, 5, "clause_predicate"),
    (3, 6, "relative_antecedent"),
]
RELATIONS = [r for _, _, r in GUIDED if not r.endswith("_token")]
TAGS = ["upos", "Case", "Gender", "Number", "VerbForm", "Animacy", "deprel", "Person", "Mood"]

RELATIVE_WORDS = {"который", "что", "кто", "чей", "где", "куда", "откуда", "какой", "когда",
                  "who", "which", "that", "whom", "whose", "where", "when"}
CLAUSES = {"root", "ccomp", "xcomp", "advcl", "acl", "csubj", "parataxis", "list"}


@dataclasses.dataclass
class Word:
    form: str
    lemma: str
    upos: str
    feats: dict
    head: int      # index of the governor in the sentence, -1 for the root
    deprel: str

    @property
    def base(self):
        return self.deprel.split(":")[0]


def read(path):
    """All sentences of a CoNLL-U file; multi-word ranges and empty nodes are skipped."""
    sentence = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if not line:
                if sentence:
                    yield sentence
                sentence = []
            elif line[0].isdigit():
                col = line.split("\t")
                if "-" in col[0] or "." in col[0]:
                    continue
                feats = dict(f.split("=", 1) for f in col[5].split("|") if "=" in f)
                sentence.append(Word(col[1], col[2].lower(), col[3], feats,
                                     int(col[6]) - 1, col[7]))
    if sentence:
        yield sentence


def is_clause(sentence, i):
    """Is word i the head of a clause?"""
    word = sentence[i]
    if word.base in CLAUSES:
        return True
    if word.base == "conj" and word.head >= 0:
        own_subject = any(w.head == i and w.base == "nsubj" for w in sentence)
        return is_clause(sentence, word.head) and (word.upos in ("VERB", "AUX") or own_subject)
    return False


def is_article(word):
    """Says nothing about its noun: the answer to "which?" is the adjective, not the article."""
    return word.upos == "DET" and word.feats.get("PronType") == "Art"


def arcs(sentence):
    """({relation: {asking: [found, …]}}, {relation: {ignored words}})."""
    found = {r: {} for r in RELATIONS}
    ignored = {r: set() for r in RELATIONS}

    def add(relation, asking, target):
        found[relation].setdefault(asking, []).append(target)

    clause = [is_clause(sentence, i) for i in range(len(sentence))]
    subjects, recipients = {}, {}
    for i, word in enumerate(sentence):
        h, base = word.head, word.base
        if h < 0 or base == "punct":
            continue
        if base in ("goeswith", "reparandum", "dep"):
            for r in RELATIONS:
                ignored[r].add(i)
            continue
        add("governor", i, h)
        up, steps = h, 0
        while not clause[i] and not clause[up] and sentence[up].head >= 0 and steps < 80:
            up, steps = sentence[up].head, steps + 1
        if not clause[i]:
            add("clause_predicate", i, up)
        possessive = word.deprel == "nmod:poss" and word.upos in ("PRON", "DET")
        if base in ("amod", "nummod", "det") or possessive:
            add("attr_noun", i, h)
            if not is_article(word):
                add("noun_attr", h, i)
        elif base == "case":
            add("case_noun", i, h)
        elif base in ("aux", "cop", "mark"):
            add("function_predicate", i, h)
        elif base in ("nsubj", "csubj"):
            add("subject_predicate", i, h)
            if base == "nsubj":
                add("predicate_subject", h, i)
                subjects.setdefault(h, i)
        elif base in ("obj", "iobj", "obl"):
            add("argument_predicate", i, h)
            name = {"obj": "object", "iobj": "recipient", "obl": "oblique"}[base]
            add("predicate_" + name, h, i)
            if base == "iobj":
                recipients.setdefault(h, i)
        elif base == "advmod":
            add("advmod_head", i, h)
        elif base == "nmod":
            add("nmod_noun", i, h)
        elif base == "conj":
            add("conjunct_first", i, h)
            if word.upos in ("VERB", "AUX"):   # a shared subject or object belongs to both
                for r in ("predicate_subject", "predicate_object", "predicate_recipient",
                          "predicate_oblique"):
                    ignored[r].add(i)
        if word.deprel == "acl:relcl":
            add("relative_antecedent", i, h)
            for k, rel in enumerate(sentence):
                if rel.lemma not in RELATIVE_WORDS or k == i:
                    continue
                if rel.feats.get("PronType", "Rel") not in ("Rel", "Int,Rel", "Int", "Dem"):
                    continue
                up, steps = k, 0
                while up >= 0 and up != i and not clause[up] and steps < 20:
                    up, steps = sentence[up].head, steps + 1
                if up == i and min(h, i) < k <= max(h, i):
                    add("relative_antecedent", k, h)
    for verb, subject in subjects.items():
        if verb in recipients:
            add("subject_recipient", subject, recipients[verb])
            add("subject_recipient", recipients[verb], subject)
    for r in RELATIONS:
        ignored[r] -= set(found[r])
    return found, ignored


def tags(word):
    """One value per name in TAGS; '' where a word has no such feature."""
    values = {"upos": word.upos, "deprel": word.base}
    return [values.get(t) or word.feats.get(t, "") for t in TAGS]
