"""Is what one process says understood by the other, and anything else refused?"""

import io

import pytest

from model_store.decoding import messages
from model_store.decoding.messages import Broken, fill, receive, send


def test_what_is_sent_is_received():
    stream = io.BytesIO()
    send(stream, {"length": 3}, b"ab", memoryview(b"c"))
    send(stream, {"next": [1, None]})
    stream.seek(0)
    assert receive(stream) == {"length": 3}
    memory = bytearray(3)
    fill(stream, memoryview(memory))
    assert memory == b"abc"
    assert receive(stream) == {"next": [1, None]}


@pytest.mark.parametrize("line", [b"", b"{}", b"{\n", b"\xff\n", b"[1]\n", b"7\n", b"[" * 100_000 + b"\n"])
def test_a_line_that_is_none(line):
    with pytest.raises(Broken):
        receive(io.BytesIO(line))


def test_a_line_that_is_too_long(monkeypatch):
    monkeypatch.setattr(messages, "MAX_LINE", 10)
    with pytest.raises(Broken):
        receive(io.BytesIO(b'{"a": 1000000}\n'))


def test_too_few_bytes():
    with pytest.raises(Broken):
        fill(io.BytesIO(b"ab"), memoryview(bytearray(3)))
