"""What is known of one case: a film, corrected or not, as one version reads it?"""
