"""What does the screen say of a film that the check refuses or warns of? Every sentence, as plain text."""

from model_store.versions.activation.proof import SHORTEST_REASON

NOT_READ = "Not read"
OVERRULE = "It is a frontal chest radiograph"
OVERRULE_HELP = (
    "If you can see that it is one, say how you know; it is then read, and your reason stays with the result. "
    "The result is less to be trusted: the model never learned from films like it."
)
OVERRULE_ADULT = "It is to be read all the same"
OVERRULE_ADULT_HELP = (
    "If this film should be read although it is an adult's, or the age in the header is wrong, say why; it is then "
    "read, and your reason stays with the result. The model never learned from films of adults."
)
REASON_LABEL = f"Your reason (at least {SHORTEST_REASON} characters; it stays with the result)"
REASON_MISSING = f"Please say in at least {SHORTEST_REASON} characters why it is a frontal chest radiograph."
ADULT_REASON_MISSING = f"Please say in at least {SHORTEST_REASON} characters why it is to be read."
READ_ALL_THE_SAME = "Read it all the same"
TAKE_BACK = "Take this back"
OVERRULE_WARNING = "Overrule this warning"
WARN_AGAIN = "Warn again"
LONGEST_REASON = 200
"""Characters of a typed reason at most, so that it fits beside a result and into the saved picture."""
