"""How does a training run: its recipe, its plan, its lock and its progress?"""
