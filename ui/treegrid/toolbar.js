// The toolbar above the grid, and the keys that do the same.

/** The box to look for modules, and the buttons. */
function makeToolbar(grid) {
  const box = make("input", {
    type: "search",
    placeholder: "Find a module: name, class, layer.7.",
    "aria-label": "Find modules by name, class or path",
    autocomplete: "off",
    spellcheck: "false",
  });
  box.addEventListener("input", () => grid.look(box.value));
  // The box was left, or Enter pressed: nothing to draw anew, which would lose the click that left it.
  box.addEventListener("change", () => grid.tell());
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape" && box.value) {
      box.value = "";
      grid.look("", grid.only, 0);
    } else if (event.key === "ArrowDown" && grid.sight.focused) grid.sight.focus(grid.sight.focused);
    else return;
    event.preventDefault();
  });
  grid.box = box;
  const { isPair } = grid;
  const canUnfold = grid.rows.count.some((count) => count > 1);
  const only = makeButton("Differences only", "Hide what the two models share", () => grid.look(grid.text, !grid.only, 0));
  const all = makeButton("Expand all", "Open every line", () => grid.change(() => grid.outline.setAll("all")));
  const none = makeButton("Collapse all", "Close every line", () => grid.change(() => grid.outline.setAll("none")));
  const unfold = makeButton("Unfold equal layers", "Give each of the equal layers a line of its own", () =>
    grid.change(() => grid.outline.unfoldAll(!grid.outline.allUnfolded)),
  );
  const steps = [
    makeButton("Previous difference", "Previous difference (p)", () => grid.goToDifference(-1), "↑"),
    makeButton("Next difference", "Next difference (n)", () => grid.goToDifference(1), "↓"),
  ];
  grid.toolbar = {
    refresh() {
      only.setAttribute("aria-pressed", grid.only);
      unfold.setAttribute("aria-pressed", grid.outline.allUnfolded);
    },
  };
  const group = (label, ...buttons) => make("div", { role: "group", class: "group", "aria-label": label }, ...buttons);
  return make(
    "div",
    { class: "toolbar" },
    box,
    ...(isPair ? [group("Differences", only, ...steps)] : []),
    group("Lines", all, none, ...(canUnfold ? [unfold] : [])),
  );
}

/** What the keys do, for those who look for it. */
function makeKeys(isPair) {
  const keys = [
    ["↑ ↓ Home End Page", "move"],
    ["→ ←", "open and close"],
    ["*", "open all beside it"],
    ["Enter", "details"],
    ["u", "unfold equal layers"],
    ...(isPair ? [["n p", "next and previous difference"]] : []),
    ["/", "find"],
  ];
  const list = keys.map(([key, what]) => make("span", {}, make("kbd", {}, key), ` ${what}`));
  return make("details", { class: "keys" }, make("summary", {}, "Keys"), make("div", {}, ...list));
}

const KEYS = {
  ArrowDown: (grid, line, place) => grid.sight.focusAt(place + 1),
  ArrowUp: (grid, line, place) => grid.sight.focusAt(place - 1),
  Home: (grid) => grid.sight.focusAt(0),
  End: (grid) => grid.sight.focusAt(Infinity),
  PageDown: (grid, line, place) => grid.sight.focusAt(place + grid.sight.page),
  PageUp: (grid, line, place) => grid.sight.focusAt(place - grid.sight.page),
  ArrowRight(grid, line, place) {
    if (line.rowsBelow.length && grid.outline.isOpen(line)) grid.sight.focusAt(place + 1);
    else grid.toggle(line, true);
  },
  ArrowLeft(grid, line) {
    if (line.rowsBelow.length && grid.outline.isOpen(line)) grid.toggle(line, false);
    else if (line.above) grid.sight.focus(line.above);
  },
  "*": (grid, line) =>
    grid.change(() => {
      const beside = line.above ? grid.outline.below(line.above) : [line];
      for (const one of beside) if (one.rowsBelow.length) grid.outline.setOpen(one, true);
    }),
  Enter: (grid, line) => grid.select(line),
  " ": (grid, line) => grid.select(line),
  u: (grid, line) => grid.fold(line),
  n: (grid) => grid.goToDifference(1),
  p: (grid) => grid.goToDifference(-1),
  "/": (grid) => grid.box.focus(),
};
