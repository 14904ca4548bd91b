"""A Python process with this folder in PYTHONPATH connects to this machine only, which engines need for themselves."""

import contextlib
import fcntl
import socket
import struct
import sys

_ADDRESS = 0x8915  # SIOCGIFADDR, of Linux
_FAMILIES = (socket.AF_INET, socket.AF_INET6)
_LOOK_UPS = {f"socket.{name}" for name in ("getaddrinfo", "gethostbyname", "gethostbyaddr")}


def own_addresses():
    """Addresses of this machine: Ray talks to itself by one that is not of the loopback network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):
                given = fcntl.ioctl(asking.fileno(), _ADDRESS, struct.pack("256s", name.encode()))
                yield socket.inet_ntoa(given[20:24])


LOCAL = ("127.", "::1", "localhost", "0.0.0.0", socket.gethostname(), *own_addresses())


def refuse(event, arguments):
    """Refuse a connection or a look-up that leaves this machine."""
    if event in ("socket.connect", "socket.sendto") and arguments[0].family in _FAMILIES:
        host = arguments[1][0]
    elif event in _LOOK_UPS:
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name and name != "::" and not name.startswith(LOCAL):
        raise OSError("a test tried to leave this machine")


sys.addaudithook(refuse)
