"""Functions over bytes: sealing, boxes, stretching, receipts, stamps, one-time codes, shares.

This package imports nothing of the application: no web framework, no database, no clock and no
environment. Every algorithm is named once, in `crypto.suite`.
"""
