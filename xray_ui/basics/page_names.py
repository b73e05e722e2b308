"""What are the app and its pages called?"""

READING_PAGE, WORKLIST_PAGE, RETRAIN_PAGE, MODELS_PAGE = (
    f"xray_ui/pages/{name}.py" for name in ("reading", "worklist", "retrain", "models")
)

TITLE = "Chest X-ray reader"
