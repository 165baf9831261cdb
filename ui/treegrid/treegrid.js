// The component: a toolbar, the grid, and what both do.

const SPOKEN_AFTER = 350;
const SENT_AFTER = 900;
const NARROW = 480;
const WIDE = 780;
const grids = new WeakMap();

/** Called at each run of the page. */
export default async function (component) {
  const { parentElement } = component;
  let grid = grids.get(parentElement);
  if (!grid) grids.set(parentElement, (grid = new TreeGrid(parentElement)));
  await grid.update(component);
  return () => {
    grid.end();
    grids.delete(parentElement);
  };
}

async function unpacked(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

const isSame = (one, other) => one?.length === other.length && one.every((byte, index) => byte === other[index]);

class TreeGrid {
  constructor(host) {
    this.host = host;
  }

  /** With the same lines as before nothing is drawn anew. */
  async update({ data, setTriggerValue }) {
    this.send = setTriggerValue;
    if (isSame(this.bytes, data)) return this.address?.follow();
    this.bytes = data;
    const columns = await unpacked(data);
    if (this.bytes === data) this.show(readRows(columns));
  }

  show(rows) {
    this.rows = rows;
    this.isPair = rows.titles.length === 2;
    this.outline = new Outline(rows);
    this.memory = `treegrid ${location.pathname} ${rows.titles.join(" ")} ${rows.depth.length}`;
    this.build();
    this.recall();
    this.resize();
    this.address = new Address((address) => this.adopt(address));
    this.listen();
  }

  build() {
    const label = this.isPair ? this.rows.titles.join(" beside ") : `The modules of ${this.rows.titles[0]}`;
    const body = make("div", { role: "rowgroup", class: "body" });
    const top = make("div", { role: "rowgroup", class: "top" }, makeHead(this.rows));
    const attributes = { role: "treegrid", class: "grid", "aria-label": label, "aria-readonly": "true" };
    const scroller = make("div", attributes, top, body);
    this.sight = new Sight(scroller, body, (element, entry) => this.fill(element, entry));
    this.status = make("div", { role: "status", class: "status" });
    const foot = make("div", { class: "foot" }, this.status, makeKeys(this.isPair));
    const parts = [makeToolbar(this), scroller, foot];
    this.frame?.remove();
    this.frame = make("div", { class: `frame ${this.isPair ? "pair" : "one"}` }, ...parts);
    this.host.append(this.frame);
  }

  listen() {
    this.stopListening();
    const { signal } = (this.listening = new AbortController());
    const on = (target, name, act) => target.addEventListener(name, act, { signal });
    on(this.sight.scroller, "scroll", () => this.sight.askPaint());
    on(this.sight.scroller, "keydown", (event) => this.press(event));
    on(this.sight.body, "click", (event) => this.click(event));
    on(window, "popstate", () => this.address.read());
    on(window, "pagehide", () => this.keep());
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(this.frame);
  }

  stopListening() {
    this.listening?.abort();
    this.watcher?.disconnect();
  }

  end() {
    if (!this.sight) return;
    this.keep();
    this.stopListening();
    clearTimeout(this.address.sending);
  }

  /** Show what the address says. */
  adopt({ module, find_module, only }) {
    this.text = this.box.value = find_module;
    this.only = only === "1" && this.isPair;
    this.selected = module;
    this.outline.look(this.text, this.only);
    const line = module && findLine(this.outline.root, module);
    if (line) this.outline.reveal(line);
    this.sight.focused = line || this.outline.root;
    this.refresh();
    if (line) this.sight.bringIntoSight(line);
  }

  tell(after = 0) {
    const state = { module: this.selected, find_module: this.text, only: this.only ? "1" : "" };
    this.address.tell(state, this.send, after);
  }

  /** What is open stays open when the page is loaded again. */
  keep() {
    // Without storage, or with a full one, a reload begins anew.
    try {
      sessionStorage.setItem(this.memory, JSON.stringify(this.outline.kept));
    } catch {}
  }

  recall() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.memory));
      if (kept) this.outline.restore(kept);
    } catch {}
  }

  look(text, only = this.only, after = SENT_AFTER) {
    Object.assign(this, { text, only });
    this.outline.look(text, only);
    this.sight.scroller.scrollTop = 0;
    this.refresh();
    this.tell(after);
  }

  change(act) {
    act();
    this.refresh();
  }

  select(line) {
    this.selected = this.selected === line.path ? "" : line.path;
    this.refresh();
    this.tell();
  }

  toggle(line, isOpen = !this.outline.isOpen(line)) {
    if (line.rowsBelow.length) this.change(() => this.outline.setOpen(line, isOpen));
  }

  /** Unfold a run, or fold the one that a module is of. */
  fold(line) {
    if (line.count === 1) return;
    const run = line.isRun ? line : line.above.below(line.row);
    this.outline.unfold(run, line.isRun);
    this.goTo(line.isRun ? line.above.below(line.row, 0) : run);
  }

  goTo(line) {
    this.outline.reveal(line);
    this.refresh();
    this.sight.focus(this.sight.placeOf(line) < 0 ? this.sight.focused : line);
  }

  /** Go to the next line, or the one before, at which a difference begins. */
  goToDifference(step) {
    const { line, number, count } = nextDifference(this.outline, this.sight, step);
    if (!line) return this.say(count ? `No ${step > 0 ? "further" : "earlier"} difference.` : "No differences.");
    this.goTo(line);
    const [, , word] = this.rows.kinds[this.rows.kind[line.row]];
    this.say(`Difference ${number} of ${count}: ${line.label || this.rows.titles.at(-1)}, ${word}`);
  }

  press(event) {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || !this.sight.focused) return;
    // Streamlit has keys of its own for the whole page.
    event.stopPropagation();
    event.preventDefault();
    act(this, this.sight.focused, this.sight.place);
  }

  click(event) {
    const line = event.target.closest("[role=row]")?.line;
    if (!line) return;
    this.sight.focus(line);
    if (event.target.closest(".fold")) this.fold(line);
    else if (event.target.closest(".twisty") && line.rowsBelow.length) this.toggle(line);
    else this.select(line);
  }

  /** Draw anew after a change of what is open, looked for or selected. */
  refresh() {
    const { sight, outline } = this;
    const hadFocus = sight.hasFocus;
    sight.show(outline.entries());
    if (hadFocus && sight.focused) sight.focus(sight.focused);
    sight.scroller.setAttribute("aria-rowcount", sight.entries.length + 1);
    this.frame.classList.toggle("empty", !sight.entries.length);
    this.toolbar.refresh();
    this.say(found(outline, sight.entries.length), outline.found ? SPOKEN_AFTER : 0);
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), 500);
  }

  resize() {
    const width = this.frame.clientWidth;
    if (!width) return;
    this.frame.dataset.layout = width < NARROW ? "narrow" : width < WIDE ? "medium" : "wide";
    this.sight.height = parseFloat(getComputedStyle(this.frame).getPropertyValue("--row"));
    this.sight.paint();
  }

  fill(element, { line, place, size }) {
    const states = { level: line.depth + 1, posinset: place, setsize: size, selected: line.path === this.selected };
    if (line.rowsBelow.length) states.expanded = this.outline.isOpen(line);
    for (const [name, value] of Object.entries(states)) element.setAttribute(`aria-${name}`, value);
    element.className = `line ${line.kind}${this.isMatch(line) ? " match" : ""}`;
    element.replaceChildren(...makeCells(line));
  }

  isMatch(line) {
    return Boolean(this.outline.text && this.outline.found.get(line)?.self);
  }

  /** Say something in sight and to screen readers. */
  say(text, after = 0) {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.status.textContent = text), after);
  }
}
