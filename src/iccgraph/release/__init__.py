"""The bridge: the folder on disk in which the write side and the read side meet."""
