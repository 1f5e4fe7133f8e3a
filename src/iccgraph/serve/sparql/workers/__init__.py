"""The engine in processes that can be killed."""
