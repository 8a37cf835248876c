"""The command line as ``python -m optimizer.cli``, where no script is installed."""

from optimizer.cli import main

main()
