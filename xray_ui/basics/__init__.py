"""What do all rooms of the screen use: plain text, tables, charts, errors?

`charts`, `errors`, `guard`, `keep`, `page_names`, `rows`, `tables` and `text` are tested where they are seen:
`tests/app`, `tests/hostile`.
"""
