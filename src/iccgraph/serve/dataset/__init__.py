"""An open release, its descriptions and its lists, without HTTP."""
