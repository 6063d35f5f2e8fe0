# SPDX-License-Identifier: Apache-2.0
"""A small Qwen3 decoder with its gradient written out by hand.

Matrix products run in bfloat16 (AMX where the processor has it), what lies between them in kernels.c,
the residual stream and the master weights in float32. The norms before the blocks have no gain (ones in
the shipped file): the matrix behind them can learn it. `Plain` is the same model in float32, for checks.
"""
import ctypes
import os
import subprocess

import torch
from torch.nn import functional as F

LAYERS, HEADS, KV, HEAD, WIDTH, INNER, CONTEXT = 8, 8, 4, 32, 256, 704, 512
EPSILON, THETA = 1e-6, 10000.0
ROWS = (HEADS + 2 * KV) * HEAD
SCALE = HEAD ** -0.5
HERE = os.path.dirname(os.path.abspath(__file__))


def kernels(folder):
    """The compiled kernels.c; compiled into `folder` when it is not there or older."""
    source, target = os.path.join(HERE, "kernels.c"), os.path.join(folder, "kernels.so")
    if not os.path.exists(target) or os.path.getmtime(target) < os.path.getmtime(source):
        subprocess.run(["gcc", "-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", "-o", target, source, "-lm"],
                       check=True)
    library = ctypes.CDLL(target)

    def call(name, *arguments):
        ready = []
        for a in arguments:
            if a is None:
                ready.append(ctypes.c_void_p(None))
            elif isinstance(a, torch.Tensor):
                assert a.is_contiguous()
                ready.append(ctypes.c_void_p(a.data_ptr()))
            elif isinstance(a, float):
                ready.append(ctypes.c_float(a))
            else:
                ready.append(ctypes.c_long(a))
        getattr(library, name)(*ready)
    return call


def rope(length):
    angles = torch.arange(length)[:, None] * THETA ** (-torch.arange(16) / 16.0)[None]
    return angles.cos().float().contiguous(), angles.sin().float().contiguous()


def fresh(vocabulary, seed):
    """{name: float32 tensor}, matrices stacked by layer."""
    torch.manual_seed(seed)
    return {
        "embed": torch.randn(vocabulary, WIDTH) * 0.04,
        "qkv": torch.randn(LAYERS, ROWS, WIDTH) * WIDTH ** -0.5,
        "out": torch.zeros(LAYERS, WIDTH, HEADS * HEAD),
        "gate_up": torch.randn(LAYERS, 2 * INNER, WIDTH) * WIDTH ** -0.5,
        "down": torch.zeros(LAYERS, WIDTH, INNER),
        "gain_q": torch.full((LAYERS, HEAD), 1.5),
        "gain_k": torch.full((LAYERS, HEAD), 1.5),
        "gain_end": torch.ones(WIDTH),
    }


