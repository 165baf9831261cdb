"""Translation, summary: a text that becomes another text."""

from ui import task_page

task_page.draw_page("Translation, summary", "translation", "summarization")
