"""A reader without a browser: uploads films over HTTP, in a session of its own, and notes what is shown."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLs

from tests.browser.bare_session import BareSession, bare_session
from xray_ui.reading import wording as reading_wording

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
        session: with the app.
        results: the hashes, 12 digits of each, that were shown with results since the last upload, in their order.
        pictures: the hashes of the films whose pictures were shown since.
        names: what these films were called beside their pictures.
    """

    session: BareSession
    results: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    _uploader: str = ""
    _is_waiting: bool = False
    _uploaded: FileURLs | None = None

    def read(self, name: str, data: bytes) -> tuple[str, str]:
        """Upload a film in place of the last one; return the hash and the name that were shown with its result."""
        if self._uploaded:  # As the browser does where a film takes the place of another.
            self.session.take_away(self._uploaded)
        file = self._upload(name, data)
        for shown in (self.results, self.pictures, self.names):
            shown.clear()
        self.session.run(file)
        until, asked = time.monotonic() + SECONDS, time.monotonic()
        while not (self.results and self.names):
            assert time.monotonic() < until, f"no result in {SECONDS:.0f} s"
            self._receive()
            if self._is_waiting and time.monotonic() - asked > _ASK_AGAIN:
                self.session.run(file)  # As the page does by itself while the model is being prepared.
                self._is_waiting, asked = False, time.monotonic()
        return self.results[-1], self.names[-1]

    def open(self) -> None:
        """Draw the page for the first time."""
        self.session.run(ClientState())
        until = time.monotonic() + SECONDS
        while not self._uploader:
            assert time.monotonic() < until, "the page did not open"
            self._receive()

    def _upload(self, name: str, data: bytes) -> ClientState:
        self._uploaded = urls = self.session.urls_for(name)
        status = self.session.put(data, name, urls)
        assert status == 204, f"the upload was answered with {status}"
        state = ClientState()
        widget = state.widget_states.widgets.add(id=self._uploader)
        info = widget.file_uploader_state_value.uploaded_file_info.add(name=name, size=len(data), file_id=urls.file_id)
        info.file_urls.CopyFrom(urls)
        return state

    def _receive(self) -> None:
        """Take one message, if there is one."""
        try:
            element = self.session.receive(0.2).delta.new_element
        except TimeoutError:
            return
        if element.HasField("file_uploader") and element.file_uploader.label.startswith("Radiographs"):
            self._uploader = element.file_uploader.id
        self._is_waiting |= element.alert.body == reading_wording.WAITING
        self.results += _IMAGE.findall(element.markdown.body)
        self.pictures += _PICTURES.findall(element.bidi_component.id)
        self.names += re.findall(r'"name": ?"([^"]*)"', element.bidi_component.json)


@contextmanager
def http_reader(address: str) -> Iterator[HttpReader]:
    """Open a session; it is closed afterwards."""
    with bare_session(address) as session:
        reader = HttpReader(session)
        reader.open()
        yield reader
