"""Which of two versions reads better?"""
