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
from jupyter_aisec.capture.closure import is_inside

Listener = Callable[[str, str, FrameType], None]
"""Takes ``file``, ``made`` (a file that is opened to be written) or ``host``, which one, and the code that asks."""

_OPEN = "open"
_HEARD = frozenset({_OPEN, "socket.getaddrinfo"})
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
        """A file is opened, or a host asked for. Whatever is raised here would reach the user's code."""
        if self.listener is None or threading.get_ident() != self.thread:
            return
        try:
            if event == _OPEN:
                self._opened(args, self.listener)
            else:
                self._asked(args, self.listener)
        except Exception:
            # To log would open files and sockets of its own.
            self.listener = None

    def _opened(self, args: tuple[object, ...], listener: Listener) -> None:
        path, _, flags = args
        if isinstance(path, str) and isinstance(flags, int):
            writes = flags & _WRITING
            # What is read inside a watched call, its row knows.
            if (writes or not is_inside()) and suffixes.is_data(path):
                listener("made" if writes else "file", path, sys._getframe(3))  # noqa: SLF001 - the documented way

    def _asked(self, args: tuple[object, ...], listener: Listener) -> None:
        host = args[0].decode("ascii", "replace") if isinstance(args[0], bytes) else args[0]
        if not is_inside() and isinstance(host, str) and not _is_near(host.lower()):
            listener("host", host, sys._getframe(3))  # noqa: SLF001 - likewise


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

    # A plain function: of a bound method the interpreter asks for an attribute that it has not, at each of its events,
    # and there is one each time that anybody asks for an `id`. That would take three times as long as all the rest.
    def hook(event: str, args: tuple[object, ...]) -> None:
        if event in _HEARD:
            made.hear(event, args)

    sys.addaudithook(hook)
    return made
