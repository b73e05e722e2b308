"""How does the network learn that tells how a picture shows a chest?"""
