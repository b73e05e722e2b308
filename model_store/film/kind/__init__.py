"""What kind of file is it: a film of ours, something else, or a result that this program saved?"""
