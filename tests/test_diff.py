from hypothesis import given, settings

from explorer.diff import diff_trees, walk
from explorer.head import head_of, head_paths
from tests.trees import below, models, modules, node, tensor, tree


def encoder():
    layers = [node(str(number), tensor("weight", 4, 4), class_name="Layer") for number in range(2)]
    return node("encoder", *layers)


def backbone():
    """Embeddings of 40, two layers of 16 and a pooler of 16."""
    embeddings = node("embeddings", tensor("weight", 10, 4))
    return node("", embeddings, encoder(), node("pooler", tensor("weight", 4, 4)), class_name="Model")


def task(*head, drop=()):
    """The backbone under its prefix, without some of its modules, and a head after it."""
    kept = [part for part in backbone().children if part.name not in drop]
    body = node("model", *kept, class_name="Model")
    return tree(node("", body, *head, class_name="ModelForTask"), "model", "AutoModelForTask")


def kinds(diff):
    return {node.module.path: node.kind for node in walk(diff.root)}


def test_the_head_is_what_the_task_model_adds():
    head = head_of(diff_trees(tree(backbone()), task(node("classifier", tensor("weight", 3, 4)))))
    assert [module.path for module in head.added] == ["classifier"]
    assert (head.parameter_count, head.removed_parameter_count) == (12, 0)


def test_a_head_can_drop_a_part_of_the_backbone():
    head = head_of(diff_trees(tree(backbone()), task(drop=["pooler"])))
    assert [module.path for module in head.removed] == ["pooler"]
    assert (head.parameter_count, head.removed_parameter_count) == (0, 16)


def test_a_tied_head_adds_no_parameters():
    lm_head = node("lm_head", tensor("weight", 10, 4, tied_to="model.embeddings.weight"))
    head = head_of(diff_trees(tree(backbone()), task(lm_head)))
    assert [module.path for module in head.added] == ["lm_head"]
    assert head.parameter_count == 0


def test_only_the_outermost_added_module_is_named():
    head = head_of(diff_trees(tree(backbone()), task(node("cls", node("dense", tensor("weight", 2))))))
    assert [module.path for module in head.added] == ["cls"]


def test_a_tensor_that_changed_its_owner_is_neither_added_nor_removed():
    left = node(
        "", node("shared", tensor("weight", 8)), node("decoder", tensor("weight", 8, tied_to="shared.weight"))
    )
    right = node("", node("decoder", tensor("weight", 8)))
    head = head_of(diff_trees(tree(left), tree(right)))
    assert (head.parameter_count, head.removed_parameter_count) == (0, 0)
    assert [module.path for module in head.removed] == ["shared"]


def test_a_tied_tensor_that_comes_apart_is_added():
    left = node("", node("a", tensor("weight", 8)), node("b", tensor("weight", 8, tied_to="a.weight")))
    right = node("", node("a", tensor("weight", 8)), node("b", tensor("weight", 8)))
    assert head_of(diff_trees(tree(left), tree(right))).parameter_count == 8


def test_a_resized_module_counts_on_both_sides():
    left = node("", node("classifier", tensor("weight", 2, 4)))
    right = node("", node("classifier", tensor("weight", 5, 4)))
    diff = diff_trees(tree(left), tree(right))
    head = head_of(diff)
    assert kinds(diff)["classifier"] == "resized"
    assert (head.parameter_count, head.removed_parameter_count) == (20, 8)


def test_another_class_with_the_same_tensors_is_renamed():
    left = node("", node("decoder", tensor("weight", 2), class_name="Stack"))
    right = node("", node("decoder", tensor("weight", 2), class_name="OtherStack"))
    assert kinds(diff_trees(tree(left), tree(right)))["decoder"] == "renamed"


def test_what_was_dropped_stands_where_it_was():
    left = node("", node("first"), node("second"), node("third"))
    right = node("", node("third"), node("fourth"))
    names = [part.module.name for part in diff_trees(tree(left), tree(right)).root.children]
    assert names == ["first", "second", "third", "fourth"]


