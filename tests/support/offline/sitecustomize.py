"""A Python process with this folder in PYTHONPATH opens no internet socket and looks up no name.

conftest.py puts it there for the session, so it holds for the tests and for every Python that they start. Sockets
within this machine (AF_UNIX) are allowed: browser driver, notebook kernels and event loops use them.
"""

import socket
import sys

ATTEMPTS: list[str] = []
_LOOK_UPS = {f"socket.{name}" for name in ("getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo")}


def refuse(event, arguments):
    """Refuse the event. An audit hook sees every call, whatever the name it is called by, and cannot be removed."""
    opened = event == "socket.__new__" and arguments[1] != getattr(socket, "AF_UNIX", None)
    if opened or event in _LOOK_UPS:
        ATTEMPTS.append(event)
        raise AssertionError("a test tried to use the network")


sys.addaudithook(refuse)
