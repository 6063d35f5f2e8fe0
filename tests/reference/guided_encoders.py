# SPDX-License-Identifier: Apache-2.0
"""The small guided encoders that `regard council` trains, for make_reference.py: what PyTorch's autograd finds for every number of heads;
plain PyTorch formulas in float64. Sentences, what their words should look at, labels and hidden pieces are random.

Like the rest, this imports nothing of the program and does not look at how the program computes.
"""
import json
import math

import numpy as np
import torch

LAYERS, WIDTH, INNER, VOCABULARY, CONTEXT = 4, 24, 40, 19, 16
EPSILON = 1e-5
QUESTIONS = [2, 3, 7, 7]        # of each layer; those of the first are the neighbours: before, after
LABELS = [3, 5]
PIECES = [[1, 2, 1, 1, 3], [2, 1, 1], [1, 1, 1, 4, 1, 1, 2]]     # of each sentence's words
HEADS = (1, 2, 4, 8)


def slots(heads):
    """{(layer, head): [numbers of the questions that it answers]}."""
    found, number = {}, 0
    for layer, count in enumerate(QUESTIONS):
        for j in range(count):
            head = j if count <= heads else j * heads // count
            found.setdefault((layer, head), []).append(number)
            number += 1
    return found


def shapes():
    named = {"bert.embeddings.word_embeddings.weight": (VOCABULARY, WIDTH), "bert.embeddings.position_embeddings.weight": (CONTEXT, WIDTH)}

    def linear(name, out, into):
        named[name + ".weight"], named[name + ".bias"] = (out, into), (out,)

    def norm(name):
        named[name + ".weight"], named[name + ".bias"] = (WIDTH,), (WIDTH,)

    norm("bert.embeddings.LayerNorm")
    for layer in range(LAYERS):
        name = f"bert.encoder.layer.{layer}."
        for part in ("query", "key", "value"):
            linear(f"{name}attention.self.{part}", WIDTH, WIDTH)
        linear(name + "attention.output.dense", WIDTH, WIDTH)
        norm(name + "attention.output.LayerNorm")
        linear(name + "intermediate.dense", INNER, WIDTH)
        linear(name + "output.dense", WIDTH, INNER)
        norm(name + "output.LayerNorm")
    linear("cls.predictions.transform.dense", WIDTH, WIDTH)
    norm("cls.predictions.transform.LayerNorm")
    named["cls.predictions.bias"] = (VOCABULARY,)
    linear("probe", sum(LABELS), WIDTH)
    return named


def make_weights():
    weights = {}
    for name, shape in shapes().items():
        spread = 0.8 if "embeddings.weight" in name else 0.2 if len(shape) == 1 else 1.3 / math.sqrt(shape[1])
        centre = 1.0 if name.endswith("LayerNorm.weight") else 0.0
        weights[name] = (centre + spread * torch.randn(shape, dtype=torch.float64)).float().double().requires_grad_()
    return weights


def make_gold(random):
    """[questions, words, words + separator] of each sentence: most words find nothing, some one or two, some are doubtful."""
    golds = []
    for words in PIECES:
        count = len(words)
        gold = np.zeros((sum(QUESTIONS), count, count + 1), np.float32)
        for question in range(QUESTIONS[0], sum(QUESTIONS)):
            for word in range(count):
                luck = random.random()
                if luck < 0.4:
                    gold[question, word, count] = 0.5
                elif luck < 0.8:
                    for target in random.choice(count, random.integers(1, 3), replace=False):
                        gold[question, word, target] = random.choice([0.5, 1.0, 2.0])
        golds.append(gold)
    return golds


def linear(w, name, x):
    return x @ w[name + ".weight"].T + w[name + ".bias"]


def norm(w, name, x):
    return torch.nn.functional.layer_norm(x, (WIDTH,), w[name + ".weight"], w[name + ".bias"], EPSILON)


