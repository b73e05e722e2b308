"""A session without a browser, as anybody can open one who reaches the server: what it is shown, what it can upload."""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

SECONDS = 20.0
"""How long an answer may take."""


@dataclass
class BareSession:
    """A session that is open.

    Attributes:
        address: of the server.
        stream: over which the server sends what is to be shown.
        http: for the uploads.
        shown: the text of what was shown, and the labels of what can be uploaded to.
    """

    address: str
    stream: ClientConnection
    http: requests.Session
    shown: list[str] = field(default_factory=list)

    def draw(self) -> str:
        """Have the page drawn; return all its text."""
        self.shown.clear()
        message = BackMsg()
        message.rerun_script.SetInParent()
        self._send(message)
        while not self._receive().HasField("script_finished"):
            pass
        return "\n".join(self.shown)

    def wait_for(self, text: str) -> None:
        """Draw the page until it shows a text."""
        until = time.monotonic() + SECONDS
        while text not in (shown := self.draw()):
            assert time.monotonic() < until, f"it shows {shown}"
            time.sleep(0.2)

    def put(self, data: bytes) -> int:
        """Upload bytes, whatever is on the page; return the status of the answer."""
        request = BackMsg()
        request.file_urls_request.file_names.append("x")
        self._send(request)
        while not (urls := self._receive().file_urls_response.file_urls):
            pass
        token = self.http.cookies.get("_streamlit_xsrf") or ""
        return self.http.put(
            self.address + urls[0].upload_url,
            files={"file": ("x", data)},
            headers={"X-Xsrftoken": token},
        ).status_code

    def _send(self, message: BackMsg) -> None:
        self.stream.send(message.SerializeToString())

    def _receive(self) -> ForwardMsg:
        content = self.stream.recv(timeout=SECONDS)
        message = ForwardMsg.FromString(content if isinstance(content, bytes) else content.encode())
        element = message.delta.new_element
        texts = (element.heading.body, element.text.body, element.file_uploader.label, element.button.label)
        self.shown += [text for text in texts if text]
        return message


@contextmanager
def bare_session(
    address: str, *, host: str | None = None, headers: Mapping[str, str] | None = None
) -> Iterator[BareSession]:
    """Open a session; it is closed afterwards.

    Args:
        address: of the server.
        host: the name under which a browser would have looked the server up; by default its address.
        headers: what else a browser or a proxy says.
    """
    _, _, port = address.rpartition(":")
    stream = f"ws://{host}:{port}/_stcore/stream" if host else address.replace("http", "ws", 1) + "/_stcore/stream"
    with (
        requests.Session() as http,
        socket.create_connection(("127.0.0.1", int(port))) as line,
        connect(stream, sock=line, subprotocols=["streamlit"], max_size=None, additional_headers=headers) as connection,
    ):
        http.trust_env = False
        http.get(f"{address}/_stcore/health")
        yield BareSession(address, connection, http)
