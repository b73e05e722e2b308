"""What do all rooms of the screen use: plain text, tables, charts, errors?"""
