"""Can a training be begun on these films, and what would it be?"""
