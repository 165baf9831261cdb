"""Backbone and head: what every task model adds to AutoModel, and what it drops."""

import streamlit as st

from explorer.export import diff_json, heads_json
from explorer.snippets import diff_code
from explorer.tables import diff_table, heads_table
from ui import (
    cache,
    checkpoint_view,
    exports,
    frame,
    head_matrix,
    head_picture,
    load_view,
    parameters,
    sentences,
    stored_view,
    treegrid,
)
from ui.stages import Stages

with frame.open_page("Backbone and head") as model:
    if not model.is_known:
        st.info("transformers has no classes for this model, so there are no heads to compare.")
        parameters.draw_modules(model)
    else:
        stages = Stages()
        # What answers first is asked first, alone: the rest would keep its worker waiting.
        built = cache.built_heads(model)
        read = built
        if model.has_checkpoint:
            read = stages.so_far(cache.heads(model), checkpoint_view.reading(model))
        matrix = read or built
        shapes = stages.so_far(cache.output_shapes(model), "Measuring the shape of every output")
        chosen = head_matrix.choose(matrix, model.config)
        row = head_matrix.row_of(matrix, chosen)
        sentences.draw_sentence(matrix, row, is_reading=read is None)
        above = st.container()
        beside, aligned = st.columns([5, 8], gap="medium")
        with beside:
            st.subheader("The head matrix", anchor="heads")
            head_matrix.draw_matrix(matrix, shapes, chosen, is_reading=read is None)
        if row:
            diff = cache.diff(model, chosen)
            with above:
                head_picture.draw_picture(diff, row, shapes or ())
                exports.draw_exports(
                    "backbone-and-head",
                    {
                        "Head matrix": lambda: heads_table(matrix, shapes or ()),
                        "Trees": lambda: diff_table(diff),
                    },
                    lambda: heads_json(matrix, shapes or ()) | {"diff": diff_json(diff)},
                    diff_code(model.config, chosen),
                )
            with aligned:
                st.subheader("The two trees, aligned", anchor="trees")
                treegrid.draw_diff(diff, stored=stored_view.stored_of(model, chosen))
            if row.report:
                st.subheader("What loading this checkpoint would do", anchor="load")
                load_view.draw_load_report(row.report)
        else:
            with aligned:
                parameters.draw_modules(model)
        stages.catch_up()
