"""A model and everything needed to use it correctly, without a screen.

Nothing here imports `xray_ui`, `training` or Streamlit, and importing any module of this package loads no
TensorFlow: the modules that need it import it inside the functions that use it.
"""
