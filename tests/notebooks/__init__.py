"""The notebooks run, and the documents made of them are what they print today."""
