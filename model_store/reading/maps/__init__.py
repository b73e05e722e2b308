"""Where did the network look, and does the answer hang on it?"""
