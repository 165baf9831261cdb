"""Numbers in sight: rounded, and never with a digit that is not true."""

import pytest

from ui import figures


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1.00 K"),
        (999_499, "999 K"),
        (999_500, "1.00 M"),
        (124_439_808, "124 M"),
        (999_885_952, "1.00 B"),
        (671_026_419_200, "671 B"),
        (1_026_408_232_448, "1.03 T"),
    ],
)
def test_a_count_is_rounded_to_three_digits(count, shown):
    assert figures.rounded(count) == shown


def test_a_tiny_share_keeps_two_digits_that_mean_something():
    assert figures.share(1, 405_853_388_800) == "0.00000000025 %"


def test_the_whole_is_a_hundred_per_cent():
    assert figures.share(7, 7) == "100 %"


def test_bytes_below_a_thousand_are_told_one_by_one():
    assert figures.size(999) == "999 bytes"


@pytest.mark.parametrize("text", ["999", "0.12345", "1,234", "a1234", "1234b", "v1234.5", "1" * 20])
def test_only_whole_numbers_are_grouped(text):
    assert figures.grouped(text) == text


@pytest.mark.parametrize(
    ("count", "article"),
    [(8, "an"), (11, "an"), (18_000, "an"), (1_800, "a"), (83_000_000, "an"), (110, "a"), (0, "a")],
)
def test_a_number_has_the_article_with_which_it_is_spoken(count, article):
    assert figures.article(figures.rounded(count)) == article


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0"), (500, "500"), (20_000, "20 K"), (100_000_000, "100 M")]
)
def test_a_round_number_has_no_empty_digits(count, shown):
    assert figures.round_number(count) == shown
