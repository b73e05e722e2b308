"""How is anything written so that it survives a crash, and where does it lie?"""
