"""What is said of a result, wherever it is shown or leaves: verdict, map, operating point, trust, a card's claims?"""
