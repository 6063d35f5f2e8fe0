# SPDX-License-Identifier: Apache-2.0
"""A small vision transformer (ViT) as transformers' ViTForImageClassification computes it."""
import math

import torch
from torch import nn
from torch.nn import functional as F

IMAGE, PATCH, LAYERS, HEADS, WIDTH, INNER, CLASSES, EPSILON = 28, 4, 4, 4, 96, 256, 10, 1e-6
TOKENS = 1 + (IMAGE // PATCH) ** 2


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.before, self.after = nn.LayerNorm(WIDTH, EPSILON), nn.LayerNorm(WIDTH, EPSILON)
        self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, x):
        """x [B,T,D] → (x, attention [B,H,T,T])"""
        y = self.before(x)
        q, k, v = (part(y).view(*x.shape[:2], HEADS, -1).transpose(1, 2) for part in (self.query, self.key, self.value))
        weights = torch.softmax((q / math.sqrt(WIDTH // HEADS)) @ k.transpose(-1, -2), -1)
        x = x + self.output((weights @ v).transpose(1, 2).reshape(x.shape))
        return x + self.down(F.gelu(self.up(self.after(x)))), weights


class Vision(nn.Module):
    def __init__(self):
        super().__init__()
        self.cls = nn.Parameter(torch.randn(1, 1, WIDTH) * .02)
        self.places = nn.Parameter(torch.randn(1, TOKENS, WIDTH) * .02)
        self.patches = nn.Conv2d(1, WIDTH, PATCH, PATCH)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.end, self.classes = nn.LayerNorm(WIDTH, EPSILON), nn.Linear(WIDTH, CLASSES)
        for layer in self.layers:
            for part in (layer.output, layer.down):
                nn.init.normal_(part.weight, std=.02 / math.sqrt(2 * LAYERS))
                nn.init.zeros_(part.bias)

    def forward(self, pictures):
        """pictures [B,28,28], grey 0…1 → (logits [B,10], attention [L,B,H,T,T])"""
        n = len(pictures)
        squares = (pictures * 2 - 1).view(n, IMAGE // PATCH, PATCH, IMAGE // PATCH, PATCH).transpose(2, 3)
        rows = F.linear(squares.reshape(n, -1, PATCH * PATCH), self.patches.weight.view(WIDTH, -1), self.patches.bias)
        x, seen = torch.cat([self.cls.expand(n, 1, WIDTH), rows], 1) + self.places, []
        for layer in self.layers:
            x, weights = layer(x)
            seen.append(weights)
        return self.classes(self.end(x[:, 0])), torch.stack(seen)

    def names(self):
        """{Hugging Face name: tensor}"""
        tensors = {"vit.embeddings.cls_token": self.cls, "vit.embeddings.position_embeddings": self.places}

        def add(name, part):
            tensors[name + ".weight"], tensors[name + ".bias"] = part.weight, part.bias

        add("vit.embeddings.patch_embeddings.projection", self.patches)
        for number, layer in enumerate(self.layers):
            base = f"vit.encoder.layer.{number}."
            for part in ("query", "key", "value"):
                add(base + "attention.attention." + part, getattr(layer, part))
            add(base + "attention.output.dense", layer.output)
            add(base + "intermediate.dense", layer.up)
            add(base + "output.dense", layer.down)
            add(base + "layernorm_before", layer.before)
            add(base + "layernorm_after", layer.after)
        add("vit.layernorm", self.end)
        add("classifier", self.classes)
        return tensors
