"""No internet socket is opened and no name is looked up by a Python that has this folder in PYTHONPATH.

conftest.py puts it there for the session, so it holds for the tests and for every Python that they start. Sockets of
this machine alone (AF_UNIX) are left alone: browser driver, notebook kernels and event loops talk through them.
"""

import socket
import sys

ATTEMPTS: list[str] = []
_LOOK_UPS = {f"socket.{name}" for name in ("getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo")}


def refuse(event, arguments):
    """An audit hook sees what Python code does, under whatever name it does it; it cannot be taken off again."""
    opened = event == "socket.__new__" and arguments[1] != getattr(socket, "AF_UNIX", None)
    if opened or event in _LOOK_UPS:
        ATTEMPTS.append(event)
        raise AssertionError("a test tried to use the network")


sys.addaudithook(refuse)