def test_the_text_model_is_found_inside_a_model_for_images_and_text():
    text = node("language_model", tensor("weight", 6), class_name="TextModel")
    both = tree(node("", node("vision", tensor("weight", 5)), text, class_name="Model"))
    body = node("model", tensor("weight", 6), class_name="TextModel")
    causal = tree(node("", body, node("lm_head", tensor("weight", 3))), "model")
    head = head_of(diff_trees(both, causal))
    assert [module.path for module in head.added] == ["lm_head"]
    assert [module.path for module in head.removed] == ["vision"]
    assert (head.parameter_count, head.removed_parameter_count) == (3, 5)


def test_two_task_models_are_aligned_from_their_backbones_whatever_these_are_called():
    left, right = (
        tree(node("", below(name, backbone()), node("score", tensor("weight", 4))), name)
        for name in ("model", "transformer")
    )
    assert set(kinds(diff_trees(left, right)).values()) == {"same"}


def test_what_may_be_untrained_is_the_head_and_what_comes_after_the_layers():
    classifier = node("classifier", tensor("weight", 3, 4))
    assert head_paths(diff_trees(tree(backbone()), task(classifier))) == ("classifier", "model.pooler")
    assert head_paths(diff_trees(tree(backbone()), tree(backbone()))) == ("pooler",)


@settings(max_examples=50)
@given(modules())
def test_a_tree_against_itself_is_all_the_same(root):
    diff = diff_trees(tree(root), tree(root))
    assert {part.kind for part in walk(diff.root)} == {"same"}
    assert head_of(diff).parameter_count == 0


@settings(max_examples=50)
@given(modules(), modules())
def test_backbone_and_head_less_what_was_dropped_is_the_task_model(left, right):
    head = head_of(diff_trees(tree(left), tree(right)))
    total = left.parameter_count + head.parameter_count - head.removed_parameter_count
    assert total == right.parameter_count


@settings(max_examples=50)
@given(modules(), modules())
def test_every_module_of_both_trees_is_in_the_diff_once(left, right):
    nodes = list(walk(diff_trees(tree(left), tree(right)).root))
    assert sorted(part.left.path for part in nodes if part.left) == paths(left)
    assert sorted(part.right.path for part in nodes if part.right) == paths(right)


@settings(max_examples=50)
@given(models(), models())
def test_the_diff_the_other_way_round_swaps_what_is_added_and_dropped(left, right):
    head, back = (head_of(diff_trees(tree(a), tree(b))) for a, b in ((left, right), (right, left)))
    assert head.parameter_count == back.removed_parameter_count
    assert sorted(part.path for part in head.added) == sorted(part.path for part in back.removed)


@settings(max_examples=50)
@given(models(), modules(depth=1))
def test_a_head_around_a_backbone_is_found_whatever_they_are(body, head):
    around = node("", below("backbone_of_task", body), below("head_of_task", head), class_name="Task")
    found = head_of(diff_trees(tree(body), tree(around, "backbone_of_task")))
    assert [part.path for part in found.added] == ["head_of_task"]
    assert (found.parameter_count, found.removed_parameter_count) == (head.parameter_count, 0)


def paths(root):
    below = [path for child in root.children for path in paths(child)]
    return sorted([root.path, *below])


def test_a_tensor_that_the_head_gives_to_a_shared_module_may_be_untrained():
    parts = [node("embeddings", tensor("weight", 10, 4), tensor("mask_token", 4)), *backbone().children[1:]]
    masked = tree(node("", node("model", *parts, class_name="Model")), "model", "AutoModelForTask")
    assert head_paths(diff_trees(tree(backbone()), masked)) == ("model.embeddings.mask_token", "model.pooler")


def test_what_comes_after_a_single_layer_may_be_untrained_too():
    layers = node("layers", node("0", tensor("weight", 4, 4), class_name="Layer"), class_name="ModuleList")
    short = tree(node("", node("embeddings"), layers, node("norm", tensor("weight", 4))))
    assert head_paths(diff_trees(short, short)) == ("norm",)
