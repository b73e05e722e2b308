"""What is changed in Streamlit and Keras, and which sessions may speak to the server?

`clear` and `patches` are tested with the login that needs them, in `access/test_idle.py` and `tests/app`.
"""
