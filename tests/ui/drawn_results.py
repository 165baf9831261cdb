"""A result drawn as on its page, and the elements of what was drawn."""

from typing import Any
from xml.etree import ElementTree

from streamlit.testing.v1 import AppTest

from tests.ui.app import settled, text_of

Element = ElementTree.Element


def drawn(result: Any, inputs: Any, labels: tuple[str, ...] = ()) -> AppTest:
    """A page with nothing but the result."""

    # Streamlit runs its lines on their own, where this file's names are not known.
    def script(result, inputs, labels):  # type: ignore[no-untyped-def]
        from ui.results import draw_result

        draw_result(result, inputs, labels)

    return settled(AppTest.from_function(script, args=(result, inputs, labels), default_timeout=60).run())


def elements(app: AppTest) -> Element:
    """All HTML of the page; what is not escaped fails to parse, or shows up as an element."""
    return parsed(text_of(app))


def parsed(markup: str) -> Element:
    """The HTML below one element."""
    return ElementTree.fromstring(f"<div>{markup}</div>")


def of_class(root: Element, name: str) -> list[Element]:
    """The elements that have the class, in order."""
    return [found for found in root.iter() if name in found.get("class", "").split()]


def words(element: Element) -> str:
    """All text within the element."""
    return "".join(element.itertext())


def cells(table: Element) -> list[list[str]]:
    """The rows of a table's body."""
    return [[words(cell) for cell in row] for row in table.iterfind(".//tbody/tr")]
