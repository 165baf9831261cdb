"""The verdicts on loading a checkpoint into a class, in signs and words."""

SIGNS = {
    "ready": "✓",
    "untrained head": "◐",
    "wrong checkpoint": "✗",
    "unknown": "?",
    "error": "!",
    "reading": "…",
}
WORDS = {
    "ready": "ready",
    "untrained head": "untrained head",
    "wrong checkpoint": "wrong checkpoint",
    "unknown": "not read",
    "error": "cannot be built",
    "reading": "reading",
}
