# SPDX-License-Identifier: Apache-2.0
"""Tokens in Chinese, Korean, Hebrew: typed and pasted, their chips show these very characters, in the dark and in the light; a
character that no font has is a box with its number."""
import atexit
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import driver
import pixels

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
import random_models

WORDS = ["我", "喜", "欢", "红", "苹", "果", "猫", "日", "한", "국", "ש", "😀", "🚀", "🚁", "cat"]
FONTS = pathlib.Path(driver.BINARY).parent / "assets" / "fonts"
FOLDER = tempfile.mkdtemp()
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)


def write_model(folder, words):
    """A small GPT-2 whose byte-level vocabulary has each of these as one token."""
    random_models.gpt2(folder, layers=1, heads=2, hidden=64, context=64, vocabulary=2048)
    letters = random_models.byte_letters()
    vocabulary, merges = list(letters), []
    for word in words:
        parts = [letters[byte] for byte in word.encode()]
        while len(parts) > 1:
            merge = f"{parts[0]} {parts[1]}"
            parts = [parts[0] + parts[1], *parts[2:]]
            if merge not in merges:
                merges.append(merge)
                vocabulary.append(parts[0])
    vocabulary += [f"<unused{index}>" for index in range(2048 - len(vocabulary))]
    pathlib.Path(folder, "vocab.json").write_text(json.dumps({piece: at for at, piece in enumerate(vocabulary)}))
    pathlib.Path(folder, "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    return folder


MODEL = write_model(FOLDER, WORDS)


def ink(rectangle):
    """How far each pixel is from the ground, 0…1."""
    grey = rectangle.astype(np.float64).mean(-1)
    away = np.abs(grey - np.median(grey))
    return away / max(away.max(), 1.0)


def drawn(character, file, size):
    """The character as the font has it."""
    font = ImageFont.truetype(str(FONTS / file), size)
    left, top, right, bottom = font.getbbox(character)
    picture = Image.new("L", (right - left + 2, bottom - top + 2))
    ImageDraw.Draw(picture).text((1 - left, 1 - top), character, fill=255, font=font)
    return np.asarray(picture).astype(np.float64) / 255


def likeness(seen, wanted):
    """The greatest correlation over all places."""
    best = -1.0
    height, width = wanted.shape
    for y in range(seen.shape[0] - height + 1):
        for x in range(seen.shape[1] - width + 1):
            part = seen[y:y + height, x:x + width]
            if part.std() > 0:
                best = max(best, np.corrcoef(part.ravel(), wanted.ravel())[0, 1])
    return best


def chips(program, count):
    """The insides of the chips, nothing pointed at; the last token asks, so that no other is masked."""
    program.click(f"strip.token.{count - 1}")
    program.point(2, 2)
    program.settle()
    picture = program.picture()
    return [ink(pixels.rectangle(picture, program.item(f"strip.token.{index}"))[4:-4, 4:-4]) for index in range(count)]


def paste(program, text):
    subprocess.run(["xclip", "-selection", "clipboard", "-i"], input=text, text=True, check=True)
    program.click("sentence.text")
    program.chord("ctrl", "a")
    program.chord("ctrl", "v")
    assert program.session()["text"] == text, program.session()["text"]


def chips_show_their_characters_in(theme):
    text, faces = "我喜欢红苹果猫日한국cat", "DroidSansFallback.ttf"
    characters = text[:-3]
    with driver.Program("--model", MODEL, "--lang", "en", "--theme", theme, "--text", "cat") as program:
        paste(program, text)
        assert len(program.state()["tokens"]) == len(characters) + 1, program.state()["tokens"]
        seen = chips(program, len(characters) + 1)
        for index in range(1, len(characters)):  # the first is the key, outlined
            found = {other: likeness(seen[index], drawn(other, faces, 14)) for other in characters}
            assert max(found, key=found.get) == characters[index], (characters[index], found)
            assert found[characters[index]] > 0.8, (characters[index], found)


def chips_show_their_characters_in_the_dark():
    chips_show_their_characters_in("dark")


def chips_show_their_characters_in_the_light():
    chips_show_their_characters_in("light")


def a_typed_character_is_in_the_sentence_and_its_picture_stays():
    with driver.Program("--model", MODEL, "--lang", "en", "--text", "cat") as program:
        program.click("sentence.text")
        program.key("End")
        before = program.picture()
        program.type("猫")
        assert program.session()["text"] == "cat猫", program.session()["text"]
        field = program.item("sentence.text")
        after = program.picture()
        seen = ink(pixels.rectangle(after, field)[2:-2, 8:110])
        found = {other: likeness(seen, drawn(other, "DroidSansFallback.ttf", 19)) for other in "猫红果"}
        assert found["猫"] > 0.7 and max(found, key=found.get) == "猫", found
        assert np.any(pixels.rectangle(before, field) != pixels.rectangle(after, field))
        program.key("Left")  # more frames: what was drawn at once and what is drawn from then on is the same
        program.key("Right")
        assert np.array_equal(pixels.rectangle(program.picture(), field), pixels.rectangle(after, field))


def what_no_font_has_is_a_box_with_its_number_and_each_has_its_own():
    with driver.Program("--model", MODEL, "--lang", "en", "--text", "cat") as program:
        paste(program, "cat😀🚀🚁cat")
        seen = chips(program, 5)
        assert likeness(seen[1], drawn("😀", "DejaVuSans.ttf", 14)) > 0.5
        rocket, helicopter = seen[2], seen[3]
        assert rocket.shape == helicopter.shape
        differing = np.abs(rocket - helicopter) > 0.3
        assert 1 <= differing.sum() <= 15, f"1F680 and 1F681 differ in one digit, not in {differing.sum()} pixels"
        assert (rocket > 0.5).sum() > 40, "a box full of digits"


if __name__ == "__main__":
    driver.main([chips_show_their_characters_in_the_dark,
                 chips_show_their_characters_in_the_light,
                 a_typed_character_is_in_the_sentence_and_its_picture_stays,
                 what_no_font_has_is_a_box_with_its_number_and_each_has_its_own])
