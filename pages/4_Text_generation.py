"""Text generation: a text that goes on, token by token."""

from ui import task_page

task_page.draw_page("Text generation", "text-generation")
