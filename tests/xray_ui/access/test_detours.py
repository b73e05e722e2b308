"""Which request comes from a page of the program itself, and which through a proxy? By hand, for every kind."""

import pytest

from xray_ui.access.detours import is_own_page, proxies_among
from xray_ui.access.roles import OPEN_VARIABLE, may_be_open


@pytest.mark.parametrize(
    ("origin", "host", "is_own"),
    [
        *((None, "localhost:8501", True), (None, None, True)),
        *(("http://localhost:8501", "localhost:8501", True), ("http://LOCALHOST:8501", "localhost:8501", True)),
        *(("http://[::1]:8501", "[::1]:8501", True), ("https://reader.clinic.example", "reader.clinic.example", True)),
        *(("https://reader.clinic.example", "reader.clinic.example:443", True), ("http://a", "a:80", True)),
        *(("http://localhost:8502", "localhost:8501", False), ("http://localhost", "localhost:8501", False)),
        *(("http://127.0.0.1:8501", "localhost:8501", False), ("https://a", "a:80", False)),
        *(("null", "localhost:8501", False), ("", "localhost:8501", False), ("file://", "localhost:8501", False)),
        *(("http://localhost:8501@evil.example", "localhost:8501", False), ("http://a:b", "a", False)),
        *(("http://evil.example", "", False), ("http://evil.example", None, False), ("http://", "", False)),
        *(("http://localhost:8501.evil.example", "localhost:8501", False), ("http://[::1", "[::1]", False)),
    ],
)
def test_a_page_of_another_port_is_another_program_s(origin, host, is_own):
    assert is_own_page(origin, host) is is_own


@pytest.mark.parametrize(
    "header",
    [
        *("Forwarded", "X-Real-IP", "X-Forwarded-Host", "Via", "X-Forwarded-For", "X-FORWARDED-PROTO", "x-real-ip"),
        *("X-Original-Forwarded-For", "CF-Connecting-IP", "True-Client-Ip", "X-Envoy-External-Address"),
    ],
)
def test_whatever_a_proxy_says_needs_a_login(header):
    headers = ["Host", "Origin", "User-Agent", "Accept-Language", "Sec-Websocket-Key", header]
    assert proxies_among(headers) == [header]
    assert not may_be_open("127.0.0.1", ["localhost"], {}, has_login=False, proxies=[header])
    assert may_be_open("127.0.0.1", ["localhost"], {}, has_login=True, proxies=[header])
    assert may_be_open("127.0.0.1", ["localhost"], {OPEN_VARIABLE: "1"}, has_login=False, proxies=[header])
