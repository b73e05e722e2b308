"""How does a version leave this machine as one file, and how is one taken in?"""
