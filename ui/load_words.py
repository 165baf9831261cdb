"""A load report in words for somebody who has never seen one."""

import re
from collections.abc import Iterable, Sequence

from explorer.checkpoint import LoadReport
from explorer.name_folding import STAR, fold_names
from ui.load_parts import shape_text

# A longer list of modules is not read.
MOST_PLACES = 3
_NUMBERED = re.compile(r"(?P<list>.*?)\.(?P<number>[0-9]+)\.(?P<rest>.*)")


def verdict_of(report: LoadReport) -> tuple[str, str]:
    """What loading comes to, and what that means for the visitor."""
    name, total, random = report.auto_class.model_class, report.total, len(report.untrained)
    if report.verdict == "ready":
        return f"All {total:,} tensors of {name} get their values.{_unused(report)}", "It is ready to use."
    if report.verdict == "untrained head":
        return (
            f"{total - random:,} of the {total:,} tensors of {name} get their values; {random:,} of its head"
            f" ({_joined(places(report.untrained))}) {_verb(random)} newly initialised.{_unused(report)}",
            "Train the head before you use the model: until then its answers are random.",
        )
    if not report.loaded:
        return (
            f"Not one of the {total:,} tensors of {name} is found in the files.",
            "The checkpoint belongs to another model, or its layout is not one that transformers reads.",
        )
    told = f"Only {total - random:,} of the {total:,} tensors of {name} get their values."
    if not random:
        return told, "Some tensors cannot be converted to what the class needs: the load fails."
    return told, f"{_count(random)} would be random, and not in the head only: of no use as it is loaded."


def hints_of(report: LoadReport) -> tuple[str, ...]:
    """What explains a report that looks odd: modules that only one side has, sizes that differ."""
    hints = []
    if layers := whole_layers(report.missing):
        hints.append(
            f"The config asks for {layers}, and the files do not hold them: they are of a model with fewer."
        )
    elif report.verdict == "wrong checkpoint" and report.loaded and report.missing:
        held = "the files hold other parts of the model only"
        hints.append(f"All that is missing is in {_joined(places(report.missing))}: {held}.")
    if layers := whole_layers(report.unexpected):
        hints.append(f"The files hold {layers}, more than the config asks for.")
    if layers := whole_layers(report.ignored_unexpected):
        hints.append(
            f"The files hold {layers} that the class skips by design, such as for multi-token prediction."
        )
    if sizes := [(found.stored, found.expected) for found in report.mismatched]:
        stored, expected = map(shape_text, sizes[0])
        hints.append(f"Config and files disagree on a size: {stored} is stored where {expected} is needed.")
    return tuple(hints)


def whole_layers(names: Iterable[str]) -> str | None:
    """The layers after the first ones that one list has more; None where the names tell of no such layers.

    >>> whole_layers(["h.2.a", "h.2.b", "h.3.a", "h.3.b"])
    '2 more layers in h (2 to 3)'
    """
    found = [match for name in names if (match := _NUMBERED.fullmatch(name))]
    lists, parts = {match["list"] for match in found}, {match["rest"] for match in found}
    numbers = sorted({int(match["number"]) for match in found})
    if len(lists) != 1 or not numbers or numbers[0] == 0 or len(parts) < 2:
        return None
    which = f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else f"{numbers[0]}"
    return f"{len(numbers):,} more layer{'s' if len(numbers) > 1 else ''} in {lists.pop()} ({which})"


def places(names: Iterable[str]) -> tuple[str, ...]:
    """The modules that hold all the tensors, few of them, and none within another.

    >>> places(["decoder.block.0.a", "decoder.block.1.b", "lm_head.weight"])
    ('decoder.block', 'lm_head')
    """
    owners = dict.fromkeys(name.rpartition(".")[0] or name for name in names)
    # Of equal layers, the list that they are in.
    found = [name.partition(f".{STAR}")[0] for name, _ in fold_names(owners)]
    while len(set(found)) > MOST_PLACES and (depth := max(place.count(".") for place in found)):
        found = [place.rpartition(".")[0] if place.count(".") == depth else place for place in found]
    inside = [place for place in found if any(place.startswith(f"{other}.") for other in found)]
    outer = tuple(place for place in dict.fromkeys(found) if place not in inside)
    more = len(outer) - MOST_PLACES
    return (*outer[:MOST_PLACES], f"{more:,} more") if more > 0 else outer


def fewer_than_stored(report: LoadReport, stored: int) -> str | None:
    """Why the class has fewer tensors than the files, of which ``stored`` are read; None where it has not."""
    made = report.loaded + len(report.mismatched) + len(report.conversion_errors)
    used = stored - report.unused_stored
    if used <= made:
        return None
    others = f", and {report.unused_stored:,} are not used" if report.unused_stored else ""
    return (
        f"Of the {stored:,} tensors in the files, {used:,} make {_count(made)} of the class{others}:"
        " the weights of experts are stacked, and scales belong to the quantised weight beside them."
    )


def _unused(report: LoadReport) -> str:
    """How many tensors of the files are not used, and how many of a model they would make."""
    unused, named = report.unused_stored, len(report.unexpected) + len(report.ignored_unexpected)
    if not unused:
        return ""
    would = f", which would make {named:,} of a model," if named != unused else ""
    return f" {_count(unused)} of the files{would} {_verb(unused)} not used: that is the normal case."


def _verb(count: int) -> str:
    return "is" if count == 1 else "are"


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _count(count: int) -> str:
    return f"{count:,} tensor" if count == 1 else f"{count:,} tensors"
