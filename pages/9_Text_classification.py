"""Text classification: the checkpoint's labels for a text."""

from ui import task_page

task_page.draw_page("Text classification", "text-classification")
