import pytest

from explorer.loading.dimensions import dimension_of

RUNS = [
    {"batch": 2, "height": 256, "width": 320},
    {"batch": 5, "height": 320, "width": 448},
    {"batch": 3, "height": 512, "width": 384},
]


@pytest.mark.parametrize(
    ("found", "dimension"),
    [
        ((768, 768, 768), 768),
        ((0, 0, 0), 0),
        ((2, 5, 3), "batch"),
        ((320, 448, 384), "width"),
        ((64, 80, 128), "height / 4"),
        ((6, 15, 9), "3 × batch"),
        ((31, 39, 63), "height / 8 − 1"),
        ((257, 321, 513), "height + 1"),
        ((80, 140, 192), "height × width / 1,024"),
        ((512, 1600, 1536), "batch × height"),
        ((7, 11, 12), "varies"),
        # A third of a length is not what a model makes of it.
        ((1, 2, 9), "varies"),
    ],
)
def test_a_dimension_is_what_gives_its_size_in_every_run(found, dimension):
    assert dimension_of(found, RUNS) == dimension


def test_two_runs_tell_only_numbers_and_plain_symbols():
    assert dimension_of((768, 768), RUNS) == 768
    assert dimension_of((2, 5), RUNS) == "batch"
    assert dimension_of((64, 80), RUNS) == "varies"
