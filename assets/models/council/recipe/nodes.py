# SPDX-License-Identifier: Apache-2.0
"""Trees under construction: a node with what stands before it and after it."""
import random

import conllu


def chance(probability):
    return random.random() < probability


class Node:
    def __init__(self, form, lemma, upos, feats, deprel):
        self.form, self.lemma, self.upos, self.feats, self.deprel = form, lemma, upos, feats, deprel
        self.pre, self.post = [], []
        self.stands_for = None     # the governor, where it is not the node it is written beside

    def first(self):
        return self.pre[0].first() if self.pre else self

    def walk(self, parent=None):
        """(node, parent) in reading order."""
        for child in self.pre:
            yield from child.walk(self)
        yield self, parent
        for child in self.post:
            yield from child.walk(self)


def comma():
    return Node(",", ",", "PUNCT", {}, "punct")


def to_words(root, stop):
    """The sentence as conllu.Word; doubled commas and commas before the stop are dropped."""
    root.post.append(Node(stop, stop, "PUNCT", {}, "punct"))
    order = list(root.walk())
    kept = []
    for i, (node, parent) in enumerate(order):
        following = order[i + 1][0].form if i + 1 < len(order) else ""
        if node.form == "," and following in (",", ".", "?", "—"):
            continue
        kept.append((node, parent))
    place = {id(node): i for i, (node, _) in enumerate(kept)}
    return [conllu.Word(node.form, node.lemma or node.form, node.upos, node.feats,
                        place[id(node.stands_for or parent)] if parent else -1,
                        node.deprel if parent else "root") for node, parent in kept]
