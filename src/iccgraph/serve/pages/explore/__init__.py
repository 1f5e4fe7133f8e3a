"""The views at `/explore`: their pages, their pictures as files, and their numbers as tables."""
