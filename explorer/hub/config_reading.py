"""The config of a repository."""

from explorer.config import ModelConfig
from explorer.errors import ConfigError
from explorer.hub.deadline import Deadline
from explorer.hub.repository import Repository, has_file
from explorer.json_text import parse_object


def read_config(repository: Repository) -> ModelConfig:
    """The config.json at the pinned commit; ConfigError when there is none or it is broken."""
    name = repository.config_name
    if not has_file(repository, name):
        raise ConfigError(f"{repository.source.text} has no {name}.", "Look at what its files hold instead.")
    deadline = Deadline.after(repository.settings.deadline)
    data = repository.open(name, deadline).read_all(repository.settings.config_limit)
    try:
        values = parse_object(data)
    except ValueError as error:
        raise ConfigError(
            f"The {name} of {repository.source.text} cannot be read: {error}.", "Ask its authors to mend it."
        ) from error
    return ModelConfig.of(repository.source, values)
