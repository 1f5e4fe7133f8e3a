"""HTML pages: what they show, templates, words and static files."""
