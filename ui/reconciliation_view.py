"""From the parameters of a class to the elements in the files: a statement that adds up line by line."""

from explorer.checkpoint_totals import CheckpointTotals
from explorer.opening import OpenedModel
from explorer.reconciliation import MEANINGS, UNEXPLAINED, Difference, Reconciliation
from ui import figures, load_words
from ui.markup import Markup, draw, table, tag


def draw_reconciliation(model: OpenedModel, totals: CheckpointTotals, found: Reconciliation | None) -> None:
    """The statement, where there is one, and below it the Hub's own figure."""
    elements = totals.whole.elements
    rows = [_row("=", "elements in the files", "as the headers say", elements, "x-sum")]
    if found:
        note = "as the config says, tied ones counted once"
        first = _row("", f"parameters of {found.model_class}", note, found.parameters)
        rows[:0] = [first, *map(_step, found.differences)]
    if model.source.kind == "hub" and model.repository:
        rows.append(_stated(elements, found, model.repository.stated_parameters))
    draw(table("From the config to the files", ("Sign", "Reason", "=Elements"), rows, "x-statement"))


def _step(step: Difference) -> Markup:
    kind = "x-unexplained" if step.reason == UNEXPLAINED else ""
    is_short = len(step.names) <= load_words.MOST_PLACES
    told = step.names if is_short else load_words.places(step.names)
    where = f" Here: {', '.join(told)}." if told else ""
    meaning = f"{MEANINGS.get(step.reason, '')}{where}"
    return _row("+" if step.elements > 0 else "−", step.reason, meaning, abs(step.elements), kind)


def _stated(elements: int, found: Reconciliation | None, stated: int | None) -> Markup:
    if stated is None:
        return _row("?", "the Hub's own figure", "The Hub gives none for these files.", None, "x-stated")
    if stated == elements:
        return _row("✓", "the Hub's own figure", "It agrees with the files.", stated, "x-stated x-agrees")
    gap = f"{abs(stated - elements):,} {'more' if stated > elements else 'less'} than the files hold"
    meaning = found.explain(stated) if found else None
    why = f"It is {meaning}." if meaning else f"It is {gap}: unexplained."
    return _row("≠", "the Hub's own figure", why, stated, "x-stated")


def _row(sign: str, what: str, note: str, elements: int | None, kind: str = "") -> Markup:
    shown = figures.exact(elements) if elements is not None else "–"
    return tag(
        "tr",
        tag("td", sign, class_="x-sign"),
        tag("th", what, tag("small", note), scope="row"),
        tag("td", shown, class_="x-number", title=figures.rounded(elements) if elements is not None else ""),
        class_=kind,
    )
