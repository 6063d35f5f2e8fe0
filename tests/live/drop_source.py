# SPDX-License-Identifier: Apache-2.0
"""A file manager as far as a window can tell: an X client that drops files on it by the XDND protocol, version 5."""
import ctypes
import pathlib
import select
import time

LONG = ctypes.c_ulong
SELECTION_NOTIFY, SELECTION_REQUEST, CLIENT_MESSAGE = 31, 30, 33
TIMEOUT = 20.0  # seconds until a window that does not answer is a failure


class AnyEvent(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("serial", LONG), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
                ("window", LONG)]


class ClientMessage(ctypes.Structure):
    _fields_ = AnyEvent._fields_ + [("message_type", LONG), ("format", ctypes.c_int), ("data", ctypes.c_long * 5)]


class SelectionRequest(ctypes.Structure):
    _fields_ = AnyEvent._fields_ + [("requestor", LONG), ("selection", LONG), ("target", LONG), ("property", LONG),
                                    ("time", LONG)]


class Selection(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("serial", LONG), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
                ("requestor", LONG), ("selection", LONG), ("target", LONG), ("property", LONG), ("time", LONG)]


class Event(ctypes.Union):
    _fields_ = [("any", AnyEvent), ("client", ClientMessage), ("request", SelectionRequest), ("selection", Selection),
                ("room", ctypes.c_long * 24)]


def library():
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    for name in ("XInternAtom", "XDefaultRootWindow", "XCreateSimpleWindow"):
        getattr(x11, name).restype = LONG
    x11.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
    x11.XCreateSimpleWindow.argtypes = [ctypes.c_void_p, LONG] + [ctypes.c_int] * 5 + [LONG, LONG]
    x11.XSetSelectionOwner.argtypes = [ctypes.c_void_p, LONG, LONG, LONG]
    x11.XSendEvent.argtypes = [ctypes.c_void_p, LONG, ctypes.c_int, ctypes.c_long, ctypes.c_void_p]
    x11.XChangeProperty.argtypes = [ctypes.c_void_p, LONG, LONG, LONG, ctypes.c_int, ctypes.c_int, ctypes.c_char_p,
                                    ctypes.c_int]
    x11.XNextEvent.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    for name in ("XPending", "XFlush", "XConnectionNumber", "XCloseDisplay"):
        getattr(x11, name).argtypes = [ctypes.c_void_p]
    return x11


class Source:
    def __init__(self):
        self._x11 = library()
        self._display = self._x11.XOpenDisplay(None)
        root = self._x11.XDefaultRootWindow(self._display)
        self._window = self._x11.XCreateSimpleWindow(self._display, root, 0, 0, 1, 1, 0, 0, 0)

    def close(self):
        self._x11.XCloseDisplay(self._display)

    def _atom(self, name):
        return self._x11.XInternAtom(self._display, name.encode(), 0)

    def _tell(self, window, name, *data):
        message = ClientMessage(type=CLIENT_MESSAGE, window=window, format=32, message_type=self._atom(name))
        message.data[:] = [self._window, *data] + [0] * (4 - len(data))
        event = Event(client=message)
        self._x11.XSendEvent(self._display, window, 0, 0, ctypes.byref(event))
        self._x11.XFlush(self._display)

    def _hand_over(self, request, data):
        self._x11.XChangeProperty(self._display, request.requestor, request.property, request.target, 8, 0, data,
                                  len(data))
        answer = Event(selection=Selection(type=SELECTION_NOTIFY, requestor=request.requestor,
                                           selection=request.selection, target=request.target,
                                           property=request.property, time=request.time))
        self._x11.XSendEvent(self._display, request.requestor, 0, 0, ctypes.byref(answer))

    def _wait_for(self, name, data):
        """The message of that name; whoever asks for the files meanwhile gets them."""
        wanted, event, end = self._atom(name), Event(), time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            self._x11.XFlush(self._display)
            if not self._x11.XPending(self._display):
                select.select([self._x11.XConnectionNumber(self._display)], [], [], 0.1)
                continue
            self._x11.XNextEvent(self._display, ctypes.byref(event))
            if event.any.type == SELECTION_REQUEST:
                self._hand_over(event.request, data)
            if event.any.type == CLIENT_MESSAGE and event.client.message_type == wanted:
                return list(event.client.data)
        raise AssertionError(f"the window sent no {name} within {TIMEOUT:.0f} s")

    def drop(self, window, x, y, *paths):
        """Drags the files to the place (on the screen) and lets them go."""
        uris = "".join(pathlib.Path(path).resolve().as_uri() + "\r\n" for path in paths).encode()
        self._x11.XSetSelectionOwner(self._display, self._atom("XdndSelection"), self._window, 0)
        self._tell(window, "XdndEnter", 5 << 24, self._atom("text/uri-list"))
        self._tell(window, "XdndPosition", 0, x << 16 | y, 0, self._atom("XdndActionCopy"))
        status = self._wait_for("XdndStatus", uris)
        assert status[1] & 1, "the window does not take files"
        self._tell(window, "XdndDrop", 0, 0)
        finished = self._wait_for("XdndFinished", uris)
        assert finished[1] != 0, "the window did not take the files"  # GLFW tells their bytes, not the bit 1


def drop(program, x, y, *paths):
    """Drops files on the window of a program, which stands in the screen's corner."""
    source, before = Source(), program.frame()["frame"]
    source.drop(int(program.window), x, y, *paths)
    source.close()
    program.wait_frames(before)
    program.settle()
