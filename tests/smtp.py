"""A mail server in the test's own process: it accepts, refuses for good, refuses for now, or says nothing at all."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any


@dataclass
class Postbox:
    """What arrived, and how the server answers whom. `refuses`: addresses with the answer to RCPT TO."""

    port: int = 0
    hangs: bool = False
    refuses: dict[str, str] = field(default_factory=dict)
    received: list[tuple[list[str], bytes]] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)

    def mails(self) -> list[EmailMessage]:
        """The mails as a reader's program would parse them."""
        return [
            email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
            for _to, raw in sorted(self.received)
        ]

    def addressees(self) -> list[str]:
        return sorted(address for to, _raw in self.received for address in to)


class _Conversation(socketserver.StreamRequestHandler):
    """RFC 5321, as much of it as smtplib speaks."""

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        postbox: Postbox = self.server.postbox  # type: ignore[attr-defined]
        if postbox.hangs:
            postbox.let_go.wait(30)
            return
        self.say("220 postbox")
        to: list[str] = []
        for line in iter(self.rfile.readline, b""):
            verb = line[:4].upper()
            if verb == b"RCPT":
                address = line.decode().partition("<")[2].partition(">")[0]
                answer = postbox.refuses.get(address, "250 ok")
                to += [address] if answer.startswith("250") else []
                self.say(answer)
            elif verb == b"DATA":
                self.say("354 go on")
                postbox.received.append((to, b"".join(iter(self.rfile.readline, b".\r\n"))))
                to = []
                self.say("250 kept")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextmanager
def mail_server(port: int = 0, **how: Any) -> Iterator[Postbox]:
    """A server on a free port of this machine, or on the named one, until the block ends."""
    with _Server(("127.0.0.1", port), _Conversation) as server:
        postbox = Postbox(port=server.server_address[1], **how)
        server.postbox = postbox  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield postbox
        finally:
            postbox.let_go.set()
            server.shutdown()
            thread.join()
