# SPDX-License-Identifier: Apache-2.0
"""A plain BERT encoder (post-norm, ReLU, tied output) that also returns its attention.

Parameter names are Hugging Face's, so that the state dict is the shipped file. Matrix products
run in bfloat16 (AMX or AVX-512 where the processor has them) with float32 master weights.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

LAYERS, HEADS, WIDTH, INNER, POSITIONS = 4, 8, 256, 1024, 128
HEAD_DIM = WIDTH // HEADS


def half(tensor):
    return tensor.to(torch.bfloat16)


class HalfLinear(torch.autograd.Function):
    """y = x Wᵀ + b; all three products in bfloat16. `weight16` is half(weight)."""

    @staticmethod
    def forward(ctx, x, weight, bias, weight16):
        x16 = half(x)
        ctx.save_for_backward(x16, weight16)
        return torch.addmm(half(bias), x16, weight16.t()).float()

    @staticmethod
    def backward(ctx, grad):
        x16, weight16 = ctx.saved_tensors
        grad16 = half(grad)
        return grad16.mm(weight16).float(), grad16.t().mm(x16).float(), grad.sum(0), None


class HalfInner(torch.autograd.Function):
    """The feed-forward block W₂ relu(W₁x + b₁) + b₂ without leaving bfloat16 inside."""

    @staticmethod
    def forward(ctx, x, w1, b1, w2, b2, w1h, w2h):
        x16 = half(x)
        inner = torch.addmm(half(b1), x16, w1h.t()).relu_()
        ctx.save_for_backward(x16, inner, w1h, w2h)
        return torch.addmm(half(b2), inner, w2h.t()).float()

    @staticmethod
    def backward(ctx, grad):
        x16, inner, w1h, w2h = ctx.saved_tensors
        grad16 = half(grad)
        into = torch.ops.aten.threshold_backward(grad16.mm(w2h), inner, 0)
        ones = torch.ones(1, into.shape[0], dtype=torch.bfloat16)
        return (into.mm(w1h).float(), into.t().mm(x16).float(), ones.mm(into).float()[0],
                grad16.t().mm(inner).float(), grad.sum(0), None, None)


class HalfAttention(torch.autograd.Function):
    """Self-attention: x → (mixed values before the output matrix, log attention [B,H,T,T])."""

    @staticmethod
    def forward(ctx, x, weight, bias, weight16, hide):
        batch, _, _, length = hide.shape
        x16 = half(x)
        qkv = torch.addmm(half(bias), x16, weight16.t())
        q, k, v = qkv.view(batch, length, 3, HEADS, HEAD_DIM).permute(2, 0, 3, 1, 4).reshape(
            3, batch * HEADS, length, HEAD_DIM).unbind(0)
        scores = torch.bmm(q, k.transpose(1, 2)).float().view(batch, HEADS, length, length)
        look = F.log_softmax(scores.mul_(HEAD_DIM ** -0.5).add_(hide), dim=-1)
        attention = look.exp()
        attention16 = half(attention).view(batch * HEADS, length, length)
        mixed = torch.bmm(attention16, v).view(batch, HEADS, length, HEAD_DIM).transpose(1, 2)
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x16, weight16, q, k, v, attention, attention16)
        return mixed.reshape(-1, WIDTH).float(), look

    @staticmethod
    def backward(ctx, grad_mixed, grad_look):
        x16, weight16, q, k, v, attention, attention16 = ctx.saved_tensors
        batch, _, length, _ = attention.shape
        if grad_mixed is None:     # the last layer's, where only its attention is asked about
            grad_mixed = torch.zeros(batch * length, WIDTH)
        into = half(grad_mixed).view(batch, length, HEADS, HEAD_DIM).transpose(1, 2).reshape(
            batch * HEADS, length, HEAD_DIM)
        grad_v = torch.bmm(attention16.transpose(1, 2), into)
        through = torch.bmm(into, v.transpose(1, 2)).float().view(attention.shape).mul_(attention)
        if grad_look is not None:
            through.add_(grad_look)
        scores = through.sub_(attention * through.sum(-1, keepdim=True))
        scores16 = half(scores.mul_(HEAD_DIM ** -0.5)).view(batch * HEADS, length, length)
        grad_q = torch.bmm(scores16, k)
        grad_k = torch.bmm(scores16.transpose(1, 2), q)
        grads = torch.stack([grad_q, grad_k, grad_v]).view(
            3, batch, HEADS, length, HEAD_DIM).permute(1, 3, 0, 2, 4).reshape(-1, 3 * WIDTH)
        ones = torch.ones(1, grads.shape[0], dtype=torch.bfloat16)
        return (grads.mm(weight16).float(), grads.t().mm(x16).float(),
                ones.mm(grads).float()[0], None, None)


class Lookup(torch.autograd.Function):
    """Rows of the table. Their gradient is left in `late` (see Encoder.finish_gradient): a dense
    gradient of the whole table for a few hundred rows would cost a tenth of every step."""

    @staticmethod
    def forward(ctx, table, ids, late):
        ctx.ids, ctx.late = ids.reshape(-1), late
        return table[ids]

    @staticmethod
    def backward(ctx, grad):
        ctx.late.append((ctx.ids, grad.reshape(-1, WIDTH)))
        return None, None, None


class Dropout:
    """Dropout from a pool of ready-made noise at a random offset: much cheaper than drawing."""

    def __init__(self, rate, size=1 << 24):
        self.noise = (torch.rand(size) >= rate).float() / (1 - rate)

    def __call__(self, x):
        start = int(torch.randint(self.noise.numel() - x.numel(), (1,)))
        return x * self.noise[start:start + x.numel()].view(x.shape)


class Encoder(nn.Module):
    def __init__(self, vocabulary, half=True, dropout=0.1):
        super().__init__()
        self.half = half
        self.dropout = Dropout(dropout) if dropout else None
        self.w = nn.ParameterDict()
        self.names = {}
        self.low = {}
        self.late = []

        def new(name, value):
            key = name.replace(".", "/")
            self.names[key] = name
            self.w[key] = nn.Parameter(value)

        def matrix(rows, cols):
            return torch.randn(rows, cols) * math.sqrt(2.0 / (rows + cols))

        def norm(name):
            new(name + ".weight", torch.ones(WIDTH))
            new(name + ".bias", torch.zeros(WIDTH))

        new("bert.embeddings.word_embeddings.weight", torch.randn(vocabulary, WIDTH) * 0.05)
        place = torch.arange(POSITIONS).float()[:, None]
        rate = torch.exp(torch.arange(0, WIDTH, 2).float() * (-math.log(10000.0) / WIDTH))
        waves = torch.zeros(POSITIONS, WIDTH)
        waves[:, 0::2], waves[:, 1::2] = torch.sin(place * rate), torch.cos(place * rate)
        new("bert.embeddings.position_embeddings.weight", waves * 0.05)
        new("bert.embeddings.token_type_embeddings.weight", torch.zeros(2, WIDTH))
        norm("bert.embeddings.LayerNorm")
        for layer in range(LAYERS):
            base = f"bert.encoder.layer.{layer}."
            for part in ("query", "key", "value"):
                new(base + f"attention.self.{part}.weight", matrix(WIDTH, WIDTH))
                new(base + f"attention.self.{part}.bias", torch.zeros(WIDTH))
            new(base + "attention.output.dense.weight", matrix(WIDTH, WIDTH))
            new(base + "attention.output.dense.bias", torch.zeros(WIDTH))
            norm(base + "attention.output.LayerNorm")
            new(base + "intermediate.dense.weight", matrix(INNER, WIDTH))
            new(base + "intermediate.dense.bias", torch.zeros(INNER))
            new(base + "output.dense.weight", matrix(WIDTH, INNER))
            new(base + "output.dense.bias", torch.zeros(WIDTH))
            norm(base + "output.LayerNorm")
        new("cls.predictions.transform.dense.weight", matrix(WIDTH, WIDTH))
        new("cls.predictions.transform.dense.bias", torch.zeros(WIDTH))
        norm("cls.predictions.transform.LayerNorm")
        new("cls.predictions.bias", torch.zeros(vocabulary))
        self.refresh()

    def get(self, name):
        return self.w[name.replace(".", "/")]

    def tensors(self):
        """{Hugging Face name: tensor}."""
        return {self.names[k]: v.detach() for k, v in self.w.items()}

    def load(self, tensors):
        with torch.no_grad():
            for key, name in self.names.items():
                self.w[key].copy_(tensors[name])
        self.refresh()

    def refresh(self):
        """Copies the weights into bfloat16: call after every change of them."""
        if self.half:
            self.low = {self.names[k]: half(v.detach()) for k, v in self.w.items() if v.dim() == 2}

    def finish_gradient(self):
        """Adds the embedding rows' gradients: call after backward."""
        table = self.get("bert.embeddings.word_embeddings.weight")
        if table.grad is None:
            table.grad = torch.zeros_like(table)
        for ids, grad in self.late:
            table.grad.index_add_(0, ids, grad)
        self.late.clear()

    def linear(self, x, name, tied=None):
        weight, bias = self.get(tied or name + ".weight"), self.get(name + ".bias")
        if self.half:
            return HalfLinear.apply(x, weight, bias, self.low[tied or name + ".weight"])
        return F.linear(x, weight, bias)

    def attention(self, x, base, hide):
        """(mixed values [B·T,D], log attention [B,H,T,T])."""
        parts = [base + "attention.self." + part for part in ("query", "key", "value")]
        weight = torch.cat([self.get(p + ".weight") for p in parts])
        bias = torch.cat([self.get(p + ".bias") for p in parts])
        if self.half:
            low = torch.cat([self.low[p + ".weight"] for p in parts])
            return HalfAttention.apply(x, weight, bias, low, hide)
        batch, length = hide.shape[0], hide.shape[-1]
        q, k, v = F.linear(x, weight, bias).view(
            batch, length, 3, HEADS, HEAD_DIM).permute(2, 0, 3, 1, 4)
        look = F.log_softmax(q @ k.transpose(-1, -2) * HEAD_DIM ** -0.5 + hide, dim=-1)
        return (look.exp() @ v).transpose(1, 2).reshape(-1, WIDTH), look

    def inner(self, x, base):
        names = [base + "intermediate.dense", base + "output.dense"]
        if self.half:
            tensors = [self.get(n + end) for n in names for end in (".weight", ".bias")]
            return HalfInner.apply(x, *tensors, *(self.low[n + ".weight"] for n in names))
        return self.linear(torch.relu(self.linear(x, names[0])), names[1])

    def norm(self, x, name):
        return F.layer_norm(x, (WIDTH,), self.get(name + ".weight"), self.get(name + ".bias"), 1e-12)

    def drop(self, x):
        return self.dropout(x) if self.training and self.dropout else x

    def embed(self, ids):
        """ids [B,T] → residual [B·T,D] below layer 0."""
        base = "bert.embeddings."
        x = (Lookup.apply(self.get(base + "word_embeddings.weight"), ids, self.late)
             + self.get(base + "position_embeddings.weight")[:ids.shape[1]]
             + self.get(base + "token_type_embeddings.weight")[0])
        return self.drop(self.norm(x, base + "LayerNorm").view(-1, WIDTH))

    def layers(self, x, padding, begin=0, end=LAYERS):
        """Layers begin to end - 1 over residual x [B·T,D]; returns what forward returns, of these layers."""
        hide = padding[:, None, None, :].float() * -1e4
        looks, states = [], []
        for layer in range(begin, end):
            base = f"bert.encoder.layer.{layer}."
            mixed, look = self.attention(x, base, hide)
            looks.append(look)
            mixed = self.drop(self.linear(mixed, base + "attention.output.dense"))
            x = self.norm(x + mixed, base + "attention.output.LayerNorm")
            x = self.norm(x + self.drop(self.inner(x, base)), base + "output.LayerNorm")
            states.append(x)
        return looks, states

    def forward(self, ids, padding):
        """ids [B,T], padding [B,T] true where there is no token.

        Returns ([log attention [B,H,T,T] per layer], [residual [B·T,D] per layer]).
        """
        return self.layers(self.embed(ids), padding)

    def fill(self, x):
        """Logits over the vocabulary for residual rows x [N,D]."""
        y = torch.relu(self.linear(x, "cls.predictions.transform.dense"))
        y = self.norm(y, "cls.predictions.transform.LayerNorm")
        return self.linear(y, "cls.predictions", tied="bert.embeddings.word_embeddings.weight")
