"""Boxes, grants, the signed directory and the site key: the only room that seals and opens."""
