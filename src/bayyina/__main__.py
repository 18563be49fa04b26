"""``python -m bayyina``: the program, where the command ``bayyina`` is not on the path."""

from bayyina.cli.main import main

if __name__ == "__main__":
    main()
