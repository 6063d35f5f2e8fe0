# SPDX-License-Identifier: Apache-2.0
"""Tunes made by rules: a key, a metre, a form of phrases, chords under the bars, motifs that come back.

    python3 grammar.py [COUNT [SEED]]      prints some
"""
import random
import sys

import notes

# degrees counted from 0, the tonic: chords as their roots, three notes each a third apart
FULL = [(0, 3, 4, 0), (0, 0, 4, 0), (0, 5, 4, 0), (0, 4, 4, 0), (3, 0, 4, 0), (0, 1, 4, 0)]
HALF = [(0, 3, 0, 4), (0, 0, 1, 4), (0, 5, 3, 4), (0, 4, 0, 4), (0, 0, 3, 4)]
# rhythms of a bar, in eighths, and how often
RHYTHMS = {
    "2/4": [((2, 2), 4), ((2, 1, 1), 4), ((1, 1, 2), 4), ((1, 1, 1, 1), 3), ((3, 1), 2), ((4,), 1)],
    "3/4": [((2, 2, 2), 4), ((4, 2), 4), ((2, 1, 1, 2), 3), ((3, 1, 2), 3), ((2, 2, 1, 1), 3), ((1, 1, 2, 2), 2), ((2, 4), 1),
            ((3, 1, 1, 1), 1), ((6,), 1)],
    "4/4": [((2, 2, 2, 2), 5), ((2, 2, 4), 4), ((4, 2, 2), 3), ((3, 1, 2, 2), 3), ((2, 1, 1, 2, 2), 3), ((3, 1, 4), 2),
            ((2, 2, 2, 1, 1), 2), ((1, 1, 1, 1, 2, 2), 2), ((3, 1, 3, 1), 1), ((4, 4), 1), ((2, 1, 1, 4), 2)],
}
LAST = {"2/4": [(4,), (2, 2)], "3/4": [(6,), (4, 2), (2, 4)], "4/4": [(8,), (4, 4), (2, 2, 4), (6, 2)]}
FORMS = [("AABA", 4), ("AABB", 3), ("ABAC", 3), ("ABAB", 2), ("AAB", 2), ("ABA", 2), ("AABC", 2), ("ABCA", 1), ("AA", 1)]


def chosen(rng, table):
    return rng.choices([item for item, _ in table], [share for _, share in table])[0]


def chord_tone(rng, chord, near, spread=3):
    """A degree of the chord not far from `near`."""
    tones = [degree for degree in range(near - spread, near + spread + 1) if (degree - chord) % 7 in (0, 2, 4)]
    tones = [degree for degree in tones if -4 <= degree <= 9] or [min(9, max(-4, near))]
    return rng.choices(tones, [4 - abs(degree - near) + (degree != near) for degree in tones])[0]


def bar_steps(rng, rhythm):
    """How a bar moves from its first note: steps, a note a step."""
    kind = rng.random()
    direction = rng.choice((1, -1))
    steps = [0]
    for place in range(1, len(rhythm)):
        if kind < .45:
            step = direction                                         # a scale
        elif kind < .6:
            step = 2 * direction                                     # a broken chord
        elif kind < .75:
            step = 0 if place % 2 else direction                     # said twice
        else:
            step = rng.choice((-2, -1, -1, 0, 1, 1, 2))
        if rng.random() < .2:
            direction = -direction
        steps.append(steps[-1] + step)
    return steps


def phrase(rng, metre, rhythms, cadence, motif, up, breath):
    """Bars of (degree, eighths); the last one ends on the cadence, is `up` eighths short, and ends with a rest (None) where
    there is to be a breath."""
    chords = rng.choice(FULL if cadence == "full" else HALF)
    bars, near = [], rng.choice((0, 2, 4, 4, 7))
    pattern = rng.choice(((0, 0, 1), (0, 1, 0), (0, 0, 0), (0, 1, 1)))
    for number in range(3):
        rhythm, steps = rhythms[pattern[number]], motif[pattern[number]]
        if rng.random() < .25:
            steps = bar_steps(rng, rhythm)
        first = chord_tone(rng, chords[number], near)
        degrees = [min(10, max(-5, first + step)) for step in steps]
        bars.append(list(zip(degrees, rhythm)))
        near = degrees[-1]
    ends = {"full": (0, 7), "half": (1, 4)}[cadence]
    end = min(ends, key=lambda degree: (abs(degree - near), rng.random()))
    rhythm = list(rng.choice(LAST[metre]))
    if up:
        left = notes.METRES[metre] - up
        rhythm = [left] if left in notes.LENGTHS else [left - 3, 3]
    lead = [end + rng.choice((1, -1)) for _ in rhythm[:-1]] if rng.random() < .6 else [end] * (len(rhythm) - 1)
    bars.append(list(zip(lead + [end], rhythm)))
    if breath and rhythm[-1] >= 4:
        bars[-1][-1:] = [(end, rhythm[-1] - 2), (None, 2)]
    return bars


