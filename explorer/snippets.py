"""The Python that gives the same as a page, by public calls of transformers and huggingface_hub."""

from collections.abc import Sequence

from explorer.auto_class import BACKBONE, TASKS
from explorer.checkpoint import Checkpoint
from explorer.config import ModelConfig
from explorer.snippet_parts import (
    call_of,
    config_part,
    files_part,
    headers_part,
    import_line,
    joined,
    model_part,
    named,
    quoted,
)
from explorer.task_uses import USES

FIELDS = """
defaults = type(config)().to_dict()
for name, value in config.to_dict().items():
    changed = "" if value == defaults.get(name) else f"  (default: {defaults.get(name)!r})"
    print(f"{name} = {value!r}{changed}")
"""
RAW_FIELDS = """
for name, value in config.items():
    print(f"{name} = {value!r}")
"""
TREE = """
print(model)
for name, parameter in model.named_parameters():  # a tied weight is listed once
    print(name, list(parameter.shape), parameter.dtype)
print(f"{model.num_parameters():,} parameters")
"""
PARAMETERS = """
total = model.num_parameters()
counts = Counter()
for name, parameter in model.named_parameters():  # a tied weight is listed once
    layer = re.match(r".*?\\.\\d+(?=\\.)", name)
    counts[layer[0] if layer else name.rpartition(".")[0]] += parameter.numel()
for part, count in counts.items():
    print(f"{count:>16,} {count / total:8.2%}  {part}")
print(f"{total:>16,}           in all")
"""
DIFF = """

def shapes(model):
    prefix = f"{model.base_model_prefix}."  # what a task model calls its backbone
    return {
        name.removeprefix(prefix): parameter.shape
        for name, parameter in model.named_parameters(remove_duplicate=False)
        if name not in model.all_tied_weights_keys
    }


before, after = shapes(left), shapes(right)
for name, shape in after.items():
    if before.get(name) != shape:
        print("+", name, list(shape))
for name, shape in before.items():
    if after.get(name) != shape:
        print("-", name, list(shape))
print(f"{left.num_parameters():,} → {right.num_parameters():,} parameters")
"""
HEADS = """
for auto_class in classes:
    with torch.device("meta"):  # the modules without their weights
        model = auto_class.from_config(config)
    print(auto_class.__name__, type(model).__name__, f"{model.num_parameters():,}")
"""
HEADERS = """
for file, header in headers.items():
    for name, tensor in header.tensors.items():
        print(file, name, tensor.dtype, tensor.shape)
"""
LOCAL_HEADERS = """
for path in paths:
    with safe_open(path, "pt") as file:
        for name in file.keys():
            tensor = file.get_slice(name)
            print(path, name, tensor.get_dtype(), tensor.get_shape())
"""
PICKLES = """
for path in paths:
    for name, tensor in torch.load(path, map_location="meta", weights_only=True).items():
        print(path, name, tensor.dtype, list(tensor.shape))
"""
GGUF = """
for path in paths:
    for tensor in GGUFReader(path).tensors:
        print(path, tensor.name, tensor.tensor_type.name, tensor.shape.tolist())
"""
REPORT = """
for fate, names in report.items():
    print(fate, *sorted(names), sep="\\n    ")
"""


# As wide as the place for one call is.
SHORT_LINE = 56


def config_code(config: ModelConfig, is_known: bool = True) -> str:
    """The config's keys, and which of them differ from the defaults of its class, where it has one."""
    if is_known:
        return joined(config_part(config, ()), FIELDS)
    read = "with open(paths[0]) as file:\n    config = json.load(file)"
    return joined(files_part(config.source, ("config.json",), "import json\n\n"), read, RAW_FIELDS)


def tree_code(config: ModelConfig, auto_class: str) -> str:
    """The modules of the class with their tensors, without weights."""
    return joined(model_part(config, auto_class), TREE)


