"""What are the app and its pages called?"""

READING_PAGE, WORKLIST_PAGE, RETRAIN_PAGE, NEW_TRAINING_PAGE, MODELS_PAGE = (
    f"xray_ui/pages/{name}.py" for name in ("reading", "worklist", "retrain", "new_training", "models")
)

TITLE = "Chest X-ray reader"
