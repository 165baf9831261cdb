"""HTML and Markdown that cannot be broken by a name."""

from ui.markup import Markup, code, join, plain, tag


def test_text_in_an_element_is_escaped():
    assert tag("td", "<img src=x>", title='"') == '<td title="&quot;">&lt;img src=x&gt;</td>'


def test_markup_in_an_element_stays_markup():
    assert tag("p", "a & ", tag("b", "c")) == "<p>a &amp; <b>c</b></p>"


def test_parts_are_markup_again():
    assert isinstance(join(["<", tag("b")]), Markup)


def test_markdown_in_a_name_is_shown_as_it_is():
    assert plain("![x](http://a) *b* :red[c] _d_") == r"\!\[x\]\(http\:\/\/a\) \*b\* \:red\[c\] \_d\_"


def test_a_listing_is_text_that_the_keyboard_can_scroll():
    shown = code("A <listing>", "<b>\n")
    assert "<code>&lt;b&gt;\n</code>" in shown
    assert 'tabindex="0"' in shown
    assert 'aria-label="A &lt;listing&gt;"' in shown
