"""The grid of a tree: the keyboard, what is looked for, links, and many lines."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer.diff import diff_trees
from explorer.tree_rows import rows_of
from tests.browser.journey import go, settle
from tests.browser.server import Server, running
from tests.hub.contents import safetensors
from tests.hub.server import HubServer
from tests.trees import below, node, tensor, tree
from tests.ui.hub_models import REAL_BERT, real_bert
from ui.packed_tree import pack
from ui.treegrid import SCRIPT

HOSTILE = "<b onmouseover=alert(1)>.'\"&amp;.x" + "y" * 250
UNKNOWN = {"model_type": "of-nobody"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with HubServer() as hub:
        hub.add(REAL_BERT, real_bert())
        wide = {f"part{number}.block.weight": (number + 1,) for number in range(1_800)}
        hub.add("wide/model", {"config.json": UNKNOWN, "model.safetensors": safetensors(wide)})
        names = {f"{HOSTILE}.weight": (2, 3)}
        hub.add("hostile/names", {"config.json": UNKNOWN, "model.safetensors": safetensors(names)})
        with running(HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0") as app:
            yield app


def compare(visitor: Page, server: Server, **parameters: str) -> Locator:
    """The grid of BertModel beside BertForMaskedLM."""
    go(visitor, f"{server.url}/Backbone_and_head", model=REAL_BERT, **parameters)
    return grid(visitor)


def grid(visitor: Page) -> Locator:
    found = visitor.get_by_role("treegrid")
    expect(found.get_by_role("row").nth(1)).to_be_visible(timeout=60_000)
    return found


def focused(visitor: Page) -> str:
    """The path in the title of the line that has the focus."""
    return visitor.locator(".line:focus .label").get_attribute("title") or ""


def line(found: Locator, name: str) -> Locator:
    """The line of this name."""
    return found.locator(".line").filter(has=found.page.locator(f".label:text-is('{name}')")).first


def details(visitor: Page) -> Locator:
    return visitor.get_by_label("The selected module")


def box(visitor: Page) -> Locator:
    return visitor.get_by_role("searchbox", name="Find modules")


def test_the_grid_is_read_with_the_keyboard_alone(server, visitor):
    compare(visitor, server)
    press = visitor.keyboard.press
    box(visitor).focus()
    press("ArrowDown")
    assert focused(visitor) == "BertForMaskedLM"
    press("n")
    assert focused(visitor) == "pooler"
    expect(visitor.get_by_role("status").filter(has_text="Difference 1 of 2")).to_be_visible()
    press("n")
    assert focused(visitor) == "cls"
    press("p")
    press("ArrowLeft")
    expect(visitor.locator(".line:focus")).to_have_attribute("aria-expanded", "false")
    press("ArrowUp")
    press("ArrowRight")
    press("*")
    expect(visitor.locator(".line[aria-expanded=true] .label[title='bert.embeddings']")).to_be_visible()
    press("End")
    assert focused(visitor) == "cls.predictions.decoder"
    press("Enter")
    expect(details(visitor)).to_contain_text("Added by the head")
    visitor.wait_for_url("**module=cls.predictions.decoder**")
    # The run that shows the details leaves the focus where it was.
    assert focused(visitor) == "cls.predictions.decoder"
    press("Home")
    press("PageDown")
    press("/")
    expect(box(visitor)).to_be_focused()


def test_equal_layers_are_unfolded_on_demand(server, visitor):
    found = compare(visitor, server)
    box(visitor).fill("BertLayer")
    expect(line(found, "0–11")).to_contain_text("× 12")
    expect(visitor.get_by_role("status").filter(has_text="12 modules match")).to_be_visible()
    line(found, "0–11").get_by_role("button").click()
    expect(line(found, "7")).to_contain_text("7.09 M")
    visitor.keyboard.press("u")
    expect(line(found, "0–11")).to_be_visible()
    assert focused(visitor) == "bert.encoder.layer.0–11"


def test_a_number_finds_one_of_the_folded_layers(server, visitor):
    found = compare(visitor, server)
    box(visitor).fill("layer.7.")
    expect(found.locator(".match .label")).to_have_text(["attention", "intermediate", "output"])
    line(found, "attention").click()
    expect(details(visitor)).to_contain_text("bert.encoder.layer.7.attention")
    box(visitor).fill("no such module")
    expect(visitor.get_by_role("status").filter(has_text="No module matches")).to_be_visible()


def test_only_the_differences_can_be_shown(server, visitor):
    found = compare(visitor, server)
    button = visitor.get_by_role("button", name="Differences only")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(line(found, "embeddings")).to_have_count(0)
    expect(line(found, "pooler")).to_contain_text("dropped from the backbone")
    visitor.wait_for_url("**only=1**")


def test_a_link_to_a_module_shows_it_in_its_place(server, visitor):
    path = "bert.encoder.layer.7.attention.self.query"
    found = compare(visitor, server, module=path)
    expect(details(visitor)).to_contain_text(path)
    found.scroll_into_view_if_needed()
    expect(found.locator("[aria-selected=true]")).to_be_in_viewport()
    expect(found.locator("[aria-selected=true] .label")).to_have_text("query")


def test_back_forward_and_reload_keep_what_was_chosen(server, visitor):
    found = compare(visitor, server)
    line(found, "cls").click()
    expect(details(visitor)).to_contain_text("BertOnlyMLMHead")
    line(found, "pooler").click()
    expect(details(visitor)).to_contain_text("Dropped from the backbone")
    visitor.go_back()
    expect(details(visitor)).to_contain_text("BertOnlyMLMHead")
    expect(found.locator("[aria-selected=true] .label")).to_have_text("cls")
    visitor.go_forward()
    expect(found.locator("[aria-selected=true] .label")).to_have_text("pooler")
    line(found, "embeddings").locator(".twisty").click()
    box(visitor).fill("embeddings")
    box(visitor).press("Enter")
    visitor.wait_for_url("**find_module=embeddings**")
    visitor.reload()
    settle(visitor)
    grid(visitor)
    expect(box(visitor)).to_have_value("embeddings")
    expect(details(visitor)).to_contain_text("Dropped from the backbone")
    box(visitor).fill("")
    expect(line(found, "word_embeddings")).to_be_visible()


def test_where_the_files_hold_a_module_is_among_its_details(server, visitor):
    compare(visitor, server, module="bert.encoder.layer.7.output.LayerNorm")
    stored = visitor.get_by_role("region", name="In the checkpoint's files")
    expect(stored).to_contain_text("bert.encoder.layer.7.output.LayerNorm.gamma")


@pytest.mark.parametrize("width", [400, 1280, 1920])
def test_a_tied_module_says_so_and_no_name_is_cut(server, new_visitor, width):
    found = compare(new_visitor(viewport={"width": width, "height": 900}), server)
    tie = line(found, "decoder").locator(".tie")
    found.locator(".line").last.scroll_into_view_if_needed()
    expect(tie).to_contain_text("⇄ tied to bert.embeddings.word_embeddings")
    expect(tie.locator(".near").last).to_be_in_viewport(ratio=1)
    cut = found.locator(".label").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth).length"
    )
    assert cut == 0


def test_the_tracks_of_all_shares_are_equally_long(server, visitor):
    go(visitor, f"{server.url}/Config_and_parameters", model=REAL_BERT, view="Modules")
    bars = grid(visitor).locator(".bar")
    ends = bars.evaluate_all(
        "bars => bars.map(bar => bar.getBoundingClientRect()).map(({ x, width }) => `${x} ${width}`)"
    )
    assert len(ends) > 3
    assert len(set(ends)) == 1


def test_of_many_lines_only_those_in_sight_are_in_the_page(server, visitor):
    go(visitor, server.url, model="wide/model")
    found = grid(visitor)
    visitor.get_by_role("button", name="Expand all").click()
    expect(found).to_have_attribute("aria-rowcount", "3602")
    assert found.locator(".line").count() < 60
    line(found, "part0").locator(".name").click()
    visitor.keyboard.press("End")
    expect(found.locator(".line:focus")).to_have_attribute("aria-rowindex", "3602")
    expect(found.locator(".line:focus")).to_be_in_viewport()


def test_hostile_names_are_text(server, visitor):
    go(visitor, server.url, model="hostile/names")
    found = grid(visitor)
    visitor.get_by_role("button", name="Expand all").click()
    expect(found.locator(".line")).to_have_count(4)
    found.locator(".line").last.click()
    expect(details(visitor)).to_contain_text("<b onmouseover=alert(1)>")
    assert found.locator("b").count() == 0
    main = visitor.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_wider_than_the_screen(server, new_visitor, scheme):
    phone = new_visitor(viewport={"width": 400, "height": 850}, color_scheme=scheme, has_touch=True)
    found = compare(phone, server, module="bert.embeddings.word_embeddings")
    expect(details(phone)).to_be_visible()
    assert phone.get_by_test_id("stMain").evaluate("main => main.scrollWidth <= main.clientWidth")
    assert found.evaluate("grid => grid.scrollWidth <= grid.clientWidth")
    for target in found.locator(".twisty.can, .fold").all():
        size = target.bounding_box()
        assert size
        assert min(size["width"], size["height"]) >= 24


# What the browser makes of the folded lines, to be compared with the lines that were never folded.
UNFOLD = """async ([script, packed]) => {
  const text = script + "\\nexport { readRows, Outline, unpacked };";
  const module = await import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  const outline = new module.Outline(module.readRows(await module.unpacked(new Uint8Array(packed))));
  outline.unfoldAll(true);
  outline.setAll("all");
  const side = (line, name) => line.classOn(name) && [line.classOn(name), Number(line.sizeOn(name).all)];
  return outline.entries().map(({ line }) => [
    line.path, line.kind, line.depth, side(line, "left"), side(line, "right"),
    line.tensors.map(({ name, shape, dtype, isBuffer, tied }) => [name, shape, dtype, isBuffer, tied]),
  ]);
}"""


def test_the_browser_unfolds_exactly_what_python_folded(visitor):
    expert = node("", tensor("w", 3, 2), tensor("mask", 2, kind="buffer"), class_name="Expert")
    experts = node("experts", *(below(f"expert_{number}", expert) for number in range(9, 13)))
    layers = [
        node(str(number), node("q", tensor("w", 2)), node("k", tensor("w", 2, tied_to=tied)), experts)
        for number, tied in ((number, f"layer.{number}.q.w") for number in range(11))
    ]
    pooler = node("pooler", tensor("w", 4))
    left = tree(node("", node("layer", *layers), pooler, class_name="Base"))
    inside = [
        node(str(number), node("q", tensor("w", 2)), node("k", tensor("w", 2, tied_to=tied)), experts)
        for number, tied in ((number, f"base.layer.{number}.q.w") for number in range(11))
    ]
    base = node("base", node("layer", *inside), class_name="Base")
    head = node("pooler", tensor("w", 4, tied_to="base.layer.10.q.w"))
    right = tree(node("", base, head, class_name="Task"), backbone="base")
    diff = diff_trees(left, right)
    packed = list(pack(diff).data)
    found = visitor.evaluate(UNFOLD, [SCRIPT, packed])
    expected = [
        [
            row.path,
            row.kind,
            row.depth,
            *(
                [side.class_name, side.parameter_count] if side else None
                for side in (row.node.left, row.node.right)
            ),
            [
                [t.name, list(t.shape), t.dtype, t.kind == "buffer", t.tied_to]
                for t in row.node.module.tensors
            ],
        ]
        for row in rows_of(diff.root)
    ]
    assert len(found) == len(expected) > 80
    assert found == expected
