"""Backbone and head: what every task model adds to AutoModel, and what it drops."""

import streamlit as st

from ui import cache, frame, head_matrix, head_picture, load_view, sentences, treegrid
from ui.stages import Stages

with frame.open_page("Backbone and head") as model:
    if not model.is_known:
        st.info("transformers has no classes for this model, so there are no heads to compare.")
        treegrid.draw_tree(cache.tree(model))
    else:
        stages = Stages()
        reported = cache.heads(model)
        built = cache.built_heads(model)
        matrix = built
        if model.has_checkpoint:
            matrix = stages.so_far(reported, "Reading the headers of the checkpoint") or built
        chosen = head_matrix.choose(matrix, model.config)
        row = head_matrix.row_of(matrix, chosen)
        sentences.draw_sentence(matrix, row)
        if row:
            head_picture.draw_picture(cache.diff(model, chosen), row, ())
        beside, aligned = st.columns([5, 8], gap="medium")
        with beside:
            st.subheader("The head matrix", anchor="heads")
            head_matrix.draw_matrix(matrix, (), chosen)
        with aligned:
            st.subheader("The two trees, aligned", anchor="trees")
            if chosen:
                treegrid.draw_diff(cache.diff(model, chosen))
        if row and row.report:
            st.subheader("What loading this checkpoint would do", anchor="load")
            load_view.draw_load_report(row.report)
        stages.catch_up()
