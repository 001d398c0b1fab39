"""The telephone as a port: events in, turns out. Imports nothing of the application."""
