"""Why can a result not be filed?"""

from model_store.basics.errors import UserError


class PatientNotKept(UserError, ValueError):
    """The film's file does not say whose it is; the message is one sentence for the clinician."""
