"""Names in a load report, folded."""

from ui.load_view import folded


def test_names_that_differ_in_a_number_are_one_line():
    assert folded(["h.0.w", "h.1.w", "h.1.b", "wte.weight"]) == ("h.*.w × 2", "h.1.b", "wte.weight")


def test_a_number_at_the_end_is_part_of_the_name():
    assert folded(["conv1", "conv2"]) == ("conv1", "conv2")
