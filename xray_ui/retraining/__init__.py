"""How does a clinician retrain the model, and what came of it?"""
