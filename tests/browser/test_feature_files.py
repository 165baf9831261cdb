"""The files of features, as a browser saves them."""

import csv
import io
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page

from explorer import demo, tasks
from explorer.loading import running as models
from tests.browser.journey import open_task, run
from tests.browser.server import Server, running

TASK = tasks.find("feature-extraction")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as app:
        yield app


def saved(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return download.value.path().read_bytes()


def test_the_files_hold_every_number_that_the_model_gives(server, visitor):
    result = models.load(str(demo.find(TASK.name).folder), TASK.name).run(TASK.example, TASK.settings())
    wanted = [row for text in result.texts for row in text.features.values]
    tokens = [token for text in result.texts for token in text.tokens]
    open_task(visitor, server.url, TASK.name)
    run(visitor)
    array = np.load(io.BytesIO(saved(visitor, "NumPy:")), allow_pickle=False)
    assert array.dtype == np.float32
    assert array == pytest.approx(np.array(wanted, np.float32), abs=1e-5)
    rows = list(csv.DictReader(io.StringIO(saved(visitor, "CSV").decode(), newline="")))
    assert [row["row"] for row in rows] == tokens
    numbers = [[float(row[str(place)]) for place in range(array.shape[1])] for row in rows]
    assert np.array(numbers, np.float32).tolist() == array.tolist()
