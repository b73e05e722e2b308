"""A reader without a browser: opens a session over a WebSocket, uploads films over HTTP, and notes what is shown."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from xray_ui import wording

SECONDS = 300.0
"""How long a result may take."""

_IMAGE = re.compile(r"Image \| ([0-9a-f]{12})")
_PICTURES = re.compile(r"viewer-([0-9a-f]{64})")
"""In the name of the element that shows a film's pictures."""

_ASK_AGAIN = 2.0


@dataclass
class HttpReader:
    """A session that is open.

    Attributes:
        address: of the app.
        socket: over which the app sends what is to be shown.
        http: for the uploads.
        results: the hashes, 12 digits of each, that were shown with results since the last upload, in their order.
        pictures: the hashes of the films whose pictures were shown since.
        names: what these films were called beside their pictures.
    """

    address: str
    socket: ClientConnection
    http: requests.Session
    results: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    _uploader: str = ""
    _is_waiting: bool = False
    _urls: ForwardMsg | None = None
    _uploaded: str = ""

    def read(self, name: str, data: bytes) -> tuple[str, str]:
        """Upload a film in place of the last one; return the hash and the name that were shown with its result."""
        self._take_away()
        file = self._upload(name, data)
        for shown in (self.results, self.pictures, self.names):
            shown.clear()
        self._run(file)
        until, asked = time.monotonic() + SECONDS, time.monotonic()
        while not (self.results and self.names):
            assert time.monotonic() < until, f"no result in {SECONDS:.0f} s"
            self._receive()
            if self._is_waiting and time.monotonic() - asked > _ASK_AGAIN:
                self._run(file)  # As the page does by itself while the model is being prepared.
                self._is_waiting, asked = False, time.monotonic()
        return self.results[-1], self.names[-1]

    def open(self) -> None:
        """Draw the page for the first time."""
        self._run(ClientState())
        until = time.monotonic() + SECONDS
        while not self._uploader:
            assert time.monotonic() < until, "the page did not open"
            self._receive()

    def _run(self, state: ClientState) -> None:
        message = BackMsg()
        message.rerun_script.CopyFrom(state)
        self.socket.send(message.SerializeToString())

    def _upload(self, name: str, data: bytes) -> ClientState:
        self._urls, request = None, BackMsg()
        request.file_urls_request.request_id = name
        request.file_urls_request.file_names.append(name)
        self.socket.send(request.SerializeToString())
        while self._urls is None:
            self._receive()
        (urls,) = self._urls.file_urls_response.file_urls
        file = {"file": (name, data, "application/octet-stream")}
        answer = self.http.put(self.address + urls.upload_url, files=file, headers=self._token())
        assert answer.status_code == 204, f"the upload was answered with {answer.status_code}"
        self._uploaded = urls.delete_url
        state = ClientState()
        widget = state.widget_states.widgets.add(id=self._uploader)
        info = widget.file_uploader_state_value.uploaded_file_info.add(name=name, size=len(data), file_id=urls.file_id)
        info.file_urls.CopyFrom(urls)
        return state

    def _take_away(self) -> None:
        """Let the app forget the last file, as the browser does where a film takes the place of another."""
        if self._uploaded:
            self.http.delete(self.address + self._uploaded, headers=self._token()).raise_for_status()
            self._uploaded = ""

    def _token(self) -> dict[str, str]:
        return {"X-Xsrftoken": self.http.cookies.get("_streamlit_xsrf") or ""}

    def _receive(self) -> None:
        """Take one message, if there is one."""
        try:
            content = self.socket.recv(timeout=0.2)
        except TimeoutError:
            return
        message = ForwardMsg.FromString(content if isinstance(content, bytes) else content.encode())
        if message.HasField("file_urls_response"):
            self._urls = message
        element = message.delta.new_element
        if element.HasField("file_uploader") and element.file_uploader.label.startswith("Radiographs"):
            self._uploader = element.file_uploader.id
        self._is_waiting |= element.alert.body == wording.WAITING
        self.results += _IMAGE.findall(element.markdown.body)
        self.pictures += _PICTURES.findall(element.bidi_component.id)
        self.names += re.findall(r'"name": ?"([^"]*)"', element.bidi_component.json)


@contextmanager
def http_reader(address: str) -> Iterator[HttpReader]:
    """Open a session; it is closed afterwards, as by closing the browser's window."""
    stream = address.replace("http", "ws") + "/_stcore/stream"
    with (
        requests.Session() as http,
        connect(stream, subprotocols=["streamlit"], max_size=None, ping_interval=None) as socket,
    ):
        http.trust_env = False
        http.get(f"{address}/_stcore/health")
        reader = HttpReader(address, socket, http)
        reader.open()
        yield reader
