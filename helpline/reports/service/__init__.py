"""Closing a period: facts opened and counted, planned, attacked, published."""
