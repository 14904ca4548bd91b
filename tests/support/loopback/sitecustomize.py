"""A Python process with this folder in PYTHONPATH connects to this machine only, which engines need for themselves."""

import socket
import sys

LOCAL = ("127.", "::1", "localhost", "0.0.0.0")
_FAMILIES = (socket.AF_INET, socket.AF_INET6)
_LOOK_UPS = {f"socket.{name}" for name in ("getaddrinfo", "gethostbyname", "gethostbyaddr")}


def refuse(event, arguments):
    """Refuse a connection or a look-up that leaves this machine."""
    if event in ("socket.connect", "socket.sendto") and arguments[0].family in _FAMILIES:
        host = arguments[1][0]
    elif event in _LOOK_UPS:
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name and not name.startswith(LOCAL) and name != socket.gethostname():
        raise OSError("a test tried to leave this machine")


sys.addaudithook(refuse)
