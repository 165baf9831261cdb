"""The answer of a model, and the ways to look at how it came about."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.errors import StoppedError
from explorer.inside.explanation import Explanation
from explorer.opening import OpenedModel
from explorer.tasks import Task
from ui import markup, results, run_view, runs, session
from ui.figures import size
from ui.inside.attention import draw_attention
from ui.inside.every_head import draw_every_head
from ui.inside.hidden_states import draw_hidden_states
from ui.inside.lens import draw_lens
from ui.inside.places import draw_places
from ui.inside.same_backbone import draw_same_backbone
from ui.inside.walk import draw_walk
from ui.markup import plain
from ui.runs import Run
from ui.task_exports import draw_answer_exports, draw_inside_exports
from ui.task_run import Answered, Asked

ANSWER, SAME, EVERY = "Answer", "Same backbone", "Every head"
LENS, TOKENS = "Logit lens", "Token by token"
# Of one pass; each is drawn from the same explanation.
OF_A_PASS: dict[str, Callable[[Explanation], None]] = {
    "Walk": draw_walk,
    "Attention": draw_attention,
    "Hidden states": draw_hidden_states,
    LENS: draw_lens,
    TOKENS: draw_places,
}
# Where the head does not say which token comes, there is nothing to see of these.
OF_LANGUAGE = (LENS, TOKENS)
STOPPED = "It was stopped. Press *Run* to begin again."
VIEWS = (ANSWER, *OF_A_PASS, SAME, EVERY)


def draw_answer(model: OpenedModel, task: Task, run: Run, answered: Answered) -> None:
    """The answer, or the view of the inside that is chosen."""
    views = [view for view in VIEWS if view not in OF_LANGUAGE or task.is_language_model]
    view = session.switch("What to look at", "view", views)
    asked: Asked = run.asked
    if view == ANSWER and answered.result is not None:
        results.draw_result(answered.result, asked.inputs, answered.facts.labels if answered.facts else ())
        _draw_where(run, answered)
        draw_answer_exports(model, task, asked, answered.result)
    elif view == SAME:
        _draw_outcome(model, task, run, draw_same_backbone, "same_backbone", asked.inputs, asked.parameters)
    elif view == EVERY:
        _draw_every_head(model, task, run)
    elif view in OF_A_PASS:
        position = _position() if view == LENS else None

        def show(explanation: Explanation) -> None:
            for note in explanation.notes:
                markup.draw_note(note)
            OF_A_PASS[view](explanation)
            draw_inside_exports(task, explanation)

        _draw_outcome(
            model, task, run, show, "explain", asked.inputs, asked.parameters, position, view == TOKENS
        )


def _draw_outcome(
    model: OpenedModel, task: Task, answer: Run, show: Callable[[Any], None], method: str, *arguments: Any
) -> None:
    """What the method of the loaded model gives, when the page has waited for it."""

    def work(run: Run) -> Any:
        return run.ask(run.folder(model, task), task, method, *arguments)

    # One for all tasks: an explanation is large, and is kept for as long as its reader may look at it.
    run = _after(answer, method, (task, *arguments), work)
    if not run.is_over:
        run_view.wait(run)
    if run.is_lost:
        st.info(STOPPED)
    elif (found := run.result()) is not None:
        show(found)


def _position() -> int | None:
    about = "Which token the lens is held over, counted from 0. By default the one that the answer begins at."
    return session.number("Token", "position", None, int, placeholder="by default", help=about)


def _after(answer: Run, place: str, asked: Any, work: Callable[[Run], Any]) -> Run:
    """The run of this question since the answer was given; begun now, if there is none."""
    run = runs.current(place)
    if run is None or run.asked != asked or run.begun < answer.begun or (run.is_lost and not run.is_stopped):
        return runs.begin(place, asked, work)
    return run


def _draw_every_head(model: OpenedModel, task: Task, answer: Run) -> None:
    seed = abs(session.number("Seed of the random weights", "head_seed", 0, int) or 0)
    place, inputs = "every_head", (answer.asked.inputs, answer.asked.parameters)

    def work(run: Run) -> None:
        for head in run.follow(run.folder(model, task), task, "every_head", *inputs, seed):
            run.parts.append(head)
        # Without this, what came before nobody looked any more would pass for all.
        if run.is_cancelled():
            raise StoppedError

    earlier, memory = runs.current(place), session.remembered("heads before")
    run = _after(answer, place, (task, inputs, seed), work)
    if run is not earlier:
        # What the same heads said with another seed.
        is_same = earlier is not None and earlier.is_good and earlier.begun > answer.begun
        memory[place] = earlier.parts if earlier and is_same else None
    if not run.is_over:
        run_view.wait(run, lambda: draw_every_head(run.parts, False, memory[place]))
    run.result()
    if run.is_lost:
        st.info(STOPPED)
    draw_every_head(run.parts, True, memory[place])


def _draw_where(run: Run, answered: Answered) -> None:
    """Where the model ran, and how long it took."""
    facts = answered.facts
    if facts:
        limit = f" · reads {facts.token_limit:,} tokens at once" if facts.token_limit else ""
        took = f"{run.seconds:.2f} s · " if run.seconds is not None else ""
        where = f"{took}{facts.class_name} on {facts.device} · {facts.dtype} · {size(facts.nbytes)}{limit}"
        st.caption(f":material/memory: {plain(where)}")
