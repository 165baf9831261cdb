"""Make the demo checkpoints again, or examine those that are there."""

import argparse
import os
import sys
from pathlib import Path

from explorer import demo

# Read when transformers is imported: nothing here asks the Hub, or speaks of its own work.
os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", TRANSFORMERS_VERBOSITY="error")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


def main(arguments: list[str] | None = None) -> int:
    """Train or check; the exit status is 1 when a checkpoint does not pass its gates."""
    options = _parser().parse_args(arguments)
    # Only now: torch takes seconds to import, and help needs none of it.
    from explorer.demo.training import recipe

    tasks = recipe.known() if options.name == "all" else (options.name,)
    work = recipe.make if options.command == "train" else recipe.examine
    passed = [work(recipe.find(task), options.output / task) for task in tasks]
    return 0 if all(passed) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m explorer.demo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    summaries = (("train", "train, examine and save"), ("check", "examine what was saved"))
    for command, summary in summaries:
        one = commands.add_parser(command, help=summary, description=summary)
        one.add_argument("name", choices=(*demo.TASKS, "all"), metavar="NAME", help="a task, or all")
        one.add_argument(
            "--output",
            type=Path,
            default=demo.CHECKPOINTS,
            help="the folder of the checkpoints",
            metavar="FOLDER",
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
