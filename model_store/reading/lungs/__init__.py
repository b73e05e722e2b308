"""Where are the two lungs on a film?"""
