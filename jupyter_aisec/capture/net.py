"""Catches what no row knows: data files that something in a cell opens to read, and hosts that it asks for.

The interpreter itself tells of them (https://docs.python.org/3/library/audit_events.html). Of each it is known that
it was there, and not what came of it: it is *seen, not linked*.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import threading
from collections.abc import Callable
from functools import cache
from types import FrameType

from jupyter_aisec.capture import suffixes

Listener = Callable[[str, str, FrameType], None]
"""Takes ``file``, ``made`` (a file that is opened to be written) or ``host``, which one, and the code that asks."""

_WRITING = os.O_WRONLY | os.O_RDWR
_LOCAL = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost", "0.0.0.0", "::", "::1"})  # noqa: S104

_PRIVATE = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


class Switch:
    """What the one hook of a process asks: it can't be taken away, and does nothing while nobody listens."""

    __slots__ = ("listener", "thread")

    def __init__(self) -> None:
        self.listener: Listener | None = None
        self.thread = 0

    def hear(self, event: str, args: tuple[object, ...]) -> None:
        """An audit event. Whatever is raised here would reach the user's code."""
        if self.listener is None or (event != "open" and event != "socket.getaddrinfo"):  # noqa: PLR1714 - it is quicker
            return
        if threading.get_ident() != self.thread:
            return
        try:
            if event == "open":
                self._opened(args, self.listener)
            else:
                self._asked(args, self.listener)
        except Exception:
            # To log would open files and sockets of its own.
            self.listener = None

    def _opened(self, args: tuple[object, ...], listener: Listener) -> None:
        path, _, flags = args
        if isinstance(path, str) and isinstance(flags, int) and suffixes.is_data(path):
            what = "made" if flags & _WRITING else "file"
            listener(what, path, sys._getframe(2))  # noqa: SLF001 - the documented way

    def _asked(self, args: tuple[object, ...], listener: Listener) -> None:
        host = args[0].decode("ascii", "replace") if isinstance(args[0], bytes) else args[0]
        if isinstance(host, str) and not _is_near(host.lower()):
            listener("host", host, sys._getframe(2))  # noqa: SLF001 - likewise


def _is_near(host: str) -> bool:
    """Whether it is this machine, or one of its own network: no service of others."""
    if host in _LOCAL or host.partition(".")[0] == socket.gethostname().lower().partition(".")[0]:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_link_local or any(address in each for each in _PRIVATE)


@cache
def switch() -> Switch:
    """That of this process, with its hook in place from the first time on."""
    made = Switch()
    sys.addaudithook(made.hear)
    return made
