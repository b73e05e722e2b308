"""A decoding process that says of a file what the file tells it to say; `decoder.CHILD` names it."""

import sys

from model_store.decoding.messages import fill, receive, send

TRUTH = {
    "shape": [100, 120],
    "dtype": "uint16",
    "film": {
        **{"source_format": "PNG", "colour": 0.0, "transfer_syntax": None, "header": None, "window": 0},
    },
}
LIES = {
    "number": {"number": 0},
    "format": {"source_format": "EXE"},
    "colour": {"colour": "red"},
    "no colour": {"colour": float("nan")},
    "another window": {"window": 1},
    "no shape": {"shape": None},
    "too many pixels": {"shape": [65_535, 65_535]},
    "no pixels": {"shape": [0, 100]},
    "negative sides": {"shape": [-100, -100]},
    "half a pixel": {"shape": [100.5, 100]},
    "cube": {"shape": [100, 100, 100]},
    "objects": {"dtype": "object"},
    "no facts": {"film": None},
    "a sentence": {"sentence": None},
    "nothing": {"shape": None, "dtype": None, "film": None},
}
"""What might be said of a film that is not so."""


def main() -> None:
    """Answer requests until the input ends."""
    send(sys.stdout.buffer, {"ready": True})
    while True:
        request = receive(sys.stdin.buffer)
        data = bytearray(request["length"])
        fill(sys.stdin.buffer, memoryview(data))
        lie = LIES.get(data.decode(), {}) if data != b"more pixels than there are" else {"shape": [1000, 1000]}
        film = TRUTH["film"] | {key: value for key, value in lie.items() if key in TRUTH["film"]}
        answer = {"number": request["number"], **TRUTH, "film": film}
        send(sys.stdout.buffer, answer | lie, bytes(100 * 120 * 2))


if __name__ == "__main__":
    main()
