"""A kernel filter that kills this process when its code, compiled or not, opens an internet socket (Linux)."""

import ctypes
import platform
import socket
import struct

# machine → its number in audit records, number of the system call `socket`
MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
POSSIBLE = platform.system() == "Linux" and platform.machine() in MACHINES
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def forbid():
    """Install the filter for this process and its children; it cannot be removed."""
    machine, call = MACHINES[platform.machine()]
    steps = [
        (_LOAD, 0, 0, 4), (_EQUAL, 0, 6, machine),  # calls of another machine's kind: allowed
        (_LOAD, 0, 0, 0), (_EQUAL, 0, 4, call),  # other calls: allowed
        (_LOAD, 0, 0, 16), (_EQUAL, 1, 0, int(socket.AF_INET)), (_EQUAL, 0, 1, int(socket.AF_INET6)),
        (_RETURN, 0, 0, _KILL), (_RETURN, 0, 0, _ALLOW),
    ]  # fmt: skip
    packed = b"".join(struct.pack("HBBI", *step) for step in steps)
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    if library.prctl(_SECCOMP, _FILTER, ctypes.byref(Program(len(steps), packed)), 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")
