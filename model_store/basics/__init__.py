"""What does every room use? The person's sentence of an error, records of JSON files, a terminal without foreign lines.

`errors` holds what other rooms raise, and is tested there.
"""
