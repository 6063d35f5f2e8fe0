# SPDX-License-Identifier: Apache-2.0
"""What people hand over as they have it: paths in quotes, with spaces around them, as file://…; a text of several lines; a machine
without the OpenGL that the window needs."""
import json
import os
import pathlib
import subprocess
import tempfile

import driver

TEXT = "The old king\nsaid:\tno.\r\n"


def write(folder, name):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as stream:
        json.dump({"format": 2, "model": "council", "text": "the dog barked"}, stream)
    return path


def paste(program, text):
    subprocess.run(["xclip", "-selection", "clipboard", "-i"], input=text.encode(), check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    program.chord("ctrl", "v")


def a_path_opens_however_it_was_copied():
    with tempfile.TemporaryDirectory() as home:
        path = write(home, "first lesson.json")
        forms = (f"'{path}'", f'"{path}"', f"  {path}\t", path + "\n", pathlib.Path(path).as_uri() + "\r\n", path.replace(" ", "\\ "),
                 "'first lesson.json'", path)
        with driver.Program("--text", "a cat", "--lang", "en", home=home) as program:
            for form in forms:
                program.key("ctrl+o")
                paste(program, form)
                program.key("Return")
                program.wait_for(lambda: program.session()["text"] == "the dog barked", f"the session at {form!r}")
                program.settle()
                assert "overlay.dialog" not in program.items(), form
                program.key("ctrl+z")
                assert program.session()["text"] == "a cat", form


def the_command_line_takes_them_too():
    with tempfile.TemporaryDirectory() as home:
        path = write(home, "first lesson.json")
        for form in (f"'{path}'", pathlib.Path(path).as_uri(), path + "\n"):
            with driver.Program("--session", form, "--lang", "en", home=home) as program:
                assert program.session()["text"] == "the dog barked", form
        model = os.path.join(os.environ["REGARD_ASSETS_DIR"], "models", "council")
        for form in (f"'{model}'", "file://" + model, model + "\n", " council "):
            driver.run(driver.BINARY, "tokens", "--model", form, "--text", "a cat")


def a_text_of_several_lines_is_the_same_for_the_window_and_the_command_line():
    with driver.Program("--model", "narrator", "--text", TEXT, "--lang", "en") as program:
        assert program.session()["text"] == TEXT, program.session()["text"]
        read = driver.trace(TEXT, 0, 0, "--model", "narrator")
        assert program.state()["tokens"] == [token["piece"] for token in read["tokens"]], program.state()["tokens"]
        program.key("Down")
        assert program.session()["text"] == TEXT, "a key that is not meant for the text has changed it"


def without_the_opengl_it_needs_the_window_says_what_helps():
    with tempfile.TemporaryDirectory() as home:
        found = dict(os.environ, MESA_GL_VERSION_OVERRIDE="2.1", XDG_STATE_HOME=home, XDG_CONFIG_HOME=home)
        for language in ("en", "ru"):
            said = subprocess.run([driver.BINARY, "--lang", language], env=found, capture_output=True, text=True, timeout=60)
            assert said.returncode == 1, said
            for part in ("OpenGL 3.3", "2.1", "LIBGL_ALWAYS_SOFTWARE=1"):
                assert part in said.stderr, said.stderr
            assert "GLX" not in said.stderr.replace("__GLX_VENDOR", ""), said.stderr


if __name__ == "__main__":
    driver.main([a_path_opens_however_it_was_copied, the_command_line_takes_them_too,
                 a_text_of_several_lines_is_the_same_for_the_window_and_the_command_line,
                 without_the_opengl_it_needs_the_window_says_what_helps])
