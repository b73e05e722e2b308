"""Which versions are there, and what can be done with one?

`page`, `rows`, `wording`, `activation`, `export_version` and `import_version` are tested on the page, in
`tests/app/models`.
"""
