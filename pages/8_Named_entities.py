"""Named entities: a label for each token or word."""

from ui import task_page

task_page.draw_page("Named entities", "token-classification")
