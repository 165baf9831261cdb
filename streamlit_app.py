"""Home: paste a model and see its facts at a glance; the gallery below."""

import streamlit as st

from ui import cache, frame, gallery_cards, overview, tree_view

with frame.open_page("Home", "What is inside this model?", gallery_cards.draw_gallery) as model:
    if not model.is_known:
        tree = cache.tree(model)
        overview.draw_unknown(tree)
        tree_view.draw_tree(tree)
    else:
        tree = cache.tree(model)
        overview.draw_facts(model.config, cache.fields(model), tree)
        st.subheader("What it can do", anchor=False)
        overview.draw_tasks(model.config, cache.auto_classes(model))
        with st.container(key="next"):
            frame.link("pages/2_Backbone_and_head.py", "Compare backbone and head", ":material/account_tree:")
