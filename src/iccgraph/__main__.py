"""Lets `python -m iccgraph` do what the `iccgraph` command does."""

from iccgraph.cli.main import main

if __name__ == "__main__":
    main()
