"""Message catalogues of the staff's pages, and what reads the messages out of the code."""
