# SPDX-License-Identifier: Apache-2.0
"""Where nothing can be kept: a full disk, a disk that cannot be written, no home. The program works, says it once, and keeps what
is done as soon as it can."""
import contextlib
import os
import signal
import subprocess
import tempfile
import time

import driver

KEPT = 1.0  # seconds after which what was done must be on the disk


class NoRights(Exception):
    pass


@contextlib.contextmanager
def small_disk(folder):
    """A disk of 256 KiB at that folder."""
    os.makedirs(folder, exist_ok=True)
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", folder], capture_output=True, text=True)
    if made.returncode != 0:
        raise NoRights(made.stderr.strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder):
    """To the last byte."""
    path = os.path.join(folder, "everything")
    with contextlib.suppress(OSError), open(path, "wb", buffering=0) as stream:
        while True:
            stream.write(b"x" * 512)
    return path


def unkept(program):
    return [message for message in program.state()["messages"] if "kept for the next start" in message]


def write(program, letter):
    program.key("ctrl+l", "End")
    program.type(letter)
    program.key("Escape")
    time.sleep(KEPT)


def needs_a_mount(test):
    def tried():
        try:
            test()
        except NoRights as lacking:
            print(f"        skipped: {lacking}")

    tried.__name__ = test.__name__
    return tried


@needs_a_mount
def a_full_disk_is_said_once_and_what_was_done_is_kept_when_there_is_room():
    with tempfile.TemporaryDirectory() as home, small_disk(os.path.join(home, "state")) as disk:
        everything = fill(disk)
        with driver.Program("--lang", "en", home=home) as program:
            for letter in "abc":
                write(program, letter)
            text = program.session()["text"]
            assert text.endswith("abc"), text
            assert len(unkept(program)) == 1, program.state()["messages"]
            assert "No space left" in unkept(program)[0] or disk in unkept(program)[0], unkept(program)
            assert sorted(os.listdir(os.path.join(disk, "regard"))) == ["window-1.json.lock"], "half of something is left"
            for name, keys in (("lesson.json", "ctrl+shift+s"), ("map.png", "ctrl+e")):
                program.key(keys, "ctrl+a")
                program.type(os.path.join(disk, name))
                program.key("Return")
                program.wait_for(lambda: any(name in message for message in program.state()["messages"]), f"{name} to be told of")
                assert "cannot be written" in program.state()["messages"][-1], program.state()["messages"]
                program.key("Escape")
                assert not os.path.exists(os.path.join(disk, name)), "half a file"
            program.key("Down")
            os.remove(everything)
            write(program, "d")
            program.process.send_signal(signal.SIGKILL)
            program.process.wait()
        with driver.Program("--lang", "en", home=home) as again:
            assert again.session()["text"] == text + "d", again.session()["text"]
            assert unkept(again) == []


@needs_a_mount
def a_disk_that_cannot_be_written_is_said_once():
    with tempfile.TemporaryDirectory() as home, small_disk(os.path.join(home, "state")) as disk:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with driver.Program("--lang", "en", home=home) as program:
            write(program, "!")
            assert program.session()["text"].endswith("!")
            assert len(unkept(program)) == 1, program.state()["messages"]
            assert program.close() == 0


def without_a_home_nothing_is_kept_and_nothing_lies_about():
    with tempfile.TemporaryDirectory() as folder:
        for value in (None, "", "relative"):
            nowhere = dict.fromkeys(("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_PICTURES_DIR", "HF_HOME"), value)
            nowhere["MESA_SHADER_CACHE_DISABLE"] = "true"  # it would make a folder of its own
            with driver.Program("--lang", "en", home=folder, environment=nowhere) as program:
                write(program, "!")
                program.key("F2", "F3", "F2")  # preferences
                for opened in ("alt+m", "ctrl+o"):
                    program.key(opened, "Escape", "Escape")
                assert program.session()["text"].endswith("!")
                assert len(unkept(program)) == 1, program.state()["messages"]
                assert program.close() == 0
            left = sorted(os.listdir(folder))
            assert left == ["frame.txt", "probe.json", "session-dump.json"], left


if __name__ == "__main__":
    driver.main([a_full_disk_is_said_once_and_what_was_done_is_kept_when_there_is_room, a_disk_that_cannot_be_written_is_said_once,
                 without_a_home_nothing_is_kept_and_nothing_lies_about])
