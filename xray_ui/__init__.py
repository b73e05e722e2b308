"""What the clinician sees. Importing any module of this package loads no TensorFlow."""