def pitch(degree, key, tonic):
    steps = notes.MINOR if key.endswith("m") else notes.MAJOR
    return tonic + 12 * (degree // 7) + steps[degree % 7]


def word(degree, length, key, tonic, raised):
    if degree is None:
        return "R" + notes.LENGTHS[length]
    return notes.name(pitch(degree, key, tonic) + raised, key in notes.FLAT) + notes.LENGTHS[length]


def spelled(bars, key, tonic):
    """Bars of words; minor's seventh is raised where it goes up to the tonic."""
    flat = [(number, degree, length) for number, bar in enumerate(bars) for degree, length in bar]
    words = [[] for _ in bars]
    for place, (number, degree, length) in enumerate(flat):
        after = flat[place + 1][1] if place + 1 < len(flat) else degree
        raised = key.endswith("m") and degree is not None and degree % 7 == 6 and after == degree + 1
        words[number].append(word(degree, length, key, tonic, raised))
    return words


def tune(rng):
    """(key, metre, the phrases' letters, words of the whole tune without its head); no words where it does not fit the range"""
    key, metre = rng.choice(list(notes.KEYS)), rng.choice(list(notes.METRES))
    form = chosen(rng, FORMS)
    rhythms = [chosen(rng, RHYTHMS[metre]) for _ in range(2)]
    motif = [bar_steps(rng, rhythm) for rhythm in rhythms]
    upbeat = rng.choice(((1,), (2,), (1, 1))) if rng.random() < .2 else ()
    leads = [rng.choice((-3, -1, 1, 4)) for _ in upbeat]
    up, breath = sum(upbeat), not upbeat and rng.random() < .15
    made, text, bars = {}, [], []
    for place, letter in enumerate(form):
        last = place + 1 == len(form)
        if letter not in made:
            if letter != "A":
                motif = [bar_steps(rng, rhythm) for rhythm in rhythms] if rng.random() < .6 else motif
            cadence = "full" if last or rng.random() < .4 else "half"
            made[letter] = phrase(rng, metre, rhythms, cadence, motif, up, breath)
        one = [list(bar) for bar in made[letter]]
        final = -2 if one[-1][-1][0] is None else -1
        degree, length = one[-1][final]
        if last and degree % 7 != 0:                               # the tune ends at home
            one[-1][final] = (0 if degree < 4 else 7, length)
        if up:
            opening = list(zip(leads, upbeat))
            if bars:
                bars[-1] += opening
            else:
                bars.append(opening)
        bars += one
    degrees = [degree for bar in bars for degree, _ in bar if degree is not None]
    tonics = [tonic for tonic in range(notes.LOWEST, notes.HIGHEST) if tonic % 12 == notes.KEYS[key]
              and pitch(min(degrees), key, tonic) >= notes.LOWEST and pitch(max(degrees), key, tonic) <= notes.HIGHEST]
    for bar in spelled(bars, key, rng.choice(tonics)) if tonics else ():
        text += bar + ["|"]
    return key, metre, form, text


def said(rng, most):
    """A tune as a text of at most `most` tokens with <s> and </s>; the head is left out at times. → (ids, key, metre, form)"""
    while True:
        key, metre, form, words = tune(rng)
        kind = rng.random()
        head = ["K:" + key, "M:" + metre] if kind < .75 else [] if kind < .85 else ["K:" + key] if kind < .93 else ["M:" + metre]
        ids = [notes.BOS] + [notes.IDS[w] for w in head + words] + [notes.EOS]
        if words and len(ids) <= most:
            return ids, key, metre, form


if __name__ == "__main__":
    generator = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 5):
        ids, key, metre, form = said(generator, 128)
        print(form, len(ids), " ".join(notes.WORDS[i] for i in ids))
