"""No config takes transformers to the Hub or to another folder."""

from collections.abc import Iterator
from contextlib import contextmanager

from transformers import backbone_utils

from explorer.errors import ConfigError


class _NoHub:
    """Answers the one question that reading a config asks of the Hub: whether a backbone is a repository."""

    def repo_exists(self, name: str) -> bool:
        # Names in timm have no owner; what has one would be read from the Hub, or from a folder.
        if "/" in name:
            raise ConfigError(
                f"The config takes its backbone from another repository, {name}, which is not read.",
                "Paste a config that has the backbone_config itself.",
            )
        return False


@contextmanager
def without_hub() -> Iterator[None]:
    """While a config is read, a backbone that it names is not looked for."""
    original = backbone_utils.hf_api
    backbone_utils.hf_api = _NoHub
    try:
        yield
    finally:
        backbone_utils.hf_api = original
