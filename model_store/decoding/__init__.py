"""What does an uploaded file show, whatever it is made of? It is parsed in a process that may be lost.

`child` runs in a process of its own and is tested through `decoder`, and by `tests/hostile`.
"""
