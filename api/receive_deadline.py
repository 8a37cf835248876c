"""
A deadline for requests to arrive: who trickles bytes holds no connection for ever.

uvicorn has none of its own. The clock runs from the first byte (or the opened connection)
to the end of the body; answers, however long, are not touched.
"""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


def protocol(seconds: float) -> type[H11Protocol]:
    """
    Uvicorn's protocol with a deadline.

    Parameters
    ----------
    seconds
        From the first byte to the last.
    """

    class ReceiveDeadline(H11Protocol):
        _clock: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._start()

        def data_received(self, data: bytes) -> None:
            if self._clock is None and self._is_waiting():
                self._start()
            super().data_received(data)
            self._look()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            # A body that the answer did not wait for must end in time as well.
            self._look()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop()
            super().connection_lost(exc)

        def _look(self) -> None:
            if not self._is_waiting():
                self._stop()

        def _is_waiting(self) -> bool:
            return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

        def _start(self) -> None:
            self._clock = self.loop.call_later(seconds, self._up)

        def _stop(self) -> None:
            if self._clock is not None:
                self._clock.cancel()
                self._clock = None

        def _up(self) -> None:
            self._clock = None
            if not self.transport.is_closing():
                self.transport.abort()

    return ReceiveDeadline
