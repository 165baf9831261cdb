"""The lines of a tree, and which of them are open at first."""

from collections import Counter

from hypothesis import given, strategies

from explorer.diff import diff_trees
from explorer.folding import fold_diff, fold_node
from explorer.open_rows import open_first
from explorer.tree import walk
from explorer.tree_rows import ROOT, beside_itself, find_row, rows_of
from tests.trees import below, models, node, tensor, tree

LAYER = node("", node("attention", tensor("weight", 2, 2)), tensor("scale", 2), class_name="Layer")


def layers(number, layer=LAYER, name="layer"):
    return node(name, *(below(str(index), layer) for index in range(number)), class_name="ModuleList")


def base(*parts):
    return tree(node("", *parts, class_name="Base"))


def task(*parts):
    return tree(node("", *parts, class_name="Task"), backbone="base")


def folded(left, right):
    return fold_diff(diff_trees(left, right)).root


def alone(one):
    return beside_itself(fold_node(one.root))


def lines(root):
    return [(row.kind, row.depth, row.path, row.times) for row in rows_of(root)]


def test_equal_numbered_layers_are_one_line():
    assert lines(alone(base(layers(12)))) == [
        ("same", 0, ".", 1),
        ("same", 1, "layer", 1),
        ("same", 2, "layer.0–11", 12),
        ("same", 3, "layer.0–11.attention", 12),
    ]


def test_layers_that_differ_are_lines_of_their_own():
    mixed = node(
        "layer", below("0", LAYER), below("1", LAYER), node("2", tensor("scale", 5)), class_name="ModuleList"
    )
    paths = [row.path for row in rows_of(alone(base(mixed)))]
    assert paths == [".", "layer", "layer.0–1", "layer.0–1.attention", "layer.2"]


def test_a_line_within_two_runs_stands_for_the_modules_of_both():
    experts = node("", layers(4, name="experts"), class_name="Block")
    last = list(rows_of(alone(base(layers(3, experts)))))[-1]
    assert (last.path, last.times) == ("layer.0–2.experts.0–3.attention", 12)
    assert last.total(last.node.module) == 12 * 4


def test_a_head_is_added_and_a_pooler_is_dropped():
    left = base(layers(2), node("pooler", tensor("weight", 2)))
    right = task(node("base", layers(2), class_name="Base"), node("classifier", tensor("weight", 2)))
    assert [line[:3] for line in lines(folded(left, right))] == [
        ("around", 0, "."),
        ("same", 1, "base"),
        ("same", 2, "base.layer"),
        ("same", 3, "base.layer.0–1"),
        ("same", 4, "base.layer.0–1.attention"),
        ("removed", 2, "-pooler"),
        ("added", 1, "classifier"),
    ]


def test_of_equal_modules_only_one_is_around_the_backbone():
    text = node("", node("dense", tensor("weight", 2)), class_name="Text")
    wrap = node("", below("inner", text), class_name="Wrap")
    two = node("", node("m", below("0", wrap), below("1", wrap)), class_name="Task")
    found = lines(folded(tree(text), tree(two, backbone="m.0.inner")))
    assert ("same", 3, "m.0.inner", 1) in found
    assert ("added", 3, "m.1.inner", 1) in found


def test_a_name_that_is_tied_within_a_run_names_the_run():
    tied = node("", node("a", tensor("w", 2)), node("b", tensor("w", 2, tied_to="layer.0.a.w")))
    other = node("", node("a", tensor("w", 2)), node("b", tensor("w", 2, tied_to="layer.1.a.w")))
    root = alone(base(node("layer", below("0", tied), below("1", other))))
    row = find_row(root, "layer.0–1.b")
    assert row.shown(row.node.module.tensors[0].tied_to) == "layer.0–1.a.w"
    row = find_row(root, "layer.1.b")
    assert row.shown(row.node.module.tensors[0].tied_to) == "layer.1.a.w"


def test_one_module_of_a_run_is_found_by_its_number():
    root = folded(base(layers(12)), task(node("base", layers(12), class_name="Base")))
    row = find_row(root, "base.layer.7.attention")
    assert (row.path, row.real_path, row.times) == ("base.layer.7.attention", "base.layer.7.attention", 1)
    assert row.path_on(row.node.left) == "layer.7.attention"
    assert row.total(row.node.module) == 4


def test_the_real_path_of_a_run_is_that_of_its_first_module():
    experts = node("", layers(4, name="experts"), class_name="Block")
    root = alone(base(layers(3, experts)))
    assert find_row(root, "layer.2.experts.0–3.attention").real_path == "layer.2.experts.0.attention"


def test_what_is_not_there_is_not_found():
    root = alone(base(layers(12)))
    for path in ("layer.12", "layer.07", "layer.0–10", "layer.x", "", "-layer", "layer.7.", "layer.٣"):
        assert find_row(root, path) is None


def test_the_lines_above_a_difference_are_open_and_shared_parts_are_closed():
    left = base(layers(12), node("pooler", tensor("weight", 2)))
    right = task(
        node("base", layers(12), class_name="Base"), node("head", node("dense", tensor("weight", 2)))
    )
    rows = tuple(rows_of(folded(left, right)))
    assert [rows[number].path for number in open_first(rows)] == [ROOT, "base", "head"]


def test_large_differences_are_closed_where_they_begin():
    head = node("head", *(node(f"part{number}", tensor("weight", 2)) for number in range(100)))
    rows = tuple(rows_of(folded(base(layers(2)), task(node("base", layers(2), class_name="Base"), head))))
    assert [rows[number].path for number in open_first(rows)] == [ROOT]


def test_of_one_tree_the_first_lines_are_open():
    wide = (node(f"part{number}", layers(3), tensor("weight", 2)) for number in range(9))
    rows = tuple(rows_of(alone(base(*wide))))
    opened = set(open_first(rows))
    assert 0 in opened
    assert 1 + sum(row.depth == 1 for row in rows) <= len(opened) + 9 <= 24


@given(models(), models())
def test_lines_stand_for_every_module_of_both_trees(one, other):
    diff = diff_trees(tree(one), tree(other))
    for root in (diff.root, fold_diff(diff).root):
        counts = Counter()
        for row in rows_of(root):
            counts[row.node.kind] += row.times
        assert dict(counts) == {kind: count for kind, count in diff.counts.items() if count}


@given(models(), strategies.data())
def test_every_module_is_found_by_its_own_path_with_its_own_parameters(one, data):
    root = alone(tree(one))
    found = data.draw(strategies.sampled_from(list(walk(one))))
    row = find_row(root, found.path or ROOT)
    assert row.total(row.node.module) == found.parameter_count
    assert [tensor.shape for tensor in row.node.module.tensors] == [t.shape for t in found.tensors]


@given(models(), models())
def test_every_line_is_found_by_its_path(one, other):
    root = fold_diff(diff_trees(tree(one), tree(other))).root
    for row in rows_of(root):
        assert find_row(root, row.path) == row


@given(models())
def test_own_tensors_of_all_lines_add_up_to_the_model(one):
    rows = rows_of(beside_itself(fold_node(one)))
    own = (
        row.times * sum(tensor.size for tensor in row.node.module.tensors if tensor.kind == "parameter")
        for row in rows
    )
    assert sum(own) == one.parameter_count
