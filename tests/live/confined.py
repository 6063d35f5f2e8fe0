# SPDX-License-Identifier: Apache-2.0
"""A program that is given random input may write where it is told to and nowhere else: Linux's Landlock, which needs no rights."""
import ctypes
import os

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # system calls, the same on every machine
VERSION, PATH_BENEATH, NO_NEW_PRIVILEGES = 1, 1, 38
# write a file, remove a folder or a file, make a device, folder, file, socket, pipe, block device, link
WRITING = sum(1 << bit for bit in (1, 4, 5, 6, 7, 8, 9, 10, 11, 12))
MOVING, CUTTING = 1 << 13, 1 << 14  # from the second and the third version on
OF_A_FILE = 1 << 1 | CUTTING


class Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64)]


class Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def writing_rules(*places):
    """A function for Popen's preexec_fn that lets the process write beneath those files and folders only; None where this
    system cannot do that."""
    library = ctypes.CDLL(None, use_errno=True)
    version = library.syscall(CREATE_RULESET, None, 0, VERSION)
    if version < 1:
        return None
    handled = WRITING | (MOVING if version >= 2 else 0) | (CUTTING if version >= 3 else 0)
    ruleset = Ruleset(handled)
    rules = library.syscall(CREATE_RULESET, ctypes.byref(ruleset), ctypes.sizeof(ruleset), 0)
    if rules < 0:
        return None
    for place in places:
        opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
        allowed = handled if os.path.isdir(place) else handled & OF_A_FILE
        rule = Beneath(allowed, opened)
        if library.syscall(ADD_RULE, rules, PATH_BENEATH, ctypes.byref(rule), 0) != 0:
            raise OSError(ctypes.get_errno(), f"Landlock refuses a rule for {place}")
        os.close(opened)

    def restrict():
        if library.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0 or library.syscall(RESTRICT_SELF, rules, 0) != 0:
            raise OSError(ctypes.get_errno(), "Landlock does not restrict the program")

    return restrict
