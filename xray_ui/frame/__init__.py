"""What is round every page: the sidebar, the banner, the style?

`banner`, `sidebar` and `style` are tested on every page, in `tests/app` and `tests/browser`; `reloaded` also in
`tests/browser/test_reload.py`.
"""
