# SPDX-License-Identifier: Apache-2.0
"""A small Llama decoder as transformers' LlamaForCausalLM computes it."""
import math

import torch
from torch import nn
from torch.nn import functional as F

import notes

LAYERS, HEADS, WIDTH, INNER, CONTEXT, EPSILON, THETA = 4, 4, 64, 176, 128, 1e-6, 10000.0
HEAD, WORDS = WIDTH // HEADS, len(notes.WORDS)


def turns(length):
    angles = torch.arange(length)[:, None] * THETA ** (-torch.arange(0, HEAD, 2) / HEAD)
    return angles.cos(), angles.sin()


def turned(x, cosine, sine):
    """Rotary positions: pairs (k, k + d/2)."""
    a, b = x.chunk(2, -1)
    return torch.cat([a * cosine - b * sine, b * cosine + a * sine], -1)


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        return x * (x.pow(2).mean(-1, keepdim=True) + EPSILON).rsqrt() * self.weight


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.before, self.after = Norm(), Norm()
        self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(4))
        self.gate, self.up = nn.Linear(WIDTH, INNER, bias=False), nn.Linear(WIDTH, INNER, bias=False)
        self.down = nn.Linear(INNER, WIDTH, bias=False)

    def forward(self, x, cosine, sine, hidden):
        """x [B,T,D] → (x, attention [B,H,T,T])"""
        y = self.before(x)
        q, k, v = (part(y).view(*x.shape[:2], HEADS, HEAD).transpose(1, 2) for part in (self.query, self.key, self.value))
        q, k = turned(q.float(), cosine, sine) / math.sqrt(HEAD), turned(k.float(), cosine, sine)
        weights = torch.softmax(q @ k.transpose(-1, -2) + hidden, -1)
        x = x + self.output((weights @ v).transpose(1, 2).reshape(x.shape))
        y = self.after(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y)), weights


class Melody(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.end = Norm()
        nn.init.normal_(self.words.weight, std=.1)
        for layer in self.layers:
            for part in (layer.output, layer.down):
                nn.init.normal_(part.weight, std=.05 / math.sqrt(2 * LAYERS))

    def forward(self, ids):
        """ids [B,T] → (logits [B,T,V], attention [L,B,H,T,T])"""
        length = ids.shape[1]
        cosine, sine = turns(length)
        hidden = torch.full((length, length), -math.inf).triu(1)
        x, seen = self.words(ids), []
        for layer in self.layers:
            x, weights = layer(x, cosine, sine, hidden)
            seen.append(weights)
        return F.linear(self.end(x), self.words.weight), torch.stack(seen)

    def names(self):
        """{Hugging Face name: tensor}"""
        tensors = {"model.embed_tokens.weight": self.words.weight, "model.norm.weight": self.end.weight}
        parts = {"self_attn.q_proj": "query", "self_attn.k_proj": "key", "self_attn.v_proj": "value",
                 "self_attn.o_proj": "output", "mlp.gate_proj": "gate", "mlp.up_proj": "up", "mlp.down_proj": "down",
                 "input_layernorm": "before", "post_attention_layernorm": "after"}
        for number, layer in enumerate(self.layers):
            for name, part in parts.items():
                tensors[f"model.layers.{number}.{name}.weight"] = getattr(layer, part).weight
        return tensors
