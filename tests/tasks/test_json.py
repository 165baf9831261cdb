"""Results as JSON: huggingface_hub's own client reads them from a server that answers with them."""

import json
import threading
from array import array
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy
import pytest
from huggingface_hub import InferenceClient

from explorer.tasks.feature_extraction import FeatureExtractionResult, Matrix, TextFeatures
from explorer.tasks.fill_mask import Filling, FillMaskResult
from explorer.tasks.question_answering import Answer, QuestionAnsweringResult
from explorer.tasks.seq2seq import SummarizationResult, TranslationResult
from explorer.tasks.text_classification import LabelScore, TextClassificationResult
from explorer.tasks.text_generation import GenerationStep, TextGenerationResult, Token
from explorer.tasks.token_classification import Entity, TokenClassificationResult


@pytest.fixture
def client_of():
    """A client of a server that answers every question with one value."""
    servers = []

    def start(value):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                body = json.dumps(value, allow_nan=False).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        return InferenceClient(base_url=address, headers={"authorization": None}, timeout=30)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_fillings(client_of):
    filling = Filling(0.75, 7, "paris", "the capital is paris")
    one = client_of(FillMaskResult(((filling, filling),)).json).fill_mask("[MASK]")
    assert [(found.score, found.token, found.token_str, found.sequence) for found in one] == [
        (0.75, 7, "paris", "the capital is paris")
    ] * 2
    several = FillMaskResult(((filling,), (filling, filling))).json
    assert [len(mask) for mask in several] == [1, 2]


def test_answers(client_of):
    answer, nothing = Answer(0.5, 3, 8, "a tool"), Answer(0.25, 0, 0, "")
    one = client_of(QuestionAnsweringResult((answer,), (), 1).json)
    found = one.question_answering(question="Who?", context="Me")
    assert (found.answer, found.start, found.end, found.score) == ("a tool", 3, 8, 0.5)
    several = client_of(QuestionAnsweringResult((answer, nothing), (), 1).json)
    every = several.question_answering(question="Who?", context="Me", top_k=2)
    assert [one.answer for one in every] == ["a tool", ""]


def test_entities(client_of):
    entities = (Entity("LOC", 0.9, "Paris", 0, 5), Entity("B-LOC", 0.8, "Pa", 0, 2, 1))
    joined, single = client_of(TokenClassificationResult(entities, 1).json).token_classification("Paris")
    assert (joined.entity_group, joined.word, joined.start, joined.end) == ("LOC", "Paris", 0, 5)
    assert (single.entity, single.entity_group, single["index"]) == ("B-LOC", None, 1)


def test_labels(client_of):
    labels = (LabelScore("POSITIVE", 0.9), LabelScore("NEGATIVE", 0.1))
    found = client_of(TextClassificationResult((labels,), "softmax").json).text_classification("Good")
    assert [(one.label, one.score) for one in found] == [("POSITIVE", 0.9), ("NEGATIVE", 0.1)]


def test_texts(client_of):
    client = client_of(TranslationResult("Hallo", 3, 2).json)
    assert client.translation("Hello").translation_text == "Hallo"
    client = client_of(SummarizationResult("Short", 3, 2).json)
    assert client.summarization("Long").summary_text == "Short"


def test_features(client_of):
    matrix = Matrix(2, 3, array("f", [1, 2, 3, 4, 5, 6]).tobytes())
    tokens = FeatureExtractionResult((TextFeatures(("a", "b"), matrix),), "none")
    found = client_of(tokens.json).feature_extraction("a b")
    assert numpy.array_equal(found, [[[1, 2, 3], [4, 5, 6]]])
    row = Matrix(1, 3, array("f", [1, 2, 3]).tobytes())
    pooled = FeatureExtractionResult((TextFeatures(("a", "b"), row), TextFeatures(("c",), row)), "mean")
    assert numpy.array_equal(client_of(pooled.json).feature_extraction("a b"), [[1, 2, 3], [1, 2, 3]])


def test_generated_text(client_of):
    token, other = Token(5, " was", 0.5, 1.0, False), Token(6, " is", 0.0, 0.0, False)
    step = GenerationStep(0, token, (token, other), " was")
    result = TextGenerationResult("It", 1, " was", (step,), "length", 7)
    found = client_of(result.json).text_generation("It", details=True)
    assert (found.generated_text, found.details.finish_reason, found.details.seed) == (" was", "length", 7)
    assert [one.text for one in found.details.tokens] == [" was"]
    assert found.details.tokens[0].logprob == pytest.approx(-0.6931, abs=1e-4)
    assert [one["id"] for one in found.details.top_tokens[0]] == [5, 6]
