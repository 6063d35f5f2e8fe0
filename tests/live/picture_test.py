# SPDX-License-Identifier: Apache-2.0
"""A model that reads pictures in the window: its own example, a picture opened by path or dropped, a click on a patch, the
numbers of the command line in the grid, and the pixels of the picture in its chips."""
import json
import pathlib
import tempfile

import numpy as np
from PIL import Image

import drop_source
import driver
import pixels
import vision_model

FOLDER = pathlib.Path(tempfile.mkdtemp())
MODEL = str(vision_model.write_vit(FOLDER / "vit", image=48, patch=12, layers=2, heads=2, hidden=32))
PICTURE = str(vision_model.write_picture(FOLDER / "quarters.png"))


def numbers_of(layer, head):
    return json.loads(driver.run(driver.BINARY, "trace", "--model", MODEL, "--image", PICTURE, "--layer", str(layer),
                                 "--head", str(head), "--json"))


def shows(program, path):
    program.wait_for(lambda: program.state()["image_shown"] == path and not program.frame()["busy"], f"the picture {path}")
    program.settle()


def the_example_is_there_before_anything_is_opened():
    with driver.Program("--model", MODEL, "--lang", "en") as program:
        state = program.state()
        assert state["image_shown"].endswith("examples/picture.png"), state["image_shown"]
        assert state["tokens"][:2] == ["[CLS]", "r0 c0"] and len(state["tokens"]) == 17, state["tokens"]
        assert program.session()["image"] == ""
        assert "image.own" in program.items()


def chips_show(program, file):
    """The corner patches have the colours of the file's corners."""
    program.point(2, 2)
    program.settle()
    picture = program.picture()
    true = np.asarray(Image.open(file).convert("RGB").resize((48, 48), Image.BILINEAR)).astype(np.int32)
    for token, row, col in ((1, 0, 0), (4, 0, 3), (13, 3, 0), (16, 3, 3)):
        seen = pixels.rectangle(picture, program.item(f"picture.{token}"))
        middle = seen[seen.shape[0] // 4:seen.shape[0] * 3 // 4, seen.shape[1] // 4:seen.shape[1] * 3 // 4]
        wanted = true[row * 12 + 3:row * 12 + 9, col * 12 + 3:col * 12 + 9].mean((0, 1))
        assert np.abs(middle.mean((0, 1)) - wanted).max() <= 3, (token, middle.mean((0, 1)), wanted)


def a_path_typed_in_the_line_opens_a_picture_and_the_chips_show_it():
    with driver.Program("--model", MODEL, "--lang", "en") as program:
        program.click("image.path")
        program.type(PICTURE)
        program.key("Return")
        shows(program, PICTURE)
        assert program.session()["image"] == PICTURE
        assert "image.own" not in program.items()
        chips_show(program, PICTURE)


def a_picture_dropped_from_outside_opens_and_the_chips_show_it():
    turned = str(FOLDER / "a turned picture.png")
    Image.open(PICTURE).rotate(180).save(turned)
    with driver.Program("--model", MODEL, "--lang", "en") as program:
        for file in (PICTURE, turned):
            drop_source.drop(program, 700, 500, file)
            shows(program, file)
            assert program.session()["image"] == file, program.session()["image"]
            assert "image.own" not in program.items()
            chips_show(program, file)


def a_dropped_file_that_is_no_picture_is_told_and_the_old_one_stays():
    lie = FOLDER / "words.png"
    lie.write_text("these are words\n")
    with driver.Program("--model", MODEL, "--image", PICTURE, "--lang", "en") as program:
        shows(program, PICTURE)
        drop_source.drop(program, 300, 300, lie)
        program.wait_for(lambda: any("words.png" in line for line in program.state()["messages"]), "a sentence about it")
        assert program.state()["image_shown"] == PICTURE


def a_click_on_a_patch_asks_and_the_grid_agrees_with_the_command_line():
    with driver.Program("--model", MODEL, "--image", PICTURE, "--lang", "en", "--layer", "1", "--head", "0") as program:
        shows(program, PICTURE)
        program.click("picture.7")
        assert program.state()["query"] == 7, program.state()["query"]
        program.click("looks.10", modifier="shift")
        assert program.state()["key"] == 10, program.state()["key"]
        program.point(2, 2)
        program.settle()
        truth = numbers_of(1, 0)["heads"][0]
        picture, items, state = program.picture(), program.items(), program.state()
        for name, low, high in (("weights", 0.0, state["weight_limit"]),
                                ("scores", -state["score_limit"], state["score_limit"])):
            def others(grid):  # the crosshair of the selection lies on these and touches the next
                return np.delete(np.delete(grid, (7, 8), 0), (10, 11), 1)

            colours = others(pixels.cell_colours(picture, items[f"grid.{name}.cells"], 17))
            seen, distance = pixels.values_of(colours, pixels.rectangle(picture, items[f"legend.{name}"]), low, high)
            true, mirrored, step = others(np.array(truth[name])), others(np.array(truth[name]).T), (high - low) / 100
            off, off_mirrored = np.abs(seen - true).max(), np.abs(seen - mirrored).max()
            assert distance <= 24, f"{name}: a cell's colour is not in the legend (distance {distance})"
            print(f"        {name}: worst {off:.4f}, transposed {off_mirrored:.4f}, tolerance {2 * step:.4f}")
            assert off <= 2 * step, f"{name} on screen differ from the numbers by {off}"
            assert off_mirrored > 4 * step, f"{name}: the transposed matrix would have passed"


def a_picture_that_cannot_be_read_is_told_and_the_old_one_stays():
    broken = FOLDER / "broken.png"
    broken.write_bytes(pathlib.Path(PICTURE).read_bytes()[:60])
    with driver.Program("--model", MODEL, "--image", PICTURE, "--lang", "en") as program:
        shows(program, PICTURE)
        program.click("image.open")
        program.chord("ctrl", "a")
        program.type(str(broken))
        program.key("Return")
        program.wait_for(lambda: any("broken.png" in line for line in program.state()["messages"]), "a sentence about it")
        assert program.session()["image"] == PICTURE, program.session()["image"]
        assert program.state()["image_shown"] == PICTURE


def a_picture_for_a_model_of_texts_is_answered_with_a_sentence():
    with driver.Program("--image", PICTURE, "--lang", "en") as program:
        messages = program.state()["messages"]
        assert any("quarters.png" in line and "reads text" in line for line in messages), messages
        assert "sentence.text" in program.items()


if __name__ == "__main__":
    driver.main([the_example_is_there_before_anything_is_opened,
                 a_path_typed_in_the_line_opens_a_picture_and_the_chips_show_it,
                 a_picture_dropped_from_outside_opens_and_the_chips_show_it,
                 a_dropped_file_that_is_no_picture_is_told_and_the_old_one_stays,
                 a_click_on_a_patch_asks_and_the_grid_agrees_with_the_command_line,
                 a_picture_that_cannot_be_read_is_told_and_the_old_one_stays,
                 a_picture_for_a_model_of_texts_is_answered_with_a_sentence])