def run(w, ids, heads):
    """([weights [heads, T, T] of each layer], [state [T, D] behind each])."""
    x = norm(w, "bert.embeddings.LayerNorm",
             w["bert.embeddings.word_embeddings.weight"][ids] + w["bert.embeddings.position_embeddings.weight"][: len(ids)])
    looks, states = [], []
    for layer in range(LAYERS):
        name = f"bert.encoder.layer.{layer}."
        q, k, v = (linear(w, f"{name}attention.self.{part}", x).view(len(ids), heads, WIDTH // heads).transpose(0, 1)
                   for part in ("query", "key", "value"))
        look = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(WIDTH // heads), -1)
        mixed = (look @ v).transpose(0, 1).reshape(len(ids), WIDTH)
        x = norm(w, name + "attention.output.LayerNorm", x + linear(w, name + "attention.output.dense", mixed))
        inner = torch.relu(linear(w, name + "intermediate.dense", x))
        x = norm(w, name + "output.LayerNorm", x + linear(w, name + "output.dense", inner))
        looks.append(look)
        states.append(x)
    return looks, states


def loss_of(w, heads, sentences, golds, labels, hidden):
    """(heads, labels, pieces) with the weights that they have in the loss."""
    asking = sum(int(pieces) for words, gold in zip(PIECES, golds) for pieces, row in zip(words, gold[QUESTIONS[0]]) if row.sum() > 0)
    pairs = sum(len(ids) - 1 for ids in sentences)
    guided, probed, wanted_of, guessed, wanted = 0.0, [], [], [], []
    for number, (ids, words, gold) in enumerate(zip(sentences, PIECES, golds)):
        looks, states = run(w, ids, heads)
        member = torch.zeros(len(ids), len(words) + 1, dtype=torch.float64)
        word_of = np.repeat(np.arange(len(words)), words)
        member[np.arange(1, len(ids) - 1), word_of] = 1.0
        member[-1, -1] = 1.0
        for (layer, head), questions in slots(heads).items():
            for question in questions:
                if question < QUESTIONS[0]:
                    near = looks[layer][head].diagonal(offset=(-1, 1)[question])
                    guided = guided - 0.3 * torch.log(near + 1e-6).sum() / pairs
            mine = gold[[q for q in questions if q >= QUESTIONS[0]]]
            if not len(mine):
                continue
            joined = mine.sum(0)
            joined[:, -1] = mine[:, :, -1].min(0)
            on_words = (looks[layer][head] @ member)[1:-1]
            guided = guided - (torch.from_numpy(joined[word_of]).double() * torch.log(on_words + 1e-6)).sum() / asking
        first = 1 + np.concatenate([[0], np.cumsum(words)[:-1]])
        probed.append(linear(w, "probe", states[1][first]))
        wanted_of.append(labels[number])
        rows, pieces = hidden[number]
        y = norm(w, "cls.predictions.transform.LayerNorm", torch.relu(linear(w, "cls.predictions.transform.dense", states[-1][rows])))
        guessed.append(y @ w["bert.embeddings.word_embeddings.weight"].T + w["cls.predictions.bias"])
        wanted.append(pieces)
    logits, wanted_of = torch.cat(probed).split(LABELS, 1), torch.cat(wanted_of)
    told = sum(torch.nn.functional.cross_entropy(each, wanted_of[:, kind]) for kind, each in enumerate(logits))
    return guided, 0.5 * told, 0.1 * torch.nn.functional.cross_entropy(torch.cat(guessed), torch.cat(wanted))


def write_guided(folder, heads):
    folder.mkdir(parents=True, exist_ok=True)
    w, golds = make_weights(), make_gold(np.random.default_rng(heads))
    sentences = [torch.randint(5, VOCABULARY, (sum(words) + 2,)) for words in PIECES]
    for ids in sentences:
        ids[0], ids[-1] = 2, 3
    labels = [torch.stack([torch.randint(size, (len(words),)) for size in LABELS], 1) for words in PIECES]
    hidden = [(torch.randperm(len(ids) - 2)[:3] + 1, torch.randint(5, VOCABULARY, (3,))) for ids in sentences]
    parts = loss_of(w, heads, sentences, golds, labels, hidden)
    sum(parts).backward()
    arrays = {f"value.{name}": value.detach().float().numpy() for name, value in w.items()}
    arrays |= {f"gradient.{name}": value.grad.float().numpy() for name, value in w.items()}
    for number, gold in enumerate(golds):
        arrays |= {f"gold.{number}": gold, f"ids.{number}": sentences[number].numpy(), f"labels.{number}": labels[number].numpy(),
                   f"words.{number}": np.array(PIECES[number]), f"hidden.{number}": hidden[number][0].numpy(),
                   f"wanted.{number}": hidden[number][1].numpy()}
    np.savez_compressed(folder / "reference.npz", losses=np.array([part.item() for part in parts]), **arrays)
    (folder / "config.json").write_text(json.dumps({"layers": LAYERS, "heads": heads, "width": WIDTH, "inner": INNER, "vocabulary": VOCABULARY,
                                                    "context": CONTEXT, "questions": QUESTIONS, "labels": LABELS}, indent=1) + "\n")


def write_all(folder):
    for heads in HEADS:
        write_guided(folder / f"guided-{heads}", heads)
        print("wrote", folder / f"guided-{heads}")
