"""`python -m invarieq`: the command line."""

from invarieq.cli.main import main

if __name__ == "__main__":
    main()
