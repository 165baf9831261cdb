"""The model card of a demo checkpoint, with the figures that were measured."""

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.demo.training.figures import Figure


@dataclass(frozen=True, slots=True)
class Card:
    """What a model card says beside the figures.

    ``sentence`` comes first and says what this tiny model does, ``trained_on`` where its data come
    from, ``limits`` what it cannot do, each with an example. ``code`` uses the model, which is at PATH.
    """

    sentence: str
    trained_on: str
    limits: tuple[str, ...]
    code: str
    languages: tuple[str, ...] = ("en",)


def card_text(task: str, card: Card, figures: Sequence[Figure], parameters: int, nbytes: int) -> str:
    """The README.md of the checkpoint."""
    size = f"It has {parameters:,} parameters, in {nbytes / 1e3:,.0f} kB."
    parts = (
        _metadata(task, card),
        f"# demo:{task}",
        card.sentence,
        f"{size} It serves to show how such a model is built and how it runs, not to be relied on.",
        "## What it was trained on",
        card.trained_on,
        "No text was copied from anywhere: the project wrote the templates and the words.",
        "## How well it does",
        _table(figures),
        "Held-out sentences come from templates that were written apart from those of the training. The exam "
        "was written after the training was settled, and was run once; its figures stand whatever they are. "
        "What must be reached is set below what was measured, so that other processors reach it too.",
        "## Limits",
        "\n".join(f"* {limit}" for limit in (*card.limits, *_mistakes(figures))),
        "## How to use it",
        f"```python\n{card.code.replace('PATH', f'explorer/demo/checkpoints/{task}').strip()}\n```",
        "## How to make it again",
        f"```\npython -m explorer.demo train {task}\n```",
        "The training is seeded and runs on one processor. Other versions of torch or other processors can "
        "change the figures a little.",
        "## Licence",
        "Apache-2.0, as the rest of the project.",
    )
    return "\n\n".join(parts) + "\n"


def _metadata(task: str, card: Card) -> str:
    languages = "\n".join(f"- {language}" for language in card.languages)
    facts = f"license: apache-2.0\nlibrary_name: transformers\npipeline_tag: {task}\nlanguage:\n{languages}"
    return f"---\n{facts}\n---"


def _table(figures: Sequence[Figure]) -> str:
    rows = (
        f"| {figure.name} | {figure.right:,} of {figure.total:,} | {figure.share:.1%} | {_gate(figure)} |"
        for figure in figures
    )
    table = "\n".join(("| examined on | right | share | must be |", "|---|---:|---:|---:|", *rows))
    notes = "; ".join(
        f"{figure.name[0].lower()}{figure.name[1:]}, {figure.note}" for figure in figures if figure.note
    )
    return f"{table}\n\nBeside that: {notes}." if notes else table


def _gate(figure: Figure) -> str:
    return "not set" if figure.least is None else f"at least {figure.least:.0%}"


def _mistakes(figures: Sequence[Figure]) -> list[str]:
    return [
        f"A mistake in {figure.name[0].lower()}{figure.name[1:]}: {mistake}."
        for figure in figures
        for mistake in figure.mistakes
    ]
