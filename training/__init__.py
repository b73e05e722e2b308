"""The trainer: it makes the lung network and the classifier that `model_store` reads with, and judges them."""
