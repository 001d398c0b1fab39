"""What the register's values must look like, and how a line's calendar counts; pure functions."""
