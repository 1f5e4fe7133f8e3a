"""SERVICE: queries that ask other endpoints."""
