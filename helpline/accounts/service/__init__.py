"""Use cases of accounts: people, admission, login, sessions and what slows guessing down."""
