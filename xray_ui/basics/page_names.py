"""What are the app and its pages called?"""

READING_PAGE, WORKLIST_PAGE, RETRAIN_PAGE, NEW_TRAINING_PAGE, MODELS_PAGE = (
    f"xray_ui/pages/{name}.py" for name in ("reading", "worklist", "retrain", "new_training", "models")
)

TITLE = "Chest X-ray reader"

FILM_IS_OPEN = "film_is_open"
"""Session key of whether the reading page shows a film."""
