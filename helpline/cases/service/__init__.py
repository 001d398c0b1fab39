"""Use cases of the cases room, a file each; other rooms import from the file that names theirs."""
