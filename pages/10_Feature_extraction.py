"""Feature extraction: what the backbone makes of a text, as vectors."""

from ui import task_page

task_page.draw_page("Feature extraction", "feature-extraction")
