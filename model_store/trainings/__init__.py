"""What do the app and the trainer share of a training: its request, its folder and its state?

`folder_walk` is tested in `test_layout.py`, `status` in `test_record.py` and `test_store.py`; `folder`, `request` and
`uploads` by the trainer and the app that use them, above all in `training/run/test_session.py`.
"""
