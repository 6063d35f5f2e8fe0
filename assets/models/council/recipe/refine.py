# SPDX-License-Identifier: Apache-2.0
"""Makes head 2.5 of a trained folder leave articles out, and holds all else to what it was:

    python3 refine.py DATA FOLDER WORK OUT_AVERAGE_PT [--steps N] …

What the head is taught is its own former answer without the articles: their weight goes to the other
pieces in proportion. Layer 3 reads what the head writes, so the output of layer 2 and the attention of
layer 3 are held to what they were. Trained are the rows of queries, keys and values of the head, what
layer 2 does after attention, and the queries and keys of layer 3; no head of layers 0 to 2 but 2.5 can
change at all. No tree's annotation is read: the trees serve as sentences, beside running text. WORK
keeps the pieces of the texts. OUT is what export.py reads: the mean of the weights over the second half
of the steps.
"""
import argparse
import copy
import random
import time

import numpy as np
import torch

import data
import folder
import model as encoder
from wordpiece import PAD

LAYER, HEAD = 2, 5                  # noun_attr
ARTICLES = ("a", "an", "the")


def trained_parts(net):
    """[(parameter, the part of it that is trained)]; ... is all of it."""
    own = slice(HEAD * encoder.HEAD_DIM, (HEAD + 1) * encoder.HEAD_DIM)
    here, above = (f"bert.encoder.layer.{layer}." for layer in (LAYER, LAYER + 1))
    names = [(here + "attention.self." + part, own) for part in ("query", "key", "value")]
    names += [(here + part, ...) for part in ("attention.output.dense", "attention.output.LayerNorm",
                                              "intermediate.dense", "output.dense", "output.LayerNorm")]
    names += [(above + "attention.self.query", ...), (above + "attention.self.key", ...)]
    return [(net.get(name + end), part) for name, part in names for end in (".weight", ".bias")]


def upper(net, x, padding):
    """Residual x [B·T,D] below LAYER → (log attention of HEAD [B,1,T,T], residual after LAYER,
    log attention of the layer above [B,H,T,T])."""
    (look,), (state,) = net.layers(x, padding, LAYER, LAYER + 1)
    hide = padding[:, None, None, :].float() * -1e4
    above = net.attention(state, f"bert.encoder.layer.{LAYER + 1}.", hide)[1]
    return look[:, HEAD:HEAD + 1], state, above


def distance(look, was, real):
    """Mean KL of the rows of real pieces to what they were, nats; look, was [B,H,T,T], real [B,T]."""
    rows = (was.exp() * (was - look)).sum(-1) * real[:, None].float()
    return rows.sum() / real.sum() / look.shape[1]


def losses(net, before, ids, article):
    """(head, layer above, residual between them): how far each is from what it should be."""
    padding = ids == PAD
    real = ~padding
    with torch.no_grad():
        x = before.layers(before.embed(ids), padding, 0, LAYER)[1][-1]
        look_was, state_was, above_was = upper(before, x, padding)
        wanted = look_was.masked_fill(article[ids][:, None, None, :], -1e4).log_softmax(-1)
    look, state, above = upper(net, x, padding)
    apart = ((state - state_was) ** 2).mean(-1)[real.view(-1)].mean()
    return torch.stack([distance(look, wanted, real), distance(above, above_was, real), apart])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("folder")
    parser.add_argument("work")
    parser.add_argument("out")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--weights", type=float, nargs=3, default=[200, 1000, 60],
                        help="of the head, the attention above, the residual between")
    parser.add_argument("--made", type=int, default=8000)
    parser.add_argument("--tree-pieces", type=int, default=768)
    parser.add_argument("--text-rows", type=int, default=8)
    parser.add_argument("--avoid", nargs="*", default=[], help="files of sentences that are never made")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    for seed in (random.seed, np.random.seed, torch.manual_seed):
        seed(args.seed)
    net, pieces = folder.read(args.folder)
    before = copy.deepcopy(net)
    trained = trained_parts(net)
    for parameter in net.parameters():
        parameter.requires_grad_(False)
    for parameter, _ in trained:
        parameter.requires_grad_(True)
    optimizer = torch.optim.AdamW([p for p, _ in trained], lr=args.rate, betas=(0.9, 0.98), weight_decay=0.0)
    article = torch.tensor([piece in ARTICLES for piece in pieces.pieces])
    weights = torch.tensor(args.weights)

    avoid = set().union(*(data.sentences_to_avoid(path) for path in args.avoid))
    train, made, text = data.load(args.data, args.work, pieces, args.made, args.seed, avoid)
    shares = {"en": 0.42, "ru": 0.42, "made_ru": 0.11, "made_en": 0.05}
    trees = iter(data.TreeBatches(train, made, shares, pieces, data.Tags(train), data.Swaps(train),
                                  args.tree_pieces))
    mean, counted, sums, begun = None, 0, np.zeros(3), time.process_time()
    for step in range(args.steps):
        for group in optimizer.param_groups:
            group["lr"] = args.rate * min(1.0, (step + 1) / 30) * (1 - step / args.steps)
        rows = text.batch(args.text_rows)
        if step % 2:                    # as text is read, and as blanks are filled
            rows = data.mask_pieces(rows, 0.25, len(pieces.pieces))[0]
        found = (losses(net, before, torch.from_numpy(next(trees)["ids"]), article)
                 + losses(net, before, torch.from_numpy(rows), article)) / 2
        (found * weights).sum().backward()
        with torch.no_grad():
            for parameter, part in trained:
                kept = torch.zeros_like(parameter.grad)
                kept[part] = parameter.grad[part]
                parameter.grad.copy_(kept)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step >= args.steps // 2:
            counted += 1
            now = [p.detach().clone() for p, _ in trained]
            mean = now if mean is None else [m.lerp_(n, 1 / counted) for m, n in zip(mean, now)]
        sums += found.detach().numpy()
        if (step + 1) % 25 == 0:
            told = "  ".join(f"{name} {value / 25:.6f}" for name, value in zip(("head", "above", "between"), sums))
            print(f"{step + 1:5d}  {time.process_time() - begun:5.0f} s  {told}", flush=True)
            sums[:] = 0
    with torch.no_grad():
        for (parameter, _), value in zip(trained, mean):
            parameter.copy_(value)
    torch.save({"tensors": net.tensors(), "step": args.steps}, args.out)


if __name__ == "__main__":
    main()
