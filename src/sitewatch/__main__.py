"""``python -m sitewatch`` is the command ``sitewatch``."""

from sitewatch.cli import main

if __name__ == "__main__":
    main()
