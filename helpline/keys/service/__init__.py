"""Use cases of the keys room; other rooms import from the file that names the use case."""
