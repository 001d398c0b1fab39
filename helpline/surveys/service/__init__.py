"""Use cases of surveys: answers and their results; invitations by text."""
