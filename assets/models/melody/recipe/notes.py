# SPDX-License-Identifier: Apache-2.0
"""How a tune is written, and the tokens of it.

    K:G M:3/4 D4 | G4/2 B4/8 G4/8 | …

A note is its pitch (C4 is middle C) and its length: plain is a quarter, /8 an eighth, /2 a half, /1 a whole note; a dot makes it
half as long again. R is a rest, | a bar line, K: the key (m: minor), M: the metre. Every such word is one token.
"""
LETTERS = {"C": 0, "C#": 1, "D": 2, "D#": 3, "Eb": 3, "E": 4, "F": 5, "F#": 6, "G": 7, "G#": 8, "A": 9, "Bb": 10, "B": 11}
LOWEST, HIGHEST = 55, 81                                     # G3 … A5, as MIDI counts
LENGTHS = {1: "/8", 2: "", 3: ".", 4: "/2", 6: "/2.", 8: "/1"}       # eighths: how it is written
METRES = {"2/4": 4, "3/4": 6, "4/4": 8}                      # eighths in a bar
MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
KEYS = {"C": 0, "G": 7, "D": 2, "A": 9, "F": 5, "Bb": 10, "Am": 9, "Em": 4, "Dm": 2, "Gm": 7}
FLAT = ("F", "Bb", "Dm", "Gm")
UNKNOWN, BOS, EOS, BAR = 0, 1, 2, 3
SPECIAL = ["<unk>", "<s>", "</s>", "|"]


def name(pitch, flats):
    """60 → "C4"; D♯ and E♭ are told apart, other black keys have one name."""
    letters = {number: letter for letter, number in LETTERS.items() if letter != ("D#" if flats else "Eb")}
    return letters[pitch % 12] + str(pitch // 12 - 1)


def vocabulary():
    words = SPECIAL + ["K:" + key for key in KEYS] + ["M:" + metre for metre in METRES]
    words += ["R" + LENGTHS[length] for length in (1, 2, 3, 4)]
    for pitch in range(LOWEST, HIGHEST + 1):
        for word in dict.fromkeys((name(pitch, False), name(pitch, True))):
            words += [word + length for length in LENGTHS.values()]
    return words


WORDS = vocabulary()
IDS = {word: number for number, word in enumerate(WORDS)}
FIRST_NOTE = IDS["R/8"]
LENGTH_OF = {text: length for length, text in LENGTHS.items()}


def is_note(word):
    return IDS.get(word, 0) >= IDS["G3/8"]


def split(word):
    """("G#4", eighths) of a note or rest."""
    digit = next((i for i, c in enumerate(word) if c.isdigit()), 0)
    return word[:digit + 1], LENGTH_OF[word[digit + 1:]]


def pitch_of(word):
    head = split(word)[0]
    return LETTERS[head[:-1]] + 12 * (int(head[-1]) + 1)


def encode(text):
    return [BOS] + [IDS.get(word, UNKNOWN) for word in text.split()]


def in_key(word, key):
    """Is a note one of the seven of the key, or minor's raised seventh?"""
    steps = (pitch_of(word) - KEYS[key]) % 12
    return steps in (MINOR + (11,) if key.endswith("m") else MAJOR)


def file():
    """tokenizer.json"""
    def added(number):
        return {"id": number, "content": WORDS[number], "single_word": False, "lstrip": False, "rstrip": False,
                "normalized": False, "special": True}

    def replace(pattern, content):
        return {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}

    opening = {"SpecialToken": {"id": "<s>", "type_id": 0}}
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [added(UNKNOWN), added(BOS), added(EOS)],
        # Ways of writing the same: ♯ ♭; G♭ for F♯, D♭ for C♯, A♭ for G♯, A♯ for B♭; A4/4 for A4. C♭, F♭, E♯ and B♯ are unknown.
        "normalizer": {"type": "Sequence", "normalizers": [
            replace("♯", "#"), replace("♭", "b"), replace("[CF](?=b[0-9])", "?"), replace("[EB](?=#[0-9])", "?"),
            replace("D(?=b[0-9])", "C"), replace("G(?=b[0-9])", "F"), replace("A(?=b[0-9])", "G"),
            replace("(?<=[CFG])b(?=[0-9])", "#"), replace("A(?=#[0-9])", "B"), replace("(?<=B)#(?=[0-9])", "b"),
            replace("(?<!:[0-9])/4(?![0-9])", "")]},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "WhitespaceSplit"},
            {"type": "Split", "pattern": {"String": "|"}, "behavior": "Isolated", "invert": False}]},
        "post_processor": {"type": "TemplateProcessing", "single": [opening, {"Sequence": {"id": "A", "type_id": 0}}],
                           "pair": [opening, {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                           "special_tokens": {"<s>": {"id": "<s>", "ids": [BOS], "tokens": ["<s>"]}}},
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": IDS, "unk_token": "<unk>"}}