class Decoder:
    def __init__(self, weights, folder):
        self.w, self.call = weights, kernels(folder)
        self.grad = {k: torch.zeros_like(v) for k, v in weights.items()}
        self.turns = {}
        self.refresh()

    def refresh(self):
        """Copies the matrices into bfloat16: call after every change of the weights."""
        self.low = {k: self.w[k].to(torch.bfloat16) for k in ("embed", "qkv", "out", "gate_up", "down")}

    def run(self, ids, keep):
        """(unit rows before the last norm's gain, what the way back needs)."""
        call, low = self.call, self.low
        batch, length = ids.shape
        rows = batch * length
        if length not in self.turns:
            self.turns[length] = rope(length)
        cosine, sine = self.turns[length]
        x = self.w["embed"][ids.view(-1)]
        new = lambda *shape: torch.empty(*shape, dtype=torch.bfloat16)
        kept, add = [], None
        for layer in range(LAYERS):
            unit1, r1 = new(rows, WIDTH), torch.empty(rows)
            call("add_norm", x, add, unit1, r1, rows, WIDTH, EPSILON)
            qkv = unit1.mm(low["qkv"][layer].t())
            q, k, v = new(batch * KV, 2 * length, HEAD), new(batch * KV, length, HEAD), new(batch * KV, length, HEAD)
            rh = torch.empty(rows, HEADS + KV)
            call("split_heads", qkv, self.w["gain_q"][layer], self.w["gain_k"][layer], cosine, sine, q, k, v, rh, batch,
                 length, KV, SCALE, EPSILON)
            p = torch.bmm(q, k.transpose(1, 2))
            call("softmax", p, batch * HEADS * length, length)
            mixed = torch.bmm(p, v)
            merged = new(rows, HEADS * HEAD)
            call("merge_heads", mixed, merged, batch, HEADS, length)
            add = merged.mm(low["out"][layer].t())
            unit2, r2 = new(rows, WIDTH), torch.empty(rows)
            call("add_norm", x, add, unit2, r2, rows, WIDTH, EPSILON)
            both = unit2.mm(low["gate_up"][layer].t())
            inner = new(rows, INNER)
            call("swiglu", both, inner, rows, INNER)
            add = inner.mm(low["down"][layer].t())
            if keep:
                kept.append((unit1, r1, qkv, q, k, v, rh, p, merged, unit2, r2, both, inner))
        unit, r = new(rows, WIDTH), torch.empty(rows)
        call("add_norm", x, add, unit, r, rows, WIDTH, EPSILON)
        return unit, (kept, r)

    def losses(self, ids, wanted, weight, chunk=2048, learn=False):
        """−ln p(wanted) for every place [B·T]; with `learn` also fills self.grad for Σ weight · loss."""
        unit, (kept, r) = self.run(ids, learn)
        rows = unit.shape[0]
        ends = (unit.float() * self.w["gain_end"]).to(torch.bfloat16)
        loss = torch.empty(rows)
        wanted, weight = wanted.reshape(-1).contiguous(), weight.reshape(-1).contiguous()
        table, vocabulary = self.low["embed"], self.low["embed"].shape[0]
        dends = torch.empty(rows, WIDTH, dtype=torch.bfloat16)
        dembed = self.grad["embed"]
        dembed.zero_()
        for begin in range(0, rows, chunk):
            part = slice(begin, min(rows, begin + chunk))
            logits = ends[part].mm(table.t())
            self.call("cross_entropy", logits, wanted[part], weight[part], loss[part], logits.shape[0], vocabulary)
            if learn:
                torch.mm(logits, table, out=dends[part])
                dembed += logits.t().mm(ends[part])
        if learn:
            dends = dends.float()
            self.grad["gain_end"] = (dends * unit.float()).sum(0)
            self.back(ids, unit, r, (dends * self.w["gain_end"]).to(torch.bfloat16), kept)
        return loss

    def back(self, ids, unit, r, dunit, kept):
        call, low, grad = self.call, self.low, self.grad
        batch, length = ids.shape
        rows = batch * length
        cosine, sine = self.turns[length]
        new = lambda *shape: torch.empty(*shape, dtype=torch.bfloat16)
        dx, dx16 = torch.zeros(rows, WIDTH), new(rows, WIDTH)
        call("norm_back", dunit, unit, r, dx, dx16, rows, WIDTH)
        grad["gain_q"].zero_()
        grad["gain_k"].zero_()
        for layer in reversed(range(LAYERS)):
            unit1, r1, qkv, q, k, v, rh, p, merged, unit2, r2, both, inner = kept.pop()
            grad["down"][layer] = dx16.t().mm(inner)
            dinner = dx16.mm(low["down"][layer])
            dboth = torch.empty_like(both)
            call("swiglu_back", both, dinner, dboth, rows, INNER)
            grad["gate_up"][layer] = dboth.t().mm(unit2)
            call("norm_back", dboth.mm(low["gate_up"][layer]), unit2, r2, dx, dx16, rows, WIDTH)

            grad["out"][layer] = dx16.t().mm(merged)
            dmixed = new(batch * KV, 2 * length, HEAD)
            call("part_heads", dx16.mm(low["out"][layer]), dmixed, batch, HEADS, length)
            dp = torch.bmm(dmixed, v.transpose(1, 2))
            dv = torch.bmm(p.transpose(1, 2), dmixed)
            call("softmax_back", p, dp, batch * HEADS * length, length)
            dq, dk = torch.bmm(dp, k), torch.bmm(dp.transpose(1, 2), q)
            dqkv = torch.empty_like(qkv)
            call("split_back", dq, dk, dv, qkv, self.w["gain_q"][layer], self.w["gain_k"][layer], cosine, sine, rh, dqkv,
                 grad["gain_q"][layer], grad["gain_k"][layer], batch, length, KV, SCALE)
            grad["qkv"][layer] = dqkv.t().mm(unit1)
            call("norm_back", dqkv.mm(low["qkv"][layer]), unit1, r1, dx, dx16, rows, WIDTH)
        grad["embed"].index_add_(0, ids.view(-1), dx)


