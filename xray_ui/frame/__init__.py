"""What is round every page: the sidebar, the banner, the style?"""
