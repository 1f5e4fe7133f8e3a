"""The routes of the Flask application, one module a noun."""
