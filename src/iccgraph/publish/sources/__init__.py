"""Readers of what people edit: tables, topic schemes and the dataset's description."""
