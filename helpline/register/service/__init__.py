"""Use cases of the register, one file each."""
