"""A session without a browser, as anybody can open one who reaches the server: what it is shown, what it can upload."""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLs
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
        shown: the text of what was shown since the page was last drawn, and the labels of what can be uploaded to.
        identity: of the session, once the page was drawn.
        offered: the identity of the file that was last offered to be saved.
    """

    address: str
    stream: ClientConnection
    http: requests.Session
    shown: list[str] = field(default_factory=list)
    identity: str = ""
    offered: str = ""

    def draw(self) -> str:
        """Have the page drawn; return all its text."""
        self.run(ClientState())
        while not self.receive().HasField("script_finished"):
            pass
        return "\n".join(self.shown)

    def wait_for(self, text: str) -> None:
        """Draw the page until it shows a text."""
        until = time.monotonic() + SECONDS
        while text not in (shown := self.draw()):
            assert time.monotonic() < until, f"it shows {shown}"
            time.sleep(0.2)

    def run(self, state: ClientState) -> None:
        """Have the page drawn with widgets in a state; does not wait for it."""
        self.shown.clear()
        message = BackMsg()
        message.rerun_script.CopyFrom(state)
        self.send(message)

    def urls_for(self, name: str) -> FileURLs:
        """Ask where a file is to be uploaded."""
        request = BackMsg()
        request.file_urls_request.file_names.append(name)
        self.send(request)
        while not (urls := self.receive().file_urls_response.file_urls):
            pass
        return urls[0]

    def put(self, data: bytes, name: str = "x", urls: FileURLs | None = None) -> int:
        """Upload bytes, whatever is on the page; return the status of the answer."""
        place = (urls or self.urls_for(name)).upload_url
        return self.http.put(self.address + place, files={"file": (name, data)}, headers=self._token()).status_code

    def take_away(self, urls: FileURLs) -> None:
        """Have the server forget an upload."""
        self.http.delete(self.address + urls.delete_url, headers=self._token()).raise_for_status()

    def receive(self, seconds: float = SECONDS) -> ForwardMsg:
        """Take one message; raises TimeoutError where none comes."""
        content = self.stream.recv(timeout=seconds)
        message = ForwardMsg.FromString(content if isinstance(content, bytes) else content.encode())
        element = message.delta.new_element
        texts = (element.heading.body, element.text.body, element.file_uploader.label, element.button.label)
        self.shown += [text for text in texts if text]
        self.identity = message.new_session.initialize.session_id or self.identity
        self.offered = element.download_button.deferred_file_id or self.offered
        return message

    def send(self, message: BackMsg) -> None:
        """Send one message, as the page does."""
        self.stream.send(message.SerializeToString())

    def _token(self) -> dict[str, str]:
        return {"X-Xsrftoken": self.http.cookies.get("_streamlit_xsrf") or ""}


@contextmanager
def bare_session(
    address: str, *, host: str | None = None, headers: Mapping[str, str] | None = None
) -> Iterator[BareSession]:
    """Open a session; it is closed afterwards, as by closing the browser's window.

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
        connect(
            stream,
            sock=line,
            subprotocols=["streamlit"],
            max_size=None,
            ping_interval=None,  # While TensorFlow is imported, the server may not answer for long.
            additional_headers=headers,
        ) as connection,
    ):
        http.trust_env = False
        http.get(f"{address}/_stcore/health")
        yield BareSession(address, connection, http)
