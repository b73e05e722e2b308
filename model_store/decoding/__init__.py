"""What does an uploaded file show, whatever it is made of? It is parsed in a process that may be lost."""
