"""Checkpoint: what the files hold, and what loading them into a class would do."""

import streamlit as st

from ui import (
    cache,
    checkpoint_exports,
    checkpoint_view,
    errors,
    frame,
    load_view,
    reconciliation_view,
    tensor_list,
)
from ui.stages import Stages

with frame.open_page("Checkpoint") as model:
    stages, checkpoint, report, reconciliation = Stages(), None, None, None
    if model.has_checkpoint:
        work = cache.checkpoint(model)
        with errors.shown():
            checkpoint = stages.so_far(work, checkpoint_view.reading(model))
        if checkpoint is None:
            if has_failed := work.future.done():
                checkpoint_exports.draw_listed(model)
            checkpoint_view.draw_listed(model, has_failed)
    else:
        checkpoint_view.draw_absent(model)
    if checkpoint:
        totals = cache.checkpoint_totals(model)
        checkpoint_view.draw_summary(model, checkpoint, totals)
        above = st.container()
        st.subheader("What loading it would do", anchor="load")
        chosen = load_view.choose_class(model, checkpoint)
        if chosen:
            with errors.shown():
                report = cache.load_report(model, chosen)
                load_view.draw_load_report(report)
                load_view.draw_note(report, totals.whole.tensors)
                reconciliation = cache.reconciliation(model, chosen)
        adding_up, by_dtype = st.columns([5, 6], gap="large")
        with adding_up:
            st.subheader("From the config to the files", anchor="reconciliation")
            reconciliation_view.draw_reconciliation(model, totals, reconciliation)
        with by_dtype:
            st.subheader("Totals by dtype", anchor="dtypes")
            checkpoint_view.draw_dtypes(totals)
        st.subheader("Files", anchor="files")
        checkpoint_view.draw_files(model, checkpoint, totals)
        st.subheader("Tensors", anchor="tensors")
        words, is_folded = tensor_list.choose()
        if is_folded:
            tensor_list.draw_folded(cache.folded_tensors(model, words), words, len(checkpoint.shards) > 1)
        else:
            tensor_list.draw_flat(checkpoint, words)
        with above:
            checkpoint_exports.draw(model, checkpoint, report, reconciliation)
    stages.catch_up()
