"""Which films were handed over in this session, and which one is open?"""
