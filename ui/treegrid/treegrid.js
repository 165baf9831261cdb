// The component: a toolbar, the grid of which only the lines in sight are in the page, and the keyboard.

const AHEAD = 8;
const SPOKEN_AFTER = 350;
const SENT_AFTER = 900;
const NARROW = 480;
const WIDE = 780;
const grids = new WeakMap();

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
    this.elements = new Map();
    this.listening = new AbortController();
  }

  /** Called at each run of the page: with the same lines nothing is drawn anew. */
  async update({ data, setTriggerValue }) {
    this.send = setTriggerValue;
    if (!isSame(this.bytes, data)) {
      this.bytes = data;
      const columns = await unpacked(data);
      if (this.bytes !== data) return;
      this.show(readRows(columns));
    } else this.followAddress();
  }

  show(rows) {
    this.rows = rows;
    this.outline = new Outline(rows);
    this.memory = `treegrid ${location.pathname} ${rows.titles.join(" ")} ${rows.depth.length}`;
    this.build();
    this.recall();
    Object.assign(this, { entries: [], places: new Map(), focused: null });
    this.resize();
    this.adopt(addressed());
  }

  build() {
    const { rows } = this;
    const isPair = rows.titles.length === 2;
    const label = isPair ? `${rows.titles[0]} beside ${rows.titles[1]}` : `The modules of ${rows.titles[0]}`;
    this.body = make("div", { role: "rowgroup", class: "body" });
    this.scroller = make(
      "div",
      { role: "treegrid", class: "grid", "aria-label": label, "aria-readonly": "true" },
      make("div", { role: "rowgroup", class: "top" }, makeHead(rows)),
      this.body,
    );
    this.status = make("div", { role: "status", class: "status" });
    this.frame = make("div", { class: `frame ${isPair ? "pair" : "one"}` }, makeToolbar(this), this.scroller, this.status, makeKeys(isPair));
    this.host.querySelector(".frame")?.remove();
    this.host.append(this.frame);
    this.elements.clear();
    this.listen();
  }

  listen() {
    this.listening.abort();
    this.listening = new AbortController();
    const { signal } = this.listening;
    const on = (target, name, act) => target.addEventListener(name, act.bind(this), { signal });
    on(this.scroller, "scroll", this.askPaint);
    on(this.scroller, "keydown", this.pressed);
    on(this.body, "click", this.clicked);
    on(window, "popstate", () => this.adopt(addressed()));
    on(window, "pagehide", this.keep);
    this.watcher?.disconnect();
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(this.frame);
  }

  end() {
    this.keep();
    this.listening.abort();
    this.watcher?.disconnect();
    clearTimeout(this.sending);
  }

  // What is in the address: the selected module, what is looked for, and whether only differences are.

  get state() {
    const { text, only } = this;
    return { module: this.selected || "", find_module: text, only: only ? "1" : "" };
  }

  /** Show what the address says. */
  adopt(address) {
    this.seen = address;
    this.sent = null;
    clearTimeout(this.sending);
    this.text = address.find_module;
    this.only = address.only === "1" && this.rows.titles.length === 2;
    this.box.value = this.text;
    this.outline.look(this.text, this.only);
    this.selected = address.module;
    this.focused = this.outline.root;
    const line = this.selected && findLine(this.outline.root, this.selected);
    if (line) {
      this.outline.reveal(line);
      this.focused = line;
    }
    this.refresh();
    if (line) this.bringIntoSight(line);
  }

  /** Show what the address says if somebody else has changed it since. */
  followAddress() {
    const address = addressed();
    if (isEqual(address, this.seen)) return;
    this.seen = address;
    // It may say what was sent a moment ago, while more was typed already.
    if (!(this.sent && isEqual(address, this.sent))) this.adopt(address);
  }

  tell(after = 0) {
    clearTimeout(this.sending);
    this.sending = setTimeout(() => {
      if (isEqual(this.state, this.sent || this.seen)) return;
      this.sent = this.state;
      this.send("view", this.state);
    }, after);
  }

  keep() {
    const kept = { ...this.outline.kept, top: this.scroller.scrollTop };
    // Without storage, or with a full one, a reload begins anew.
    try {
      sessionStorage.setItem(this.memory, JSON.stringify(kept));
    } catch {}
  }

  recall() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.memory));
      if (kept) this.outline.restore(kept);
    } catch {}
  }

  // What a visitor does.

  look(text, only = this.only, after = SENT_AFTER) {
    Object.assign(this, { text, only });
    this.outline.look(text, only);
    this.scroller.scrollTop = 0;
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

  fold(line) {
    if (line.count === 1) return;
    const run = line.isRun ? line : line.above.below(line.row);
    this.outline.unfold(run, line.isRun);
    this.focused = line.isRun ? line.above.below(line.row, 0) : run;
    this.refresh();
    this.focus(this.focused);
  }

  /** Go to the next line, or the one before, at which a difference begins. */
  goToDifference(step) {
    const { rows, outline } = this;
    const starts = outline.found ? this.entries.filter(({ line }) => rows.beginsDifference[line.row]) : null;
    const order = starts ? starts.map(({ line }) => this.placeOf(line)) : rows.depth.map((_, row) => row).filter((row) => rows.beginsDifference[row]);
    const here = starts ? this.placeOf(this.focused) : this.focused.row;
    const next = step > 0 ? order.findIndex((place) => place > here) : order.findLastIndex((place) => place < here);
    if (next < 0) return this.say(order.length ? `No ${step > 0 ? "further" : "earlier"} difference.` : "No differences.");
    const line = starts ? starts[next].line : this.lineOf(order[next]);
    outline.reveal(line);
    this.refresh();
    this.focus(line);
    const [, , word] = rows.kinds[rows.kind[line.row]];
    this.say(`Difference ${next + 1} of ${order.length}: ${line.label || rows.titles.at(-1)}, ${word}`);
  }

  /** The line of a row: in the layer where the focus is, or else in the first, or in the whole run. */
  lineOf(row) {
    const rows = [];
    for (let at = row; at > 0; at = this.rows.parent[at]) rows.unshift(at);
    let line = this.outline.root;
    for (const at of rows) {
      const run = line.below(at);
      const isOne = run.isRun && this.outline.isUnfolded(run);
      const mine = isOne && line.all(at).find((one) => isAbove(one, this.focused));
      line = isOne ? mine || line.below(at, 0) : run;
    }
    return line;
  }

  get page() {
    return Math.max(Math.floor(this.scroller.clientHeight / this.height) - 2, 1);
  }

  goTo(place) {
    const last = this.entries.length - 1;
    if (last >= 0) this.focus(this.entries[Math.min(Math.max(place, 0), last)].line);
  }

  pressed(event) {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || !this.focused) return;
    // Streamlit has keys of its own for the whole page.
    event.stopPropagation();
    event.preventDefault();
    act(this, this.placeOf(this.focused), this.focused);
  }

  clicked(event) {
    const line = event.target.closest("[role=row]")?.line;
    if (!line) return;
    this.focus(line);
    if (event.target.closest(".fold")) this.fold(line);
    else if (event.target.closest(".twisty") && line.rowsBelow.length) this.toggle(line);
    else this.select(line);
  }

  // What is seen.

  /** Draw anew after a change of what is open, looked for or selected. */
  refresh() {
    const hadFocus = this.body.contains(this.host.activeElement ?? this.body.getRootNode().activeElement);
    this.entries = this.outline.entries();
    this.places = new Map(this.entries.map(({ line }, place) => [line, place]));
    while (this.focused && !this.places.has(this.focused)) this.focused = this.focused.above;
    this.focused ??= this.entries[0]?.line;
    for (const element of this.elements.values()) element.isStale = true;
    this.paint();
    if (hadFocus && this.focused) this.focus(this.focused);
    this.scroller.setAttribute("aria-rowcount", this.entries.length + 1);
    this.frame.classList.toggle("empty", !this.entries.length);
    this.toolbar.refresh();
    this.report();
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), 500);
  }

  placeOf(line) {
    return this.places.get(line) ?? -1;
  }

  resize() {
    const width = this.frame.clientWidth;
    if (!width) return;
    this.frame.dataset.layout = width < NARROW ? "narrow" : width < WIDE ? "medium" : "wide";
    this.height = parseFloat(getComputedStyle(this.frame).getPropertyValue("--row"));
    for (const element of this.elements.values()) element.isStale = true;
    this.paint();
  }

  askPaint() {
    this.frameAsked ??= requestAnimationFrame(() => {
      this.frameAsked = undefined;
      this.paint();
    });
  }

  /** Put the lines in sight into the page, and keep the one that has the focus. */
  paint() {
    const { body, scroller, entries, height } = this;
    if (!height) return;
    body.style.height = `${entries.length * height}px`;
    const from = Math.max(Math.floor(scroller.scrollTop / height) - AHEAD, 0);
    const to = Math.min(Math.ceil((scroller.scrollTop + scroller.clientHeight) / height) + AHEAD, entries.length);
    const shown = new Set();
    for (let place = from; place < to; place++) shown.add(place);
    const focused = this.placeOf(this.focused);
    if (focused >= 0) shown.add(focused);
    const places = [...shown].sort((one, other) => one - other);
    const lines = new Set(places.map((place) => entries[place].line));
    for (const [line, element] of this.elements) {
      if (lines.has(line)) continue;
      element.remove();
      this.elements.delete(line);
    }
    let next = body.firstElementChild;
    for (const place of places) {
      const element = this.elementOf(entries[place], place);
      // What stays is not moved: moving an element takes the focus from it.
      if (element === next) next = next.nextElementSibling;
      else body.insertBefore(element, next);
    }
  }

  elementOf(entry, place) {
    const { line } = entry;
    let element = this.elements.get(line);
    if (!element) {
      element = make("div", { role: "row" });
      element.line = line;
      element.isStale = true;
      this.elements.set(line, element);
    }
    if (element.isStale) this.fill(element, entry);
    element.style.transform = `translateY(${place * this.height}px)`;
    element.setAttribute("aria-rowindex", place + 2);
    element.tabIndex = line === this.focused ? 0 : -1;
    return element;
  }

  fill(element, { line, place, size }) {
    const states = { level: line.depth + 1, posinset: place, setsize: size, selected: line.path === this.selected };
    for (const [name, value] of Object.entries(states)) element.setAttribute(`aria-${name}`, value);
    if (line.rowsBelow.length) element.setAttribute("aria-expanded", this.outline.isOpen(line));
    element.className = `line ${line.kind}${this.outline.found?.get(line)?.self ? " match" : ""}`;
    element.replaceChildren(...makeCells(line));
    element.isStale = false;
  }

  focus(line) {
    const before = this.elements.get(this.focused);
    if (before) before.tabIndex = -1;
    this.focused = line;
    this.bringIntoSight(line);
    this.elements.get(line)?.focus({ preventScroll: true });
  }

  /** Scroll the grid, never the page, until the line is seen. */
  bringIntoSight(line) {
    const { scroller, height } = this;
    const top = this.placeOf(line) * height;
    const room = scroller.clientHeight - this.body.offsetTop;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + height > scroller.scrollTop + room) scroller.scrollTop = top + height - room;
    this.paint();
  }

  /** Say how much is seen: at once in sight, and for screen readers when typing has paused. */
  report() {
    const { outline, entries, rows } = this;
    const modules = (number) => `${exact(number)} ${number === 1 ? "module" : "modules"}`;
    const cut = rows.isCut ? ` Only the first ${exact(rows.depth.length)} lines are here; the export has all.` : "";
    if (!outline.found) return this.say(cut.trim(), 0);
    const what = outline.text ? "match" : "differ";
    const found = outline.matches ? `${modules(outline.matches)} ${what}${outline.matches === 1 ? (outline.text ? "es" : "s") : ""}` : `No module ${what}${outline.text ? "es" : "s"}`;
    this.say(`${found}, ${exact(entries.length)} lines shown.${cut}`, SPOKEN_AFTER);
  }

  say(text, after = 0) {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.status.textContent = text), after);
  }
}

function isAbove(line, other) {
  for (let at = other; at; at = at.above) if (at === line) return true;
  return false;
}

function addressed() {
  const given = new URLSearchParams(location.search);
  const [module, find_module, only] = ["module", "find_module", "only"].map((name) => given.get(name) || "");
  return { module, find_module, only };
}

const isEqual = (one, other) => Object.keys(one).every((name) => one[name] === other[name]);
