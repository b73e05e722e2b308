"""Which of two versions reads the same films better, and is the new one shown not to be worse?"""
