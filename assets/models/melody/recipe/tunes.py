# SPDX-License-Identifier: Apache-2.0
"""Old tunes, written down here by ear, to be tested on; none is trained on. All are folk songs or by authors dead for more than a
hundred years."""
TUNES = {
    "Ah! vous dirai-je, maman (French, 18th century)":
        "K:C M:4/4 C4 C4 G4 G4 | A4 A4 G4/2 | F4 F4 E4 E4 | D4 D4 C4/2 | G4 G4 F4 F4 | E4 E4 D4/2 | G4 G4 F4 F4 | E4 E4 D4/2 | "
        "C4 C4 G4 G4 | A4 A4 G4/2 | F4 F4 E4 E4 | D4 D4 C4/2 |",
    "Frère Jacques (French, 18th century)":
        "K:C M:4/4 C4 D4 E4 C4 | C4 D4 E4 C4 | E4 F4 G4/2 | E4 F4 G4/2 | G4/8 A4/8 G4/8 F4/8 E4 C4 | "
        "G4/8 A4/8 G4/8 F4/8 E4 C4 | C4 G3 C4/2 | C4 G3 C4/2 |",
    "Ode to Joy (Beethoven, 1824)":
        "K:D M:4/4 F#4 F#4 G4 A4 | A4 G4 F#4 E4 | D4 D4 E4 F#4 | F#4. E4/8 E4/2 | F#4 F#4 G4 A4 | A4 G4 F#4 E4 | D4 D4 E4 F#4 | "
        "E4. D4/8 D4/2 | E4 E4 F#4 D4 | E4 F#4/8 G4/8 F#4 D4 | E4 F#4/8 G4/8 F#4 E4 | D4 E4 A3/2 | F#4 F#4 G4 A4 | "
        "A4 G4 F#4 E4 | D4 D4 E4 F#4 | E4. D4/8 D4/2 |",
    "Mary Had a Little Lamb (American, 19th century)":
        "K:G M:4/4 B4 A4 G4 A4 | B4 B4 B4/2 | A4 A4 A4/2 | B4 D5 D5/2 | B4 A4 G4 A4 | B4 B4 B4 B4 | A4 A4 B4 A4 | G4/1 |",
    "Au clair de la lune (French, 18th century)":
        "K:C M:4/4 C4 C4 C4 D4 | E4/2 D4/2 | C4 E4 D4 D4 | C4/1 | C4 C4 C4 D4 | E4/2 D4/2 | C4 E4 D4 D4 | C4/1 | D4 D4 D4 D4 | "
        "A3/2 A3/2 | D4 C4 B3 A3 | G3/1 | C4 C4 C4 D4 | E4/2 D4/2 | C4 E4 D4 D4 | C4/1 |",
    "London Bridge (English, 18th century)":
        "K:C M:4/4 G4. A4/8 G4 F4 | E4 F4 G4/2 | D4 E4 F4/2 | E4 F4 G4/2 | G4. A4/8 G4 F4 | E4 F4 G4/2 | D4/2 G4/2 | E4 C4/2. |",
    "Hänschen klein (German, 19th century)":
        "K:C M:4/4 G4 E4 E4/2 | F4 D4 D4/2 | C4 D4 E4 F4 | G4 G4 G4/2 | G4 E4 E4/2 | F4 D4 D4/2 | C4 E4 G4 G4 | C4/1 | "
        "D4 D4 D4 D4 | D4 E4 F4/2 | E4 E4 E4 E4 | E4 F4 G4/2 | G4 E4 E4/2 | F4 D4 D4/2 | C4 E4 G4 G4 | C4/1 |",
    "Alle meine Entchen (German, 19th century)":
        "K:C M:4/4 C4 D4 E4 F4 | G4/2 G4/2 | A4 A4 A4 A4 | G4/1 | A4 A4 A4 A4 | G4/1 | F4 F4 F4 F4 | E4/2 E4/2 | D4 D4 D4 D4 | "
        "C4/1 |",
    "Jingle Bells, chorus (Pierpont, 1857)":
        "K:C M:4/4 E4 E4 E4/2 | E4 E4 E4/2 | E4 G4 C4. D4/8 | E4/1 | F4 F4 F4. F4/8 | F4 E4 E4 E4/8 E4/8 | E4 D4 D4 E4 | "
        "D4/2 G4/2 | E4 E4 E4/2 | E4 E4 E4/2 | E4 G4 C4. D4/8 | E4/1 | F4 F4 F4. F4/8 | F4 E4 E4 E4/8 E4/8 | G4 G4 F4 D4 | "
        "C4/1 |",
    "Во поле берёза стояла (Russian, 18th century)":
        "K:Dm M:2/4 A4/8 A4/8 A4/8 A4/8 | G4 F4/8 F4/8 | E4 D4 | A4/8 A4/8 C5/8 A4/8 | G4/8 G4/8 F4/8 F4/8 | E4 D4 | E4 F4 | "
        "G4 F4/8 F4/8 | E4 D4 | E4 F4 | G4 F4/8 F4/8 | E4 D4 |",
    "Коробейники (Russian, 19th century)":
        "K:Am M:4/4 E5 B4/8 C5/8 D5 C5/8 B4/8 | A4 A4/8 C5/8 E5 D5/8 C5/8 | B4. C5/8 D5 E5 | C5 A4 A4/2 | "
        "D5. F5/8 A5 G5/8 F5/8 | E5. C5/8 E5 D5/8 C5/8 | B4. C5/8 D5 E5 | C5 A4 A4/2 | D5. F5/8 A5 G5/8 F5/8 | "
        "E5. C5/8 E5 D5/8 C5/8 | B4. C5/8 D5 E5 | C5 A4 A4/2 |",
    "Tempus adest floridum (Piae Cantiones, 1582)":
        "K:G M:4/4 G4 G4 G4 A4 | G4 G4 D4/2 | E4 D4 E4 F#4 | G4/2 G4/2 | G4 G4 G4 A4 | G4 G4 D4/2 | E4 D4 E4 F#4 | G4/2 G4/2 | "
        "D5 C5 B4 A4 | B4 A4 G4/2 | E4 D4 E4 F#4 | G4/2 G4/2 | D4 D4 E4 F#4 | G4 G4 A4/2 | D5 C5 B4 A4 | G4/2 C5/2 | G4/1 |",
    "Cradle Song (Brahms, 1868)":
        "K:F M:3/4 A4/8 A4/8 | C5/2 A4/8 A4/8 | C5/2 A4/8 C5/8 | F5 E5 D5 | D5 C5 G4/8 A4/8 | Bb4 G4 G4/8 A4/8 | Bb4/2 G4/8 Bb4/8 | "
        "E5/8 D5/8 C5 E5 | F5/2 F4/8 F4/8 | F5/2 D5/8 Bb4/8 | C5/2 A4/8 F4/8 | Bb4 C5 D5 | C5/2 F4/8 F4/8 | F5/2 D5/8 Bb4/8 | "
        "C5/2 A4/8 F4/8 | Bb4 A4 G4 | F4/2 |",
    "O du lieber Augustin (Austrian, 18th century)":
        "K:G M:3/4 D5. E5/8 D5/8 C5/8 | B4 G4 G4 | A4 D4 D4 | B4 G4 G4 | D5. E5/8 D5/8 C5/8 | B4 G4 G4 | A4 D4 D4 | G4/2. | "
        "A4 D4 D4 | B4 G4 G4 | A4 D4 D4 | B4 G4 G4 | D5. E5/8 D5/8 C5/8 | B4 G4 G4 | A4 D4 D4 | G4/2. |",
}
