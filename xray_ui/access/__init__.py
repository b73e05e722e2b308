"""Who is let in, who may act, and is anybody still there?"""
