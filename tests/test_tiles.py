"""The model as nested areas."""

from collections import Counter

from hypothesis import given

from explorer.breakdown import breakdown_of
from explorer.tiles import tiles_of
from tests.breakdowns import breakdown
from tests.trees import models, node, tensor, tree


@given(models())
def test_the_tiles_inside_a_tile_are_never_larger_than_it(root):
    tiles = {tile.path: tile for tile in tiles_of(breakdown_of(tree(root), frozenset()))}
    inside = Counter()
    for tile in tiles.values():
        if tile.above is not None:
            inside[tile.above] += tile.size
    assert all(size <= tiles[path].size for path, size in inside.items())


def test_the_tiles_are_the_largest_modules_and_say_what_they_are():
    tiles = {tile.path: tile for tile in tiles_of(breakdown("google-bert/bert-base-uncased"))}
    assert tiles[""].size == 109_514_298
    layers = next(tile for tile in tiles.values() if tile.above == "bert" and "×" in tile.label)
    assert (layers.label, layers.size, layers.component) == ("encoder.layer.0–11 × 12", 85_054_464, None)
    assert tiles["bert.embeddings.word_embeddings"].component == "embeddings"
    assert {tile.component for tile in tiles.values() if tile.path.startswith("cls")} == {"head"}


def test_a_model_of_very_many_modules_has_few_tiles():
    parts = [node(f"part_{number}", tensor("weight", number + 1)) for number in range(2_000)]
    tiles = tiles_of(breakdown_of(tree(node("", *parts)), frozenset()))
    assert len(tiles) == 300
    assert min(tile.size for tile in tiles) > 1_600
