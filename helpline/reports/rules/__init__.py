"""What may be said of a factory: periods, tiers, atoms, breakdowns, intervals. Pure functions."""
