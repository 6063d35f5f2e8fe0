# SPDX-License-Identifier: Apache-2.0
"""Gives the X server key and mouse events as xdotool does (the extension XTEST), without a process for each."""
import ctypes
import functools

MODIFIERS = {"alt": "Alt_L", "ctrl": "Control_L", "shift": "Shift_L"}
LEVELS = 2  # of a key that are used here: alone, with Shift
WHEEL = ("4", "5")
NAMES = {"\n": "Return", "\t": "Tab"}


class _Libraries:
    def __init__(self):
        x11, self.test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XStringToKeysym.restype = ctypes.c_ulong
        x11.XStringToKeysym.argtypes = [ctypes.c_char_p]
        x11.XDisplayKeycodes.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int)]
        x11.XGetKeyboardMapping.restype = ctypes.POINTER(ctypes.c_ulong)
        x11.XGetKeyboardMapping.argtypes = [ctypes.c_void_p, ctypes.c_ubyte, ctypes.c_int, ctypes.POINTER(ctypes.c_int)]
        x11.XChangeKeyboardMapping.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.c_ulong), ctypes.c_int]
        x11.XFree.argtypes = [ctypes.c_void_p]
        x11.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self.test.XTestFakeKeyEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
        self.test.XTestFakeButtonEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
        self.test.XTestFakeMotionEvent.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_ulong]
        self.x11 = x11
        self.display = x11.XOpenDisplay(None)
        if not self.display:
            raise OSError("there is no X server")


@functools.cache
def _libraries():
    return _Libraries()


def _keyboard():
    """{keycode: what its levels give}, as the server has it now: layouts change."""
    x, lowest, highest, width = _libraries(), ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    x.x11.XDisplayKeycodes(x.display, lowest, highest)
    count = highest.value - lowest.value + 1
    table = x.x11.XGetKeyboardMapping(x.display, lowest.value, count, width)
    keys = {lowest.value + key: table[key * width.value:(key + 1) * width.value] for key in range(count)}
    x.x11.XFree(table)
    return keys


def _symbol(name):
    return _libraries().x11.XStringToKeysym(MODIFIERS.get(name, name).encode())


def _symbol_of(letter):
    return _symbol(NAMES.get(letter, f"U{ord(letter):04X}")) if not " " <= letter <= "~" else ord(letter)


def _key_of(keys, symbol):
    """(keycode, level) where the symbol is; None where it is nowhere."""
    found = ((code, level) for level in range(LEVELS) for code, symbols in keys.items() if symbols[level:level + 1] == [symbol])
    return next(found, None) if symbol else None


def _events(words):
    """What those words of xdotool's come to, as calls; None where that takes xdotool."""
    x, words, events, keys = _libraries(), list(words), [], None
    while words:
        word, value = words.pop(0), words.pop(0)
        if word in ("keydown", "keyup"):
            keys = keys or _keyboard()
            key = _key_of(keys, _symbol(value))
            if key is None or key[1] != 0 or (value.isdigit() and len(value) > 1):
                return None
            events.append((x.test.XTestFakeKeyEvent, key[0], word == "keydown"))
        elif word in ("mousedown", "mouseup"):
            events.append((x.test.XTestFakeButtonEvent, int(value), word == "mousedown"))
        elif word == "click" and value in WHEEL:
            events += [(x.test.XTestFakeButtonEvent, int(value), down) for down in (True, False)]
        elif word == "mousemove":
            events.append((x.test.XTestFakeMotionEvent, -1, int(value), int(words.pop(0))))
        else:
            return None
    return events


def _give(events):
    x = _libraries()
    for call, *values in events:
        call(x.display, *values, 0)
    x.x11.XSync(x.display, 0)


def give(*words):
    """Does what `xdotool words…` would, in no time; False, and nothing is done, where only xdotool can."""
    events = _events(words)
    if events is None:
        return False
    _give(events)
    return True


def learn(text):
    """Gives letters that no key has a key of their own, for as long as the layout stays: a program that hears of the change late
    finds them still. False where there are not enough keys."""
    x, keys = _libraries(), _keyboard()
    missing = [symbol for symbol in dict.fromkeys(map(_symbol_of, text)) if _key_of(keys, symbol) is None]
    free = [code for code, symbols in reversed(keys.items()) if not any(symbols)]
    if len(missing) > len(free):
        return False
    for symbol, code in zip(missing, free):
        x.x11.XChangeKeyboardMapping(x.display, code, LEVELS, (ctypes.c_ulong * LEVELS)(symbol, symbol), 1)
    x.x11.XSync(x.display, 0)
    return True


def press(letter):
    """Presses a letter's key and lets it go, with Shift where it takes that. The keyboard has one (learn())."""
    x, keys = _libraries(), _keyboard()
    code, level = _key_of(keys, _symbol_of(letter))
    key = x.test.XTestFakeKeyEvent
    strokes = [(key, code, True), (key, code, False)]
    if level == 1:
        shift = _key_of(keys, _symbol("shift"))[0]
        strokes = [(key, shift, True), *strokes, (key, shift, False)]
    _give(strokes)
