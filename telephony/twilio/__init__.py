"""Carriers that speak TwiML: the only place that knows the vendor's library."""
