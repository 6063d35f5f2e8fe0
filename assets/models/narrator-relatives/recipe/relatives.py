# SPDX-License-Identifier: Apache-2.0
"""The relatives: a common base, and what each of them has instead of one thing of it."""

VOCABULARY, WIDTH, LAYERS, INNER, CONTEXT = 2048, 64, 2, 256, 128
EPSILON, THETA = 1e-5, 10000.0

BASE = {"heads": 4, "positions": "rotary", "attention": "softmax", "window": 0}
RELATIVES = {
    "base": {},
    "linear": {"attention": "linear"},
    "window": {"window": 16},
    "no-positions": {"positions": "none"},
    "alibi": {"positions": "alibi"},
    "8": {"heads": 8},
    "1": {"heads": 1},
    "2": {"heads": 2},
}
SHOWN = ("base", "window", "linear", "no-positions", "alibi", "1", "2", "8")    # the order in tables

# name: (ru, en) of the model list, and of tables
ABOUT = {
    "base": ("Маленький родственник narrator: 4 головы, RoPE, softmax",
             "A little relative of narrator: 4 heads, RoPE, softmax"),
    "window": ("Как base, но голова видит лишь 16 последних токенов",
               "Like base, but a head sees the last 16 tokens alone"),
    "linear": ("Как base, но внимание линейное (elu + 1), без softmax",
               "Like base, but with linear attention (elu + 1), no softmax"),
    "no-positions": ("Как base, но о местах токенов ничего не сказано",
                     "Like base, but nothing tells where tokens stand"),
    "alibi": ("Как base, но вместо RoPE — ALiBi: штраф за расстояние",
              "Like base, but with ALiBi in place of RoPE"),
    "1": ("Как base, но с одной головой в слое", "Like base, but with one head in a layer"),
    "2": ("Как base, но с двумя головами в слое", "Like base, but with two heads in a layer"),
    "8": ("Как base, но с восемью головами в слое", "Like base, but with eight heads in a layer"),
}
NAMES = {
    "base": ("Основа: 4 головы, RoPE, softmax", "Base: 4 heads, RoPE, softmax"),
    "window": ("Окно в 16 токенов", "A window of 16 tokens"),
    "linear": ("Линейное внимание", "Linear attention"),
    "no-positions": ("Без позиций", "No positions"),
    "alibi": ("ALiBi вместо RoPE", "ALiBi in place of RoPE"),
    "1": ("1 голова", "1 head"),
    "2": ("2 головы", "2 heads"),
    "8": ("8 голов", "8 heads"),
}


def made_of(name):
    """What a relative is made of: heads, positions, attention, window (0: none)."""
    return BASE | RELATIVES[name]