def parameters_code(config: ModelConfig, auto_class: str) -> str:
    """The parameters of each layer, and of what lies outside the layers."""
    return joined(
        model_part(config, auto_class, "import re", "from collections import Counter\n\n"), PARAMETERS
    )


def torchinfo_code(config: ModelConfig, auto_class: str, depth: int) -> str:
    """torchinfo's summary of the class, without weights."""
    return joined(
        model_part(config, auto_class, "import torchinfo"),
        f'torchinfo.summary(model, depth={depth}, row_settings=("depth", "var_names"))',
    )


def diff_code(config: ModelConfig, auto_class: str, left: str = BACKBONE) -> str:
    """The parameters that the class adds to the left one, and those that it drops."""
    return joined(
        config_part(config, (left, auto_class), "import torch"),
        'with torch.device("meta"):  # the modules without their weights',
        f"    left = {left}.from_config(config)",
        f"    right = {auto_class}.from_config(config)",
        DIFF,
    )


def heads_code(config: ModelConfig, auto_classes: Sequence[str]) -> str:
    """What each of these auto classes makes of the config."""
    classes = "\n".join(["classes = [", *(f"    {name}," for name in auto_classes), "]"])
    return joined(config_part(config, auto_classes, "import torch"), classes, HEADS)


def checkpoint_code(checkpoint: Checkpoint, auto_class: str | None = None) -> str:
    """The tensors in the files, and what becomes of them in the class where one is given."""
    source, tensors = checkpoint.source, _tensors(checkpoint)
    if auto_class is None or checkpoint.format == "gguf":
        return tensors
    return joined(
        tensors,
        "\n# What loading does with them: this reads the weights too.",
        import_line((auto_class,)),
        named(source),
        f"model, report = {auto_class}.from_pretrained(",
        "    model_id,",
        "    revision=revision," if source.revision else "",
        "    output_loading_info=True,",
        "    ignore_mismatched_sizes=True,",
        ")",
        REPORT,
    )


def load_code(config: ModelConfig, auto_class: str) -> str:
    """Load the class and use it for its task; without weights where there are none to load."""
    source = config.source
    if source.kind in ("config", "arch"):
        return joined(model_part(config, auto_class), "print(model)")
    load = f"from_pretrained{call_of(source)}"
    use = USES.get(TASKS.get(auto_class, ""))
    if use is None:
        load_only = f"model = {auto_class}.{load}"
        return joined(import_line((auto_class,)), named(source), load_only, "print(model)")
    return joined(
        *use.imports,
        import_line((auto_class, use.processor)),
        named(source),
        f"{use.variable} = {use.processor}.{load}",
        f"model = {auto_class}.{load}",
        use.code,
    )


def load_line(config: ModelConfig, auto_class: str) -> str:
    """The fewest lines that give the model, with its weights where there are any."""
    source = config.source
    if source.kind in ("config", "arch"):
        is_arch = source.kind == "arch"
        found = f"for_model({quoted(source.name)})" if is_arch else 'from_pretrained("config.json")'
        return joined(
            import_line(("AutoConfig", auto_class)),
            f"config = AutoConfig.{found}",
            f"model = {auto_class}.from_config(config)",
        )
    call = (f"model = {auto_class}.from_pretrained(", quoted(source.location), ")")
    line = "".join(call)
    broken = (call[0], f"    {call[1]}", call[2])
    return joined(import_line((auto_class,)), *((line,) if len(line) <= SHORT_LINE else broken))


def _tensors(checkpoint: Checkpoint) -> str:
    source, names = checkpoint.source, [shard.name for shard in checkpoint.shards]
    if checkpoint.format == "gguf":
        return joined(files_part(source, names, "from gguf import GGUFReader"), GGUF)
    if checkpoint.format == "pickle":
        return joined(files_part(source, names, "import torch"), PICKLES)
    if source.kind in ("folder", "demo"):
        return joined(files_part(source, names, "from safetensors import safe_open"), LOCAL_HEADERS)
    return joined(headers_part(checkpoint), HEADERS)
