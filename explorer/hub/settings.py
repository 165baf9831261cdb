"""What may be asked of the Hub and of the disk, and how long it may take."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from explorer.hub_address import HUB


def _users_cache() -> str:
    return os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "automodel-explorer"
    )


@dataclass(frozen=True, slots=True)
class HubSettings:
    """The Hub's address, the bounds of one question, and the folders that may be read.

    ``deadline`` is wall-clock seconds for one question, however many requests it takes.
    ``local_roots`` are the folders below which local models may be read; None is anywhere.
    ``cache`` is the folder of downloaded models, and ``cache_limit`` what they may take together.
    """

    endpoint: str = HUB
    deadline: float = 30.0
    connect_seconds: float = 6.0
    is_offline: bool = False
    local_roots: tuple[str, ...] | None = ()
    info_limit: int = 8_000_000
    config_limit: int = 4_000_000
    index_limit: int = 20_000_000
    header_limit: int = 25_000_000
    all_headers_limit: int = 50_000_000
    pickle_limit: int = 4_000_000
    gguf_limit: int = 48_000_000
    shard_limit: int = 300
    connections: int = 12
    cache: str = field(default_factory=_users_cache)
    cache_limit: int = 20_000_000_000

    def __post_init__(self) -> None:
        parts = urlsplit(self.endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"The Hub's address must be http:// or https:// and a host: {self.endpoint!r}")
        if not 0 < self.deadline < 3600:
            raise ValueError(f"The deadline must be seconds, more than 0 and less than 3600: {self.deadline}")
        object.__setattr__(self, "endpoint", self.endpoint.rstrip("/"))

    @property
    def host(self) -> str:
        """The Hub's host, as messages name it."""
        return urlsplit(self.endpoint).netloc

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "HubSettings":
        """The settings of this process; no local folder may be read unless the operator names it."""
        roots = environment.get("EXPLORER_LOCAL_ROOTS", "")
        return cls(
            endpoint=environment.get("HF_ENDPOINT") or HUB,
            deadline=float(environment.get("EXPLORER_HUB_DEADLINE") or 30.0),
            is_offline=environment.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"),
            cache=os.path.abspath(environment.get("EXPLORER_CACHE") or _users_cache()),
            # In megabytes.
            cache_limit=int(float(environment.get("EXPLORER_CACHE_LIMIT") or 20_000) * 1_000_000),
            local_roots=tuple(os.path.abspath(root) for root in roots.split(os.pathsep) if root),
        )
