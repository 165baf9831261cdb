"""Which modules of two trees take each other's place, so that the trees can be aligned from there."""

from explorer.tree import ModuleNode, ModuleTree, find, walk

# The paths, left and right, of two modules that take each other's place.
Bodies = tuple[str, str]


def counterparts(left: ModuleTree, right: ModuleTree) -> Bodies:
    """The paths of the modules that take each other's place, whatever is around them.

    They are the backbones. When one of them is a part of the other, such as the text model of a
    model for text and images, the part is the counterpart.
    """
    ours, theirs = find(left.root, left.backbone), find(right.root, right.backbone)
    if ours is None or theirs is None or ours.class_name == theirs.class_name:
        return left.backbone, right.backbone
    for part in walk(ours):
        if part.class_name == theirs.class_name:
            return part.path, theirs.path
    for part in walk(theirs):
        if part.class_name == ours.class_name:
            return ours.path, part.path
    return _common_part(ours, theirs) or (left.backbone, right.backbone)


def _common_part(ours: ModuleNode, theirs: ModuleNode) -> Bodies | None:
    """The outermost part of a class that both have, when no name of their children is the same."""
    if not theirs.children or {child.name for child in ours.children} & {
        child.name for child in theirs.children
    }:
        return None
    paths: dict[str, str] = {}
    for part in walk(ours):
        paths.setdefault(part.class_name, part.path)
    for part in walk(theirs):
        if (path := paths.get(part.class_name)) is not None:
            above, _, name = path.rpartition(".")
            # Of the same name as well, they have their place in modules that correspond.
            return (above, part.path.rpartition(".")[0]) if name == part.name else (path, part.path)
    return None
