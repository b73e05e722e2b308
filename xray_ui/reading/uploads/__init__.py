"""Which films were handed over in this session, and which one is open?

`chosen`, `contents`, `examples`, `upload` and `welcome` are tested on the page, in `tests/app/reading` and
`tests/browser`; `kept` also in `tests/browser/test_reload.py`.
"""
