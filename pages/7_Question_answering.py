"""Question answering: where in a context the answer stands."""

from ui import task_page

task_page.draw_page("Question answering", "question-answering")
