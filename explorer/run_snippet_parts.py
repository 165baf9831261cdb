"""The pieces that snippets of task pages are made of: how a model is loaded, and how a call is written.

What was typed is put into the code with ``quoted``, as in the other snippets.
"""

from collections.abc import Iterable, Sequence

from explorer.snippet_parts import LONGEST_LINE, import_line, joined, named, quoted
from explorer.source import ModelSource

# A little below what the usual models read.
SHORT = 500
SHORT_FOR_DEMO = 180
# So that the model with the longest name is loaded in one line.
LONGEST_CALL = 100
# Models take float32 on a page; left alone, they are loaded as they are stored.
_DTYPE = 'dtype="float32"'


def call(name: str, *arguments: str) -> str:
    """The call in one line, or broken where that is long."""
    inside = ", ".join(arguments)
    if len(line := f"{name}({inside})") <= LONGEST_CALL:
        return line
    rows = [inside] if len(inside) <= LONGEST_CALL - 4 else [f"{argument}," for argument in arguments]
    return "\n".join([f"{name}(", *(f"    {row}" for row in rows), ")"])


def texts_part(texts: Sequence[str]) -> str:
    """The texts under the name ``texts``, with a line for each where they are long."""
    line = f"\ntexts = {list_of(texts)}"
    rows = (f"    {quoted(text)}," for text in texts)
    return line if len(line) <= LONGEST_LINE else "\n".join(["\ntexts = [", *rows, "]"])


def list_of(texts: Iterable[str]) -> str:
    """The texts as a list."""
    return f"[{', '.join(map(quoted, texts))}]"


def pipeline_part(source: ModelSource, task: str, name: str, *functions: str) -> str:
    """The pipeline of the task under the name; ``functions`` are imported beside it."""
    loading = call(f"{name} = pipeline", quoted(task), "model=model_id", *_revision(source), _DTYPE)
    return joined(import_line(("pipeline", *functions)), named(source), loading)


def model_part(source: ModelSource, auto_class: str, *imports: str) -> str:
    """The model of the auto class and its tokenizer, under these names."""
    return joined(
        *imports,
        import_line((auto_class, "AutoTokenizer")),
        named(source),
        call("tokenizer = AutoTokenizer.from_pretrained", "model_id", *_revision(source)),
        call(f"model = {auto_class}.from_pretrained", "model_id", *_revision(source), _DTYPE),
    )


def cutting(truncate: bool) -> tuple[str, ...]:
    """The argument that has a tokenizer cut a text that is too long, where that was asked for."""
    return ("truncation=True",) if truncate else ()


def limit_of(source: ModelSource) -> int:
    """How many tokens the model surely reads at once."""
    return SHORT_FOR_DEMO if source.kind == "demo" else SHORT


def most_tokens(*texts: str) -> int:
    """How many tokens the texts can have: each has one byte at least."""
    return sum(len(text.encode()) for text in texts)


def _revision(source: ModelSource) -> tuple[str, ...]:
    return ("revision=revision",) if source.revision else ()
