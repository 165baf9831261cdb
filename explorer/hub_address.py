"""What the Hub calls a model, a revision and a file, and how its addresses are read.

The grammar is our own and no looser than the Hub's: huggingface_hub lets ``..`` and slashes in
revisions and shard names through, which httpx then resolves to other repositories, token and all.
"""

import re
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from explorer.errors import SourceError

HUB = "https://huggingface.co"

_HUB_HOSTS = {"huggingface.co", "www.huggingface.co", "hf.co", "www.hf.co"}
_PART = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?", re.ASCII)
_REVISION_PART = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._+-]*[A-Za-z0-9_+-])?", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
# Refs of the Hub's own that hold slashes: in an address they end where the grammar says.
_SPECIAL_REVISION = re.compile(r"refs/(?:pr/[0-9]{1,9}|convert/[A-Za-z0-9._-]{1,100})", re.ASCII)

# Pages that show a model at a revision, pages that show one commit of it, and its other pages.
_AT_REVISION = {"tree", "blob", "resolve", "raw", "blame", "commits", "edit", "revision"}
_AT_COMMIT = {"commit"}
_OTHER_PAGES = {"discussions", "settings", "activity"}

# What lives on the Hub beside models, by the first part of its address.
_OTHER_THINGS = {
    "datasets": "a dataset",
    "spaces": "a Space",
    "collections": "a collection",
    "docs": "a page of the documentation",
    "papers": "a paper",
    "blog": "a blog post",
    "posts": "a post",
    "learn": "a course",
    "organizations": "an organization",
    "buckets": "a storage bucket",
    "kernels": "a kernel",
    "tasks": "the page of a task",
    "chat": "a chat",
    "models": "a list of models",
    "settings": "a settings page",
    "api": "an address of the Hub's API",
    "join": "the page to join",
    "login": "the page to log in",
    "new": "the page for a new model",
    "pricing": "the price list",
    "enterprise": "a page about the company",
    "inference": "a page about inference",
    "storage": "a page about storage",
}


def is_model_id(text: str) -> bool:
    """Whether the Hub could have a model of this name: ``owner/name``, or a legacy ``name``."""
    parts = text.split("/")
    return (
        len(parts) <= 2
        and all(_PART.fullmatch(part) for part in parts)
        and "--" not in text
        and ".." not in text
        and not text.endswith(".git")
    )


def is_revision(text: str) -> bool:
    """Whether the text can be a branch, a tag, a commit or a ref such as ``refs/pr/1``."""
    parts = text.split("/")
    return (
        len(text) <= 255
        and all(_REVISION_PART.fullmatch(part) for part in parts)
        and ".." not in text
        and not any(part.endswith(".lock") for part in parts)
    )


def is_commit(text: str) -> bool:
    """Whether the text is the full hash of a commit."""
    return bool(_COMMIT.fullmatch(text))


def is_file_name(text: str) -> bool:
    """Whether the text can be the path of a file in a repository, and leads nowhere else."""
    return (
        0 < len(text) <= 500
        and text.isprintable()
        and "\\" not in text
        and all(part not in ("", ".", "..") for part in text.split("/"))
    )


def split_address(text: str, endpoint: str) -> list[str] | None:
    """The parts of the path of an address on the Hub; None when the text is no address."""
    if text.startswith("hf://"):
        return text.removeprefix("hf://").split("/")
    has_scheme = bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text))
    ours = urlsplit(endpoint)
    first = text.partition("/")[0].partition("?")[0].lower()
    if not has_scheme and first not in _HUB_HOSTS and first != ours.netloc.lower():
        return None
    try:
        url = urlsplit(text if has_scheme else f"https://{text}")
        known = _is_hub(url) or url.netloc.lower() == ours.netloc.lower()
    except ValueError as error:
        raise SourceError(
            "The text is not an address that can be read.", "Copy it again, or paste owner/name."
        ) from error
    if url.scheme.lower() not in ("http", "https") or not known:
        raise SourceError(
            f"This is an address of {url.hostname or url.scheme!r}, not of the Hub.",
            "Only models on the Hub can be read: paste owner/name, or an address on huggingface.co.",
        )
    path = url.path
    if url.netloc.lower() == ours.netloc.lower():
        path = path.removeprefix(ours.path.rstrip("/"))
    return path.split("/")


def read_address(parts: Sequence[str]) -> tuple[str, str | None]:
    """The model id and the revision in the parts of an address's path."""
    kept = [part for part in parts if part]
    if kept[:2] == ["api", "models"]:
        kept = kept[2:]
    elif kept[:1] == ["models"] and len(kept) > 1:
        kept = kept[1:]
    refuse_other_things(kept)
    length = 1 if len(kept) == 1 or (len(kept) > 2 and kept[1] in _AT_REVISION | _AT_COMMIT) else 2
    name, _, revision = "/".join(kept[:length]).partition("@")
    if not is_model_id(name):
        raise SourceError(f"{name!r} cannot be the name of a model on the Hub.", NAME_ADVICE)
    if length < len(kept):
        revision = _revision_in(kept[length:])
    return name, check_revision(revision) if revision else None


def refuse_other_things(parts: Sequence[str]) -> None:
    """SourceError when the parts of an address name a dataset, a Space, and so on."""
    if not parts:
        raise SourceError("This is the address of the Hub itself.", "Add the name of a model: owner/name.")
    if parts[0] in _OTHER_THINGS:
        raise SourceError(
            f"This is the address of {_OTHER_THINGS[parts[0]]}, not of a model.",
            "Paste the name or the address of a model, such as google-bert/bert-base-uncased.",
        )


def check_revision(text: str) -> str:
    """The text, when it can be a revision; else SourceError."""
    if not is_revision(text):
        raise SourceError(
            f"{text[:100]!r} cannot be a revision.",
            "After the @ comes a branch, a tag, a commit, or a ref such as refs/pr/1.",
        )
    return text


NAME_ADVICE = "A name on the Hub is owner/name, in letters, digits, '.', '_' and '-'."


def _revision_in(parts: Sequence[str]) -> str:
    page, *rest = parts
    if page in _OTHER_PAGES:
        return ""
    if page not in _AT_REVISION | _AT_COMMIT:
        raise SourceError(
            f"{'/'.join(parts)[:100]!r} is no part of a model's address.",
            "Paste the address of the model's page, or only owner/name.",
        )
    if special := _SPECIAL_REVISION.match("/".join(rest)):
        return special.group()
    return rest[0] if rest else ""


def _is_hub(url: SplitResult) -> bool:
    return url.hostname in _HUB_HOSTS and url.port in (None, 80, 443) and "@" not in url.netloc
