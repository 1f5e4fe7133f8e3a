"""Lets `python -m iccgraph` do what the `iccgraph` command does."""

from iccgraph.cli import main

if __name__ == "__main__":
    main()
