"""`python -m workers worker` takes jobs, `python -m workers clock` sweeps."""

from __future__ import annotations

import sys

from bot.settings import Settings, SettingsError, refuse_demo_secrets
from workers import schedule, worker

COMMANDS = {"worker": worker.run, "clock": schedule.run}


def main(arguments: list[str]) -> None:
    """Run one of the two until SIGTERM."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        sys.exit(f"usage: python -m workers {'|'.join(COMMANDS)}")
    try:
        settings = Settings.from_env()
        refuse_demo_secrets(settings)
    except SettingsError as error:
        sys.exit(str(error))
    COMMANDS[arguments[0]](settings)


if __name__ == "__main__":
    main(sys.argv[1:])
