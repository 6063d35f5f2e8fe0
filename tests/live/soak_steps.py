# SPDX-License-Identifier: Apache-2.0
"""What a soak does: steps chosen by chance from what is on screen, and their execution as X events.

A step is a plain object {"do": …} with everything in it that is needed to do it again: pixels, not names. `flows()` are the ways
people have through the window, generators of steps that may look at the screen between two of them."""
import re

WORDS = ("cat", "the", "old king", "sat", "кот", "на", "крыше", "princess", "she", "Она", "1984", "don't", "naïve", "?", ", ", "...")
PASTED = ("The old king gave the prince a sword, and the princess laughed.", "Старый король дал принцу меч.",
          "שלום עולם — مرحبا بالعالم — नमस्ते — 你好，世界 — 👩‍👩‍👧‍👦 — e\u0301\u200b\ufeff\u00a0x²", "a\tb\nc\r\nd",
          "once upon a time there was a little girl " * 12, "абв" * 150, "()[]{}<>%s%n\\\"'`", " ", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ﷽ \U0010ffff")
QUERIES = ("2.3", "layers", "export", "theme", "слой", "голова", "mask", "council", "narrator", "sweep", "текст", "zzz", "0.0",
           "compare", "undo", "words", "temperature", "reset")
KEYS = ("Up", "Down", "Left", "Right", "Tab", "comma", "period", "Home", "End", "Delete", "BackSpace", "Escape", "Return", "space",
        "F1", "F2", "F3", "F5", "F6", "F7", "F9", "F10", "F11", "F12", "m", "equal", "w", "c", "e", "Prior", "Next", "Menu", "0", "9")
CHORDS = ("ctrl+l", "ctrl+a", "ctrl+c", "ctrl+v", "ctrl+x", "ctrl+z", "ctrl+y", "ctrl+shift+z", "ctrl+p", "ctrl+shift+p", "ctrl+e",
          "ctrl+o", "ctrl+shift+o", "ctrl+s", "ctrl+shift+s", "ctrl+n", "ctrl+g", "ctrl+d", "ctrl+shift+c", "ctrl+Return",
          "ctrl+shift+Return", "ctrl+shift+space", "ctrl+shift+l", "ctrl+Tab", "ctrl+shift+Tab", "ctrl+Prior", "ctrl+Next", "ctrl+F6",
          "ctrl+shift+F6", "ctrl+equal", "ctrl+minus", "ctrl+0", "shift+Tab", "shift+Left", "shift+End", "ctrl+Left", "ctrl+BackSpace",
          "alt+Up", "alt+Down", "alt+Left", "alt+Right", "alt+m", "alt+e", "alt+v", "alt+f", "alt+s", "alt+i",
          *(f"ctrl+{number}" for number in range(1, 10)), *(f"alt+{number}" for number in range(1, 7)))
SIZES = ((1600, 900), (1600, 900), (1280, 720), (1024, 640), (800, 480), (320, 240), (640, 900), (1600, 300))
TOOLS = ("m", "equal", "w", "c", "e")
WORKSPACES = tuple(f"alt+{number}" for number in range(1, 7))


def key(*names):
    return {"do": "key", "keys": list(names)}


class Chance:
    """Chooses steps. `screen`: a function that gives (items by id, state) as they are now; `files`: names to drop or to type."""

    def __init__(self, random, screen, files, models):
        self.random, self.screen, self.files, self.models = random, screen, files, models

    # --- places ----------------------------------------------------------------------------------------------------

    def item(self, pattern=None):
        """Of one kind of item by chance, so that a hundred chips do not hide a button; None where there is none."""
        kinds = {}
        for name, item in sorted(self.screen()[0].items()):
            if (pattern is None or re.match(pattern, name)) and item["w"] >= 1 and item["h"] >= 1:
                kinds.setdefault(re.sub(r"[0-9]+", "#", ".".join(name.split(".")[:3])), []).append(item)
        return self.random.choice(self.random.choice(list(kinds.values()))) if kinds else None

    def place(self, item):
        if item is None or self.random.random() < 0.1:
            items = self.screen()[0].values()  # anywhere in the window
            return [int(self.random.random() * max((each["x"] + each["w"] for each in items), default=320)),
                    int(self.random.random() * max((each["y"] + each["h"] for each in items), default=240))]
        return [int(item["x"] + self.random.random() * item["w"]), int(item["y"] + self.random.random() * item["h"])]

    def click(self, pattern=None, **how):
        return {"do": "click", "at": self.place(self.item(pattern)), **how}

    def exactly(self, pattern):
        """A click in the middle of an item, where there is one: [step] or []."""
        item = self.item(pattern)
        return [{"do": "click", "at": [int(item["x"] + item["w"] / 2), int(item["y"] + item["h"] / 2)]}] if item else []

    def wheel(self, pattern=None):
        modifier = self.random.choice((None, None, None, "ctrl", "shift"))
        return {"do": "wheel", "at": self.place(self.item(pattern)), "up": self.random.random() < 0.5,
                "count": self.random.randint(1, 12), "modifier": modifier}

    def drag(self, pattern=None):
        return {"do": "drag", "from": self.place(self.item(pattern)), "to": self.place(self.item(pattern)),
                "button": self.random.choice((1, 1, 1, 2, 3))}

    # --- one step --------------------------------------------------------------------------------------------------

    def anything(self):
        random = self.random
        kind = random.choices(("key", "chord", "type", "paste", "click", "odd click", "drag", "wheel", "hover", "resize", "let run"),
                              (14, 14, 6, 2, 30, 8, 8, 8, 6, 2, 6))[0]
        if kind == "key":
            return key(*random.choices(KEYS, k=random.randint(1, 3)))
        if kind == "chord":
            return key(random.choice(CHORDS))
        if kind == "type":
            return {"do": "type", "text": random.choice(WORDS)}
        if kind == "paste":
            return {"do": "paste", "text": random.choice(PASTED)}
        if kind == "click":
            return self.click()
        if kind == "odd click":
            return self.click(button=random.choice((1, 2, 3, 3)), modifier=random.choice((None, "ctrl", "shift", "alt")),
                              times=random.choice((1, 1, 2, 3)))
        if kind == "drag":
            return self.drag()
        if kind == "wheel":
            return self.wheel()
        if kind == "hover":
            return {"do": "move", "to": self.place(self.item())}
        if kind == "resize":
            return {"do": "resize", "size": list(random.choice(SIZES))}
        return {"do": "let run", "seconds": round(random.uniform(0.05, 1.5), 2)}

    # --- ways through the window -----------------------------------------------------------------------------------

    def generating(self):
        yield key("alt+2")
        yield key("ctrl+Return")
        for _ in range(self.random.randint(1, 6)):
            yield self.random.choice((self.anything(), {"do": "let run", "seconds": 0.6}, key("ctrl+shift+space"),
                                      self.click(r"writing\.|generate\.")))
        yield key(self.random.choice(("Escape", "ctrl+Return", "ctrl+shift+Return")))

    def exporting(self):
        yield key("ctrl+e")
        for pattern in (r"export\.(head|model|change|change_map)\.", r"export\.format\.", r"export\.(theme|scale)\."):
            yield from self.exactly(pattern)
        yield from self.exactly(r"export\.path$")
        yield key("ctrl+a")
        yield {"do": "type", "text": f"out-{self.random.randrange(30)}"}
        yield key("Return")
        yield {"do": "let run", "seconds": 1.0}
        yield from self.exactly(r"export\.(confirm|copy|show_preview)$")

    def saving_and_opening(self):
        name = f"kept-{self.random.randrange(8)}.json"
        yield key("ctrl+shift+s")
        yield key("ctrl+a")
        yield {"do": "type", "text": name}
        yield key("Return", "Return")
        yield self.anything()
        yield key("ctrl+o")
        yield {"do": "type", "text": name}
        yield key("Return")

    def asking_the_palette(self):
        yield key("ctrl+shift+p")
        yield {"do": "type", "text": self.random.choice(QUERIES)}
        yield key(*["Down"] * self.random.randrange(4), "Return")

    def opening_a_model(self):
        if self.random.random() < 0.5 or not self.models:
            yield key("alt+m")
            yield from self.exactly(r"models\.")
        elif self.random.random() < 0.5:
            yield {"do": "drop", "at": [400, 400], "files": [self.random.choice(self.models)]}
        else:
            yield key("ctrl+shift+o")
            yield {"do": "type", "text": "~/files/" + self.random.choice(self.models)}
            yield key("Return")
        yield self.anything()
        yield {"do": "let run", "seconds": round(self.random.uniform(0.1, 3.0), 2)}

    def dropping(self):
        count = self.random.choice((1, 1, 1, 2, 4))
        yield {"do": "drop", "at": self.place(None), "files": self.random.choices(self.files, k=count)}

    def looking_at_what_takes_long(self):
        yield key("alt+3")
        yield from self.exactly(r"tab\.(sweep|patching|effect|compare)")
        yield from self.exactly(r"sweep\.(search|words|token)|patching\.(what|site)|effect\.")
        yield {"do": "let run", "seconds": round(self.random.uniform(0.2, 4.0), 2)}
        yield self.click(r"(sweep|search|patching|effect|compare)\.")

    def brushing(self):
        yield key(self.random.choice(WORKSPACES))
        yield key(self.random.choice(TOOLS))
        for _ in range(self.random.randint(1, 4)):
            yield {**self.drag(r"grid\."), "button": 1}
        yield self.click(r"brush\.|intervene\.|interventions?\.")
        yield key(*["ctrl+z"] * self.random.randrange(4), "Escape")

    def pinning(self):
        yield key("ctrl+p")
        yield key("ctrl+l", "End")
        yield {"do": "type", "text": self.random.choice(WORDS)}
        yield key("Escape", self.random.choice(("F5", "F6", "F7")))
        yield self.click(r"pin|compare\.")

    def going_back_and_forth(self):
        yield key(*["ctrl+z"] * self.random.randint(1, 12))
        yield key(*["ctrl+y"] * self.random.randint(1, 12))

    def rewriting(self):
        yield key("ctrl+l", "ctrl+a")
        yield {"do": self.random.choice(("type", "paste", "paste")), "text": self.random.choice(PASTED[:2] + WORDS)}
        for _ in range(self.random.randrange(5)):
            yield {"do": "type", "text": self.random.choice(WORDS)}
        yield key(self.random.choice(("Escape", "Return")))

    def resizing(self):
        for _ in range(self.random.randint(2, 5)):
            yield {"do": "resize", "size": [self.random.randrange(320, 1600), self.random.randrange(240, 900)]}
        yield {"do": "resize", "size": [1600, 900]}

    def tour(self):
        """Everything that keeps something large, once: every model, the largest letters, long texts, every panel, some exports."""
        for name in self.models + ["narrator.json", "very-long.txt", "changed.json", "very-long.txt"]:
            yield {"do": "drop", "at": [400, 400], "files": [name]}
            yield {"do": "let run", "seconds": 1.5}
        yield key("F3", "F3", "F2", "F2", *["ctrl+equal"] * 9, "ctrl+0")
        yield from self.generating()
        for workspace in WORKSPACES:
            yield key(workspace, *(f"ctrl+{number}" for number in range(1, 10)))
            yield {"do": "let run", "seconds": 2.0}
        for _ in range(4):
            yield from self.exporting()
        yield key("Escape", "Escape")

    def flows(self):
        """Steps without end."""
        ways = (self.generating, self.exporting, self.saving_and_opening, self.asking_the_palette, self.opening_a_model, self.dropping,
                self.looking_at_what_takes_long, self.brushing, self.pinning, self.going_back_and_forth, self.rewriting, self.resizing)
        while True:
            for _ in range(self.random.randrange(12)):
                yield self.anything()
            yield from self.random.choice(ways)()
