"""Tiny checkpoints, each made once for all tests of a run."""

import pytest
import transformers

from explorer.loading import running
from tests.running import models

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory):
    """The folder of a checkpoint: ``make`` is a function of tests.running.models."""
    known = {}

    def folder(make, *arguments, **settings) -> str:
        key = (make.__name__, repr(arguments), repr(settings))
        if key not in known:
            known[key] = make(tmp_path_factory.mktemp("checkpoint"), *arguments, **settings)
        return known[key]

    return folder


@pytest.fixture(scope="session")
def loaded(checkpoint):
    """The folder of a checkpoint, and its model loaded for a task."""

    def load(task, make, *arguments, **settings):
        folder = checkpoint(make, *arguments, **settings)
        return folder, running.load(folder, task)

    return load


@pytest.fixture(scope="session")
def bert_folder(checkpoint):
    """A masked language model."""
    return checkpoint(models.bert, "BertForMaskedLM")
