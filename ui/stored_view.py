"""In which tensors of a checkpoint's files one module is stored."""

from collections.abc import Callable, Iterable

from explorer.opening import OpenedModel
from explorer.stored_in import Origin, StoredIn, StoredTensors
from explorer.tree_rows import TreeRow
from ui import cache
from ui.markup import Markup, draw, join, name, table, tag

# From the path of a module to what is known of where the files hold it.
Stored = Callable[[str], StoredIn]

# A longer list is not read.
MOST_ORIGINS, MOST_FILES = 24, 3


def stored_of(model: OpenedModel, auto_class: str) -> Stored | None:
    """Tells where the files hold a module of the class; None where there are no files to look into."""
    if not (model.is_known and model.has_checkpoint):
        return None
    return lambda path: cache.stored_in(model, auto_class, path)


def draw_stored(row: TreeRow, found: StoredIn) -> None:
    """Where the files hold the module's tensors, its own first and then those below it."""
    if not found.count:
        return
    of = " the first of them" if row.times > 1 else " it"
    told = ", ".join(f"{count:,} {fate}" for fate, count in found.fates)
    files = f" Files: {_listed(found.shards)}." if found.shards else ""
    # Of one file only, each line would say the same.
    has_files = len(found.shards) > 1
    lines = (_line(origin, found.path, has_files) for origin in found.origins[:MOST_ORIGINS])
    columns = ("Tensor", "In the checkpoint", *(("File",) if has_files else ()), "What happens")
    more = found.count - MOST_ORIGINS
    rest = tag("p", f"{more:,} more tensors are not listed.", class_="x-note") if more > 0 else ""
    title = tag("h4", "In the checkpoint's files")
    about = tag("p", f"Tensors of{of} and of what is in it: {told}.{files}", class_="x-note")
    draw(tag("section", title, about, table("In the checkpoint's files", columns, lines, "x-stored"), rest))


def _line(origin: Origin, path: str, has_files: bool) -> Markup:
    own = origin.tensor.name.removeprefix(f"{path}.") if path else origin.tensor.name
    shards = dict.fromkeys(shard for tensors in origin.stored for shard in tensors.shards)
    kind = "" if shards else "x-empty"
    return tag(
        "tr",
        tag("th", tag("code", name(own)), scope="row"),
        tag("td", *_stored(origin.stored), data_label="In the checkpoint", class_=kind),
        tag("td", _listed(shards), data_label="File", class_=kind) if has_files else "",
        tag("td", origin.sentence, data_label="What happens"),
        class_=f"x-{origin.fate.replace(' ', '-')}",
    )


def _stored(stored: tuple[StoredTensors, ...]) -> Iterable[Markup]:
    for tensors in stored:
        shape = " × ".join(f"{length:,}" for length in tensors.shape) or "one number"
        times = f" · {tensors.count:,} tensors" if tensors.count > 1 else ""
        yield join((tag("code", name(tensors.name)), tag("small", f"{shape} {tensors.dtype}{times}")))


def _listed(names: Iterable[str]) -> str:
    few = list(names)
    more = len(few) - MOST_FILES
    return ", ".join(few[:MOST_FILES]) + (f" and {more:,} more" if more > 0 else "")
