"""The numbers of features: arrays, cosines, a projection to two dimensions, and files of them."""

import io
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from explorer.tasks.feature_extraction import FeatureExtractionResult, Matrix

Vectors: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Projection:
    """A place in two dimensions for each vector, and which share of the variance each of them shows."""

    places: tuple[tuple[float, float], ...]
    shares: tuple[float, float]


def array_of(matrix: Matrix) -> Vectors:
    """The matrix as an array, rows × width."""
    return np.frombuffer(matrix.data, np.float32).reshape(matrix.rows, matrix.width)


def all_rows(result: FeatureExtractionResult) -> Vectors:
    """The rows of all texts, below each other."""
    return np.concatenate([array_of(text.features) for text in result.texts])


def means(result: FeatureExtractionResult) -> Vectors:
    """Of each text the mean of its rows."""
    return np.stack([array_of(text.features).mean(0) for text in result.texts])


def npy(vectors: Vectors) -> bytes:
    """The array as numpy saves it."""
    file = io.BytesIO()
    np.save(file, vectors, allow_pickle=False)
    return file.getvalue()


def cosines(vectors: Vectors) -> NDArray[np.float64]:
    """The cosine of each vector with each; that of a vector of zeros is 0."""
    exact = vectors.astype(np.float64)
    lengths = np.linalg.norm(exact, axis=1, keepdims=True)
    directions = np.divide(exact, lengths, out=np.zeros_like(exact), where=lengths > 0)
    found: NDArray[np.float64] = np.clip(directions @ directions.T, -1, 1)
    return found


def project(vectors: Vectors) -> Projection | None:
    """The two directions in which the vectors differ most; None where they do not differ."""
    exact = vectors.astype(np.float64)
    centred = exact - exact.mean(0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    whole = float((sizes**2).sum())
    if whole <= 1e-12 * max(float((exact**2).sum()), 1e-300) or len(sizes) < 2:
        return None
    places = left[:, :2] * sizes[:2]
    # Which way an axis points is chance: its farthest vector is to be on the positive side.
    places *= np.sign(places[np.abs(places).argmax(0), [0, 1]] + 1e-300)
    shares = (sizes[:2] ** 2 / whole).tolist()
    return Projection(tuple((x, y) for x, y in places.tolist()), (shares[0], shares[1]))
