"""How surprised a language model is by each token, and what it expected instead."""

import math
from collections.abc import Sequence

from explorer.inside.explanation import Explanation, PlaceGuesses
from ui import figures
from ui.inside.unknown import draw_nothing
from ui.inside.words import bar, guess_of, seen, token_of
from ui.markup import Markup, draw, join, table, tag

MOST_PLACES = 256
# Surprise is drawn up to here: 1 of 65,536.
MOST_BITS = 16
SHOWN = 3
MEANING = (
    "Surprisal is how unexpected a token is, −log2 of the probability that the model gave it: "
    "0 bits for a certain one, 1 bit for one of two equal chances, 10 bits for one in 1,024."
)
HIDDEN = (
    "This model was taught to guess what a mask hides, so each token is hidden in turn, alone, and its "
    "surprisal is what the model then gives it (pseudo-log-likelihood); special tokens are left out."
)


def draw_places(explanation: Explanation) -> None:
    """The text coloured by surprisal, the mean of it, and each token with what was expected there."""
    if not explanation.places:
        return draw_nothing(explanation, "surprisal", "surprisal", "surprise", "guess", "place")
    draw(text_of(explanation))
    draw(table_of(explanation.places))


def mean_of(places: Sequence[PlaceGuesses]) -> float | None:
    """The mean surprisal in bits, over the tokens that have one."""
    known = [place.surprisal for place in places if place.surprisal is not None]
    return sum(known) / len(known) if known else None


def text_of(explanation: Explanation) -> Markup:
    """What surprisal is and how it was found, the tokens in its colours, and its mean."""
    places = explanation.places
    shown = [_token(place) for place in places[:MOST_PLACES]]
    rest = [f" and {len(places) - MOST_PLACES:,} more"] if len(places) > MOST_PLACES else []
    text = tag("p", *shown, *rest, class_="x-surprise", role="group", aria_label="The text by surprisal")
    meaning = f"{MEANING} {HIDDEN}" if explanation.is_each_hidden else MEANING
    return join((tag("p", meaning, class_="x-note"), _legend(), text, _mean(explanation)))


def _legend() -> Markup:
    steps = [tag("span", f"{bits}", class_="x-bits", style=_shade(bits)) for bits in (0, 2, 4, 8, MOST_BITS)]
    return tag(
        "p",
        "bits: ",
        *steps,
        " or more; ",
        tag("span", "?", class_="x-bits x-no-bits"),
        " not known",
        class_="x-note",
    )


def _token(place: PlaceGuesses) -> Markup:
    told = "not known" if place.surprisal is None else f"{place.surprisal:.2f} bits"
    best = f"; expected first: {seen(place.guesses[0].text)}" if place.guesses else ""
    title = f"place {place.position}: {told}{best}"
    if place.surprisal is None:
        return tag("bdi", seen(place.token), class_="x-bits x-no-bits", title=title)
    return tag("bdi", seen(place.token), class_="x-bits", style=_shade(place.surprisal), title=title)


def _shade(bits: float) -> str:
    return f"--bits:{100 * min(max(bits, 0), MOST_BITS) / MOST_BITS:.0f}%"


def _mean(explanation: Explanation) -> Markup:
    mean = mean_of(explanation.places)
    if mean is None:
        return tag("p", "No token has a surprisal that is known.", class_="x-note")
    count = sum(place.surprisal is not None for place in explanation.places)
    # A masked model sees what comes after as well: its numbers are not those of one that writes.
    kind = "pseudo-perplexity" if explanation.is_each_hidden else "perplexity"
    return tag(
        "p",
        "Mean surprisal ",
        tag("b", f"{mean:.2f} bits"),
        f" over {figures.counted(count, 'token')}, so the {kind} is 2 to the power of it: ",
        tag("b", _perplexity(mean)),
        f". {_compared(mean, explanation.vocabulary)}",
    )


def _compared(mean: float, vocabulary: int) -> str:
    """What the mean comes to, beside a choice that knows nothing."""
    blind = math.log2(vocabulary) if vocabulary else math.inf
    if not mean > blind:
        return "It is as unsure as if it chose among so many equal ones each time."
    return (
        f"A blind choice among all of its {vocabulary:,} tokens would have {blind:.2f} bits: the model "
        "is sure of other tokens than those that stand here."
    )


def _perplexity(mean: float) -> str:
    """2 to the power of the mean, with three digits that mean something."""
    if mean > 40:
        return "more than 10¹²"
    return f"{2**mean:,.3g}" if mean < 9 else f"{2**mean:,.0f}"


def table_of(places: Sequence[PlaceGuesses]) -> Markup:
    """Each token with its surprisal and the best guesses for its place."""
    rows = [_row(place) for place in places[:MOST_PLACES]]
    more = len(places) - MOST_PLACES
    rest = [tag("p", f"Only the first {MOST_PLACES} tokens are listed.", class_="x-note")] if more > 0 else []
    caption = "Surprisal of each token and what was expected at its place"
    columns = ("Place", "Token", "=Bits", f"of {MOST_BITS}", "Expected there")
    return join((table(caption, columns, rows, "x-places"), *rest))


def _row(place: PlaceGuesses) -> Markup:
    is_known = place.surprisal is not None
    bits = place.surprisal or 0.0
    guesses = [guess_of(guess) for guess in place.guesses[:SHOWN]] or [tag("span", "–")]
    return tag(
        "tr",
        tag("td", str(place.position), class_="x-number"),
        tag("th", token_of(place.token), scope="row"),
        tag("td", f"{bits:.2f}" if is_known else "?", class_="x-number"),
        tag("td", bar(bits / MOST_BITS) if is_known else ""),
        tag("td", tag("span", *guesses, class_="x-guesses")),
    )
