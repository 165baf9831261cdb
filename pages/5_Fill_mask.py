"""Fill-mask: which words fit where a text has a gap."""

from ui import task_page

task_page.draw_page("Fill-mask", "fill-mask")
