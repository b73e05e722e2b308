"""Which films lie in the files, folders, ZIPs and studies that somebody hands over?"""
