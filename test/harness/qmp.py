# SPDX-License-Identifier: MIT
"""QEMU's monitor protocol, as far as bytes and JSON go; who reads and waits is in qemu.py."""

import json
import socket
from typing import Any

LINE_MAX = 1 << 20


class Protocol:
    """Pairs replies with requests and collects events. The caller holds the lock around it."""

    def __init__(self, connection: socket.socket) -> None:
        self.greeted = False
        self.events: list[dict[str, Any]] = []
        self._connection = connection
        self._pending = b""
        self._next_id = 0
        self._replies: dict[int, dict[str, Any]] = {}

    def send(self, command: str, arguments: dict[str, Any]) -> int:
        """Sends a request and gives the id of the reply to come."""
        self._next_id += 1
        request = {"execute": command, "arguments": arguments, "id": self._next_id}
        self._connection.sendall(json.dumps(request).encode() + b"\n")
        return self._next_id

    def reply(self, request_id: int) -> dict[str, Any] | None:
        """The reply to a request, once it is there."""
        return self._replies.pop(request_id, None)

    def feed(self, data: bytes) -> None:
        """More bytes from QEMU."""
        *lines, self._pending = (self._pending + data).split(b"\n")
        if len(self._pending) > LINE_MAX:
            self._pending = b""
        for line in lines:
            if line.strip():
                self._message(json.loads(line))

    def _message(self, message: dict[str, Any]) -> None:
        if "QMP" in message:
            self.greeted = True
        elif "event" in message:
            self.events.append(message)
        elif "id" in message:
            self._replies[message["id"]] = message
