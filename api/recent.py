"""The answers given last, kept in memory: reading a finished plan again costs one look at its version."""

from __future__ import annotations

import threading
from collections import OrderedDict


class Recent:
    """
    Bodies of plans, the least lately asked for thrown out first.

    Parameters
    ----------
    most
        Bytes in all.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._bodies: OrderedDict[str, tuple[int, bytes]] = OrderedDict()
        # Reads of PostgreSQL run in threads.
        self._lock = threading.Lock()

    def get(self, plan: str, version: int) -> bytes | None:
        """The body of this version, where it is here."""
        with self._lock:
            found = self._bodies.get(plan)
            if found is None or found[0] != version:
                return None
            self._bodies.move_to_end(plan)
            return found[1]

    def put(self, plan: str, version: int, body: bytes) -> None:
        """Keep the body of the newest version."""
        with self._lock:
            before = self._bodies.pop(plan, (0, b""))
            self._bodies[plan] = version, body
            self._size += len(body) - len(before[1])
            while self._size > self._most:
                _, (_, gone) = self._bodies.popitem(last=False)
                self._size -= len(gone)
