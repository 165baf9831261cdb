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
