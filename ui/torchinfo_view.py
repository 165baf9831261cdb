"""What torchinfo prints of a class, and how its total differs from the exact one."""

import streamlit as st

from explorer.config import ModelConfig
from explorer.parameter_tables import torchinfo_json, totals_table
from explorer.snippets import torchinfo_code
from explorer.torchinfo_summary import TorchinfoSummary
from ui import exports, figures
from ui.markup import Markup, code, draw, tag

# Each of them is shown by a test.
KNOWN_FAULTS = """
- **Tied weights** are counted once under every name: it looks for shared modules, not for shared tensors.
- **Mult-adds** of a `Linear` ignore the length of the sequence: for 10 tokens they are those of one.
- **Mult-adds** of the `Conv1D` of GPT-2, which is a linear map, are counted as those of a convolution.
- **Experts** whose weights are stacked in one tensor have no mult-adds at all.
- **Without weights** (on the meta device) a forward pass fails for BART and others, so that there are
  no shapes and no mult-adds to show here.
"""
# So many names are said in a sentence.
NAMES_SHOWN = 3


def draw_summary(summary: TorchinfoSummary, config: ModelConfig) -> None:
    """Both totals side by side, why they differ, and torchinfo's own text."""
    draw(_totals(summary))
    draw(tag("p", sentence(summary), class_="x-sentence"))
    rows = f" {summary.cut_rows:,} more rows are left out." if summary.cut_rows else ""
    st.caption(f"torchinfo {summary.version}, down to depth {summary.depth}, without a forward pass.{rows}")
    draw(code("What torchinfo prints", summary.text))
    with st.expander("What torchinfo gets wrong in these models"):
        st.markdown(KNOWN_FAULTS)
    python = torchinfo_code(config, summary.auto_class.name, summary.depth)
    exports.draw_exports(
        "torchinfo", {"Totals": lambda: totals_table(summary)}, lambda: torchinfo_json(summary), python
    )


def sentence(summary: TorchinfoSummary) -> str:
    """Why the two totals differ, or that they do not."""
    if not summary.differences:
        return "Both totals are equal: torchinfo counts no weight of this class twice."
    difference = summary.total - summary.parameter_count
    more = "more" if difference > 0 else "fewer"
    found = f"torchinfo counts {figures.exact(abs(difference))} parameters {more} than there are"
    steps = "; ".join(f"{step.reason} {step.elements:+,}" for step in summary.differences)
    return f"{found}: {steps}.{_names(summary.counted_again)}"


def _names(pairs: tuple[tuple[str, str], ...]) -> str:
    """Which tensors are counted although they were counted under another name."""
    if not pairs:
        return ""
    listed = [f"{name} is the same as {first}" for name, first in pairs[:NAMES_SHOWN]]
    if len(pairs) > NAMES_SHOWN:
        listed.append(f"and {figures.counted(len(pairs) - NAMES_SHOWN, 'more tensor')}")
    return f" {'; '.join(listed)}."


def _totals(summary: TorchinfoSummary) -> Markup:
    both = {
        "Parameters, tied weights counted once": summary.parameter_count,
        f"Total params by torchinfo {summary.version}": summary.total,
    }
    tiles = (tag("div", tag("small", name), tag("b", figures.exact(count))) for name, count in both.items())
    return tag("div", *tiles, class_="x-two-totals")
