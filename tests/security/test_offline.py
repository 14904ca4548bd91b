"""The network is closed to tests, however they try to reach it, and to the processes that they start."""

import socket
import subprocess
import sys
import urllib.request
from contextlib import suppress

import pytest

from tests.conftest import OFFLINE

WAYS = {
    "TCP": "import socket; socket.socket().connect(('192.0.2.1', 80))",
    "TCP over IPv6": "import socket; socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))",
    "UDP": "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    "below the socket module": "import _socket; _socket.socket()",
    "listening": "import socket; socket.create_server(('127.0.0.1', 0))",
    "looking up": "import socket; socket.getaddrinfo('example.invalid', 80)",
    "looking up the old way": "import socket; socket.gethostbyname('example.invalid')",
    "looking up a number": "import socket; socket.gethostbyaddr('192.0.2.1')",
    "asyncio": "import asyncio; asyncio.run(asyncio.open_connection('192.0.2.1', 80))",
    "urllib": "import urllib.request; urllib.request.urlopen('http://192.0.2.1/')",
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_out(way, no_network):
    with pytest.raises(AssertionError, match="tried to use the network"):
        exec(WAYS[way], {})
    assert no_network
    no_network.clear()


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_out_of_a_child(way):
    done = subprocess.run([sys.executable, "-c", WAYS[way]], capture_output=True, text=True)
    assert done.returncode == 1
    assert "tried to use the network" in done.stderr


def test_an_attempt_whose_refusal_is_caught_is_recorded(no_network):
    with suppress(BaseException):
        urllib.request.urlopen("http://example.invalid/")
    assert no_network
    no_network.clear()


def test_processes_of_this_machine_may_talk():
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"x")
        assert other.recv(1) == b"x"


def test_it_is_the_hook_of_this_folder():
    done = subprocess.run(
        [sys.executable, "-c", "import sitecustomize; print(sitecustomize.__file__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip().startswith(str(OFFLINE))
