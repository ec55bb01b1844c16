"""Django's management commands without a script in the root folder: `wasl manage …`."""

import os
import sys


def main(arguments: list[str] | None = None) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["wasl manage", *(sys.argv[1:] if arguments is None else arguments)])


if __name__ == "__main__":
    main()
