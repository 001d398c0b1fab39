"""What a case is and how it may go on, as data and pure functions: no table, no key, no clock."""
