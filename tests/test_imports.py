"""Who may import whom: the layers of the house, read from the source."""

import ast
import sys
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {"torch", "transformers", "safetensors", "accelerate", "torchinfo"}
NETWORK = {
    "huggingface_hub",
    "httpx2",
    "httpx",
    "requests",
    "aiohttp",
    "http",
    "socket",
    "ssl",
    "urllib.request",
}
PROCESSES = {"subprocess", "multiprocessing", "pebble", "asyncio"}
PAGES = [ROOT / "streamlit_app.py", *sorted(ROOT.glob("pages/*.py"))]
UI = sorted(ROOT.glob("ui/**/*.py"))
EXPLORER = sorted(ROOT.glob("explorer/**/*.py"))

ASKERS = {"explorer.opening", "explorer.answers", "explorer.cli", "explorer.run_command"}
# What reaches the network, a process or the terminal: everything else in explorer is values.
OUTER = ASKERS | {
    "explorer.__main__",
    "explorer.terminal",
    "explorer.text",
    "explorer.run_text",
    "explorer.inside_text",
    "explorer.engine",
    "explorer.hub",
    "explorer.loading",
    "explorer.demo.__main__",
    "explorer.demo.training",
}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that the file imports, wherever in it."""
    yield from imported(path, ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports_first(path: Path) -> Iterator[str]:
    """Every module that the file needs to be imported itself."""
    yield from imported(path, ast.parse(path.read_text(encoding="utf-8")).body)


def imported(path: Path, nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def forbidden(path: Path, packages: set[str]) -> list[str]:
    return sorted({name for name in imports(path) if within(name, packages)})


def part_of(path: Path, package: str) -> bool:
    return within(module_name(path), {package})


@pytest.mark.parametrize("path", EXPLORER, ids=module_name)
def test_the_explorer_never_draws(path):
    assert not forbidden(path, {"streamlit", "ui", "pages", "plotly"})


@pytest.mark.parametrize(
    "path",
    [p for p in EXPLORER if not part_of(p, "explorer.loading") and not part_of(p, "explorer.demo.training")],
    ids=module_name,
)
def test_only_loading_and_the_training_of_demo_checkpoints_import_torch(path):
    assert not forbidden(path, HEAVY)


@pytest.mark.parametrize(
    "path", [p for p in [*EXPLORER, *UI, *PAGES] if not part_of(p, "explorer.demo.training")], ids=module_name
)
def test_only_its_command_trains(path):
    allowed = part_of(path, "explorer.demo.__main__")
    assert allowed or not forbidden(path, {"explorer.demo.training", "explorer.demo.__main__"})


@pytest.mark.parametrize(
    "path",
    [p for p in EXPLORER if not part_of(p, "explorer.loading") and not part_of(p, "explorer.engine")],
    ids=module_name,
)
def test_only_the_workers_side_of_the_engine_imports_loading(path):
    assert not forbidden(path, {"explorer.loading"})


@pytest.mark.parametrize("path", [p for p in EXPLORER if not within(module_name(p), OUTER)], ids=module_name)
def test_values_are_made_of_the_standard_library_and_do_nothing_outside(path):
    assert {name.partition(".")[0] for name in imports(path)} <= {*sys.stdlib_module_names, "explorer"}
    assert not forbidden(path, OUTER | NETWORK | PROCESSES)


@pytest.mark.parametrize(
    "path", [p for p in [*EXPLORER, *UI, *PAGES] if not part_of(p, "explorer.hub")], ids=module_name
)
def test_only_the_hub_client_uses_the_network(path):
    # The command line gives the answers its user's own token, and asks for nothing else.
    allowed = ["huggingface_hub", "huggingface_hub.get_token"] if part_of(path, "explorer.cli") else []
    assert forbidden(path, NETWORK) == allowed


@pytest.mark.parametrize(
    "path", [p for p in [*EXPLORER, *UI, *PAGES] if not part_of(p, "explorer.engine")], ids=module_name
)
def test_only_the_engine_starts_processes(path):
    assert not forbidden(path, PROCESSES)


@pytest.mark.parametrize("path", [p for p in EXPLORER if part_of(p, "explorer.engine")], ids=module_name)
def test_the_engine_knows_nothing_of_what_asks_it(path):
    assert not forbidden(path, {"explorer.hub", *ASKERS})


def test_no_module_imports_itself_by_way_of_others():
    known = {module_name(path): path for path in [*EXPLORER, *UI]}
    needs = {name: {other for other in imports_first(path) if other in known} for name, path in known.items()}
    assert list(TopologicalSorter(needs).static_order())


@pytest.mark.parametrize("path", [p for p in EXPLORER if part_of(p, "explorer.hub")], ids=module_name)
def test_the_hub_client_knows_nothing_of_the_engine(path):
    assert not forbidden(path, {"explorer.engine", "explorer.loading", *ASKERS})


@pytest.mark.parametrize("path", [p for p in EXPLORER if part_of(p, "explorer.loading")], ids=module_name)
def test_loading_knows_nothing_of_the_network(path):
    assert not forbidden(
        path,
        {
            "explorer.engine",
            "explorer.hub",
            "explorer.opening",
            "explorer.answers",
            "explorer.cli",
            "huggingface_hub",
        },
    )


@pytest.mark.parametrize("path", [*PAGES, *UI], ids=module_name)
def test_pages_and_ui_stay_free_of_torch(path):
    assert not forbidden(path, HEAVY | {"explorer.loading"})


@pytest.mark.parametrize("path", PAGES, ids=module_name)
def test_a_page_is_a_short_script_without_session_state_or_try(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert text.count("\n") <= 90
    assert "session_state" not in text
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.ClassDef, ast.Try))]


def test_session_state_lives_in_the_session_and_caches_in_two_files():
    for path in [*PAGES, *UI]:
        text = path.read_text(encoding="utf-8")
        assert "session_state" not in text or path.name == "session.py", path
        assert "st.cache_" not in text or path.name in ("cache.py", "shared_work.py"), path


def test_no_model_is_named_in_an_if():
    """Model names are data: no comparison in the code mentions one."""
    families = ("bert", "gpt", "llama", "t5", "clip", "whisper", "mistral", "qwen", "deepseek", "gemma")
    for path in [*EXPLORER, *UI, *PAGES]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare):
                words = [
                    c.value
                    for c in ast.walk(node)
                    if isinstance(c, ast.Constant) and isinstance(c.value, str)
                ]
                assert not [word for word in words if word.lower().startswith(families)], (path, words)
