"""What do the app and the trainer share of a training: its request, its folder and its state?"""
