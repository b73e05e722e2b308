"""Where do a version's maps lie, and does its answer hang on them?"""
