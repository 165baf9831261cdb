"""A folded tree as text that can be read, and its columns added up again."""

import re

from explorer.folding import fold
from explorer.tree import ModuleNode, ModuleTree, TensorSpec


def outline(tree: ModuleTree) -> str:
    """One line for each module: its name, copies, class, parameters and buffers, then its tensors."""
    root = fold(tree).root
    head = (
        f"{tree.auto_class.name}, {tree.parameter_count:,} parameters, backbone {tree.backbone or 'itself'}"
    )
    return "\n".join([head, *_lines(root, "")]) + "\n"


def _lines(node: ModuleNode, indent: str) -> list[str]:
    copies = f" x{node.count}" if node.count > 1 else ""
    counts = f"{node.parameter_count:,} {node.buffer_count:,}"
    lines = [f"{indent}{node.name or '.'}{copies}  {node.class_name}  {counts}"]
    lines += [f"{indent}  : {_tensor(tensor)}" for tensor in node.tensors]
    for child in node.children:
        lines += _lines(child, indent + "  ")
    return lines


def _tensor(tensor: TensorSpec) -> str:
    shape = "x".join(map(str, tensor.shape)) or "scalar"
    kind = "" if tensor.kind == "parameter" else f" {tensor.kind}"
    tied = f" = {tensor.tied_to}" if tensor.tied_to else ""
    return f"{tensor.name} {shape} {tensor.dtype}{kind}{tied}"


def wrong_sums(text: str) -> list[str]:
    """The lines whose figures are not what their own tensors and the lines below them come to."""
    wrong = []
    lines = text.splitlines()[1:]
    for number, line in enumerate(lines):
        if found := re.fullmatch(r"( *)\S+(?: x(\d+))?  \S+  ([\d,]+) ([\d,]+)", line):
            depth, copies = len(found[1]), int(found[2] or 1)
            said = (_number(found[3]), _number(found[4]))
            within = list(_within(lines[number + 1 :], depth))
            sums = (sum(part[0] for part in within), sum(part[1] for part in within))
            if said != (copies * sums[0], copies * sums[1]):
                wrong.append(line)
    return wrong


def _within(lines: list[str], depth: int):
    """The parameters and buffers of each tensor and each child directly below a line of this depth."""
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if indent <= depth:
            return
        if indent > depth + 2:
            continue
        if line.lstrip().startswith(":"):
            yield _elements(line)
        else:
            *_, parameters, buffers = line.split()
            yield _number(parameters), _number(buffers)


def _elements(line: str) -> tuple[int, int]:
    _, _, shape, *rest = line.split()
    size = 0 if "=" in rest else 1
    for length in () if shape == "scalar" else shape.split("x"):
        size *= int(length)
    return (0, size) if "buffer" in rest else (size, 0)


def _number(text: str) -> int:
    return int(text.replace(",", ""))
