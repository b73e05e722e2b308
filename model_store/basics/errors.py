"""Which errors speak to the person? Those whose message is the sentence that is shown, wherever they are raised."""


class UserError(Exception):
    """Its message is one sentence that says what is wrong and what to do; every error of ours derives from it.

    A class names besides it the built-in error that it also is, as in `class DiskFull(UserError, OSError)`.
    """


class ModelCorrupted(UserError, RuntimeError):
    """A version's files are missing, damaged or not those that its card names."""
