"""How is the app started like a desktop program? A server on loopback, a window of its own, an entry in the menu."""
