"""Backbone and head: what every task model adds to AutoModel, and what it drops."""

import streamlit as st

from ui import cache, frame, head_table, load_view, sentences, session, tree_view

with frame.open_page("Backbone and head") as model:
    if not model.is_known:
        st.info("transformers has no classes for this model, so there are no heads to compare.")
        tree_view.draw_tree(cache.tree(model))
    else:
        heads = cache.heads(model)
        names, first = head_table.buildable(heads), head_table.first_choice(heads, model.config)
        chosen = session.select("Compare AutoModel with", "auto_class", names, first)
        sentences.draw_sentence(heads, chosen)
        st.subheader("The head matrix", anchor="heads")
        head_table.draw_heads(heads, chosen)
        if chosen:
            st.subheader("The two trees, aligned", anchor="trees")
            tree_view.draw_diff(cache.diff(model, chosen))
        if report := head_table.report_of(heads, chosen):
            st.subheader("What loading this checkpoint would do", anchor="load")
            load_view.draw_load_report(report)