class Plain:
    """The same model in float32, one sequence batch at a time, with everything it saw."""

    def __init__(self, weights):
        self.w = weights

    @staticmethod
    def norm(x):
        return x * (x.pow(2).mean(-1, keepdim=True) + EPSILON).rsqrt()

    @staticmethod
    def turned(x, cosine, sine):
        a, b = x[..., :16], x[..., 16:]
        return torch.cat([a * cosine - b * sine, b * cosine + a * sine], -1)

    def __call__(self, ids):
        """ids [B,T] → (logits [B,T,V], attention [L,B,H,T,T])."""
        batch, length = ids.shape
        cosine, sine = rope(length)
        hide = torch.full((length, length), -1e30).triu(1)
        x, seen = self.w["embed"][ids], []
        for layer in range(LAYERS):
            qkv = F.linear(self.norm(x), self.w["qkv"][layer]).view(batch, length, -1, HEAD).transpose(1, 2)
            q, k, v = qkv.split([HEADS, KV, KV], 1)
            q = self.turned(self.norm(q) * self.w["gain_q"][layer], cosine, sine)
            k = self.turned(self.norm(k) * self.w["gain_k"][layer], cosine, sine)
            k, v = k.repeat_interleave(2, 1), v.repeat_interleave(2, 1)
            p = torch.softmax(q @ k.transpose(-1, -2) * SCALE + hide, -1)
            seen.append(p)
            x = x + F.linear((p @ v).transpose(1, 2).reshape(batch, length, -1), self.w["out"][layer])
            gate, up = F.linear(self.norm(x), self.w["gate_up"][layer]).chunk(2, -1)
            x = x + F.linear(F.silu(gate) * up, self.w["down"][layer])
        return F.linear(self.norm(x) * self.w["gain_end"], self.w["embed"]), torch.stack(seen)


def check(folder="/tmp"):
    """The gradient written by hand against float32 autograd: python3 model.py"""
    weights = fresh(512, 1)
    for name in ("out", "down"):
        weights[name].normal_(0, 0.06)
    for name in ("gain_q", "gain_k", "gain_end"):
        weights[name] += torch.randn_like(weights[name]) * 0.2
    net = Decoder(weights, folder)
    ids = torch.randint(0, 512, (4, 33))
    ids, wanted = ids[:, :32].contiguous(), ids[:, 1:].contiguous()
    weight = torch.rand(4, 32) / 128
    loss = net.losses(ids, wanted, weight, learn=True)
    plain = {k: v.clone().requires_grad_() for k, v in weights.items()}
    logits, _ = Plain(plain)(ids)
    exact = F.cross_entropy(logits.view(-1, 512), wanted.view(-1), reduction="none")
    (exact * weight.view(-1)).sum().backward()
    print("loss", float(loss.mean()), float(exact.mean()), float((loss - exact).abs().max()))
    for name, value in plain.items():
        mine, theirs = net.grad[name].flatten(), value.grad.flatten()
        print(name, "cosine", float(F.cosine_similarity(mine, theirs, 0)), "size", float(mine.norm() / theirs.norm()))


if __name__ == "__main__":
    check()
