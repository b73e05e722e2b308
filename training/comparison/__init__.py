"""Which of two versions reads the same films better, and is the new one shown not to be worse?

`version_scores` is tested in `test_comparison.py`.
"""
