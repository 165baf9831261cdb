// The lines in sight: of all lines only these, and the one that has the focus, are in the page.

const AHEAD = 8;

class Sight {
  /** ``fill`` gives an element what it shows of a line. */
  constructor(scroller, body, fill) {
    Object.assign(this, { scroller, body, fill, entries: [], places: new Map(), focused: null, elements: new Map() });
  }

  /** Show other lines, or the same ones in another way; the focus goes to what is left above it. */
  show(entries) {
    this.entries = entries;
    this.places = new Map(entries.map(({ line }, place) => [line, place]));
    while (this.focused && !this.places.has(this.focused)) this.focused = this.focused.above;
    this.focused ??= entries[0]?.line ?? null;
    this.refill();
  }

  refill() {
    for (const element of this.elements.values()) element.isStale = true;
    this.paint();
  }

  get place() {
    return this.placeOf(this.focused);
  }

  placeOf(line) {
    return this.places.get(line) ?? -1;
  }

  get hasFocus() {
    return this.body.contains(this.body.getRootNode().activeElement);
  }

  /** How many lines a page has. */
  get page() {
    return Math.max(Math.floor(this.scroller.clientHeight / this.height) - 2, 1);
  }

  askPaint() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = undefined;
      this.paint();
    });
  }

  paint() {
    const { body, elements, entries, height } = this;
    if (!height) return;
    body.style.height = `${entries.length * height}px`;
    const places = this.placesInSight();
    const lines = new Set(places.map((place) => entries[place].line));
    for (const [line, element] of elements) {
      if (lines.has(line)) continue;
      element.remove();
      elements.delete(line);
    }
    let next = body.firstElementChild;
    for (const place of places) {
      const element = this.elementAt(place);
      // What stays is not moved: moving an element takes the focus from it.
      if (element === next) next = next.nextElementSibling;
      else body.insertBefore(element, next);
    }
  }

  placesInSight() {
    const { scroller, entries, height } = this;
    const from = Math.max(Math.floor(scroller.scrollTop / height) - AHEAD, 0);
    const to = Math.min(Math.ceil((scroller.scrollTop + scroller.clientHeight) / height) + AHEAD, entries.length);
    const places = Array.from({ length: Math.max(to - from, 0) }, (_, number) => from + number);
    if (this.place >= 0 && this.place < from) places.unshift(this.place);
    if (this.place >= to) places.push(this.place);
    return places;
  }

  elementAt(place) {
    const { line } = this.entries[place];
    let element = this.elements.get(line);
    if (!element) {
      element = make("div", { role: "row" });
      Object.assign(element, { line, isStale: true });
      this.elements.set(line, element);
    }
    if (element.isStale) this.fill(element, this.entries[place]);
    element.isStale = false;
    element.style.transform = `translateY(${place * this.height}px)`;
    element.setAttribute("aria-rowindex", place + 2);
    element.tabIndex = line === this.focused ? 0 : -1;
    return element;
  }

  focus(line) {
    const before = this.elements.get(this.focused);
    if (before) before.tabIndex = -1;
    this.focused = line;
    this.bringIntoSight(line);
    const element = this.elements.get(line);
    element?.focus({ preventScroll: true });
    // The grid may itself be at the edge of the page.
    element?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  focusAt(place) {
    const entry = this.entries[Math.min(Math.max(place, 0), this.entries.length - 1)];
    if (entry) this.focus(entry.line);
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
}
