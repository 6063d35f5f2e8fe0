# SPDX-License-Identifier: Apache-2.0
"""A relative in float32: LayerNorm before each block, no biases of matrices, gelu, embedding and unembedding tied."""
import math

import torch
from torch import nn
from torch.nn import functional as F

from relatives import EPSILON, INNER, LAYERS, THETA, VOCABULARY, WIDTH


def slopes(heads):
    """ALiBi's (Press et al. 2022) for a power of two: 2^(−8h/H), h = 1 … H."""
    return torch.tensor([2.0 ** (-8.0 * (head + 1) / heads) for head in range(heads)])


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(WIDTH)), nn.Parameter(torch.zeros(WIDTH))

    def forward(self, x):
        return F.layer_norm(x, (WIDTH,), self.weight, self.bias, EPSILON)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.inner_norm = Norm(), Norm()
        self.qkv = nn.Parameter(torch.empty(3 * WIDTH, WIDTH))
        self.out = nn.Parameter(torch.empty(WIDTH, WIDTH))
        self.up = nn.Parameter(torch.empty(INNER, WIDTH))
        self.down = nn.Parameter(torch.empty(WIDTH, INNER))


class Relative(nn.Module):
    """ids [B, T] → logits [B, T, V], and with `looks` the weights [L, B, H, T, T]."""

    def __init__(self, made):
        super().__init__()
        self.made = made
        self.embed = nn.Parameter(torch.empty(VOCABULARY, WIDTH))
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = Norm()

    def begin(self, seed):
        """The same numbers for every relative."""
        torch.manual_seed(seed)
        with torch.no_grad():
            self.embed.normal_(0, 0.06)
            for layer in self.layers:
                layer.qkv.normal_(0, WIDTH ** -0.5)
                layer.up.normal_(0, WIDTH ** -0.5)
                layer.out.normal_(0, (2 * LAYERS * WIDTH) ** -0.5)
                layer.down.normal_(0, (2 * LAYERS * INNER) ** -0.5)
        return self

    def turned(self, x):
        size = x.shape[-1] // 2
        angle = torch.arange(x.shape[-2])[:, None] * THETA ** -(torch.arange(size) / size)
        cosine, sine = angle.cos(), angle.sin()
        a, b = x[..., :size], x[..., size:]
        return torch.cat([a * cosine - b * sine, b * cosine + a * sine], -1)

    def seen(self, tokens):
        """Which keys a query sees, as what is added to its scores."""
        place = torch.arange(tokens)
        far = place[:, None] - place[None, :]
        hidden = (far < 0) | (far >= self.made["window"]) if self.made["window"] else far < 0
        return hidden, far

    def attend(self, q, k):
        hidden, far = self.seen(q.shape[-2])
        if self.made["attention"] == "linear":
            product = (F.elu(q) + 1) @ (F.elu(k) + 1).transpose(-1, -2)
            product = product.masked_fill(hidden, 0.0)
            return product / product.sum(-1, keepdim=True)
        added = torch.zeros(far.shape).masked_fill(hidden, -math.inf)
        if self.made["positions"] == "alibi":
            added = added - slopes(self.made["heads"])[:, None, None] * far
        return torch.softmax((q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2) + added, -1)

    def ends(self, ids, looks=None):
        """What is unembedded, [B, T, D]."""
        batch, tokens = ids.shape
        x = F.embedding(ids, self.embed)
        for layer in self.layers:
            qkv = F.linear(layer.norm(x), layer.qkv).view(batch, tokens, 3, self.made["heads"], -1)
            q, k, v = qkv.permute(2, 0, 3, 1, 4)
            if self.made["positions"] == "rotary":
                q, k = self.turned(q), self.turned(k)
            weights = self.attend(q, k)
            if looks is not None:
                looks.append(weights)
            x = x + F.linear((weights @ v).transpose(1, 2).reshape(batch, tokens, WIDTH), layer.out)
            x = x + F.linear(F.gelu(F.linear(layer.inner_norm(x), layer.up), approximate="tanh"), layer.down)
        return self.norm(x)

    def forward(self, ids, looks=None):
        return F.linear(self.ends(ids, looks), self.embed)


class Unembedded(torch.autograd.Function):
    """Σ weight · −ln softmax(ends·embedᵀ)[wanted], some rows at a time, so that the logits stay in the cache; the gradient
    (weight · (p − 1 at what was wanted)) is made on the way."""

    @staticmethod
    def forward(ctx, ends, embed, wanted, weight, chunk=256):
        d_ends, d_embed, loss = torch.empty_like(ends), torch.zeros_like(embed), 0.0
        for begin in range(0, len(ends), chunk):
            part = slice(begin, begin + chunk)
            p = torch.softmax(ends[part] @ embed.t(), -1)
            right = p.gather(1, wanted[part, None])
            loss -= float((right[:, 0].log() * weight[part]).sum())
            p.scatter_(1, wanted[part, None], right - 1).mul_(weight[part, None])
            torch.mm(p, embed, out=d_ends[part])
            d_embed.addmm_(p.t(), ends[part])
        ctx.save_for_backward(d_ends, d_embed)
        return torch.tensor(loss)

    @staticmethod
    def backward(ctx, d_loss):
        d_ends, d_embed = ctx.saved_tensors
        return d_loss * d_ends, d_loss * d_embed, None, None


def check():
    """That gradient against autograd's: python3 net.py"""
    torch.manual_seed(1)
    ends, embed = torch.randn(600, WIDTH, requires_grad=True), torch.randn(300, WIDTH, requires_grad=True)
    wanted, weight = torch.randint(300, (600,)), torch.rand(600)
    (F.cross_entropy(ends @ embed.t(), wanted, reduction="none") * weight).sum().backward()
    theirs = ends.grad.clone(), embed.grad.clone()
    ends.grad = embed.grad = None
    Unembedded.apply(ends, embed, wanted, weight).backward()
    print([float((a - b).abs().max()) for a, b in zip(theirs, (ends.grad, embed.grad))])


if __name__ == "__main__":
    check()
