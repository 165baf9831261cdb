// Which lines are open and unfolded, what is looked for, and the lines that are seen for it.

/** What a visitor has opened, unfolded and looked for in the lines of one tree. */
class Outline {
  constructor(rows) {
    this.rows = rows;
    this.root = new Line(rows, 0, null);
    this.first = new Set(rows.open);
    this.base = "first";
    this.opened = new Map();
    this.unfolded = new Map();
    this.allUnfolded = false;
    this.look("", false);
  }

  /** Look for modules by a part of their name, class or path, and for differences only. */
  look(text, only) {
    this.text = text.trim().toLowerCase();
    this.only = only;
    this.openedHere = new Map();
    this.found = null;
    if (this.text || only) {
      this.found = new Map();
      // Only a number can tell the modules of a run apart.
      this.tellsApart = /[0-9]/.test(this.text);
      this.matches = this.search(this.root).total;
    }
  }

  /** What is found in a line: itself, how many modules, and in which lines below. */
  search(line) {
    if (this.found.has(line)) return this.found.get(line);
    const self = this.isMatch(line);
    const kids = [];
    let sum = self ? 1 : 0;
    let outline = mix(line.row, self ? 1 : 0);
    for (const row of line.rowsBelow) {
      for (const kid of this.searched(line, row)) {
        const inside = this.search(kid);
        if (!inside.total) continue;
        kids.push(kid);
        sum += inside.total;
        outline = mix(outline, inside.outline);
      }
    }
    const result = { self, kids, total: line.isRun ? sum * line.count : sum, outline };
    this.found.set(line, result);
    return result;
  }

  /** The lines to be searched for a row: its run, or the modules in it that are told apart. */
  searched(line, row) {
    const run = line.below(row);
    if (!run.isRun || (!this.tellsApart && !this.isUnfolded(run))) return [run];
    const all = line.all(row);
    if (this.isUnfolded(run)) return all;
    const outlines = new Set(all.map((one) => this.search(one).outline));
    const isSame = outlines.size === 1 && outlines.has(this.search(run).outline);
    return isSame ? [run] : all;
  }

  isMatch(line) {
    if (this.only && !this.rows.differs[line.row]) return false;
    if (!this.text) return true;
    const classes = [line.classOn("left"), line.classOn("right")];
    if (classes.some((name) => name && name.toLowerCase().includes(this.text))) return true;
    // A module is found by its own part of the path; what is below it would all be found otherwise.
    const path = line.path.toLowerCase();
    const own = path.length - line.label.length;
    return path.lastIndexOf(this.text) + this.text.length >= own && path.includes(this.text);
  }

  isUnfolded(run) {
    return this.unfolded.get(run.path) ?? this.allUnfolded;
  }

  isOpen(line) {
    if (this.found) return this.openedHere.get(line) ?? Boolean(this.found.get(line)?.kids.length);
    const first = this.base === "first" ? this.first.has(line.row) : this.base === "all";
    return this.opened.get(line.path) ?? (first || line === this.root);
  }

  setOpen(line, isOpen) {
    if (this.found) this.openedHere.set(line, isOpen);
    else this.opened.set(line.path, isOpen);
  }

  /** Open or close every line. */
  setAll(base) {
    this.base = base;
    this.opened.clear();
    this.openedHere.clear();
    if (this.found)
      for (const { line } of this.entries(true)) if (line.rowsBelow.length) this.openedHere.set(line, base === "all");
  }

  unfoldAll(isUnfolded) {
    this.allUnfolded = isUnfolded;
    this.unfolded.clear();
    this.look(this.text, this.only);
  }

  unfold(run, isUnfolded) {
    this.unfolded.set(run.path, isUnfolded);
    this.look(this.text, this.only);
  }

  /** The lines directly below one that is open. */
  below(line) {
    const kids = this.found?.get(line)?.kids;
    if (kids?.length) return kids;
    return line.rowsBelow.flatMap((row) => {
      const run = line.below(row);
      return run.isRun && this.isUnfolded(run) ? line.all(row) : [run];
    });
  }

  /** The lines that are seen, in order, each with its place among its siblings. */
  entries(all = false) {
    const seen = [];
    const visit = (line, place, size) => {
      seen.push({ line, place, size });
      if (!line.rowsBelow.length || !(all || this.isOpen(line))) return;
      const kids = this.below(line);
      kids.forEach((kid, index) => visit(kid, index + 1, kids.length));
    };
    if (!this.found || this.matches) visit(this.root, 1, 1);
    return seen;
  }

  /** Open all above a line, and unfold the runs that it is one of. */
  reveal(line) {
    for (let at = line; at; at = at.above) {
      if (at !== line) this.setOpen(at, true);
      if (at.count > 1) {
        const run = at.above.below(at.row);
        if (this.isUnfolded(run) === at.isRun) this.unfolded.set(run.path, !at.isRun);
      }
    }
  }

  /** What to keep when the page is loaded again. */
  get kept() {
    const { base, allUnfolded } = this;
    return { base, allUnfolded, opened: [...this.opened], unfolded: [...this.unfolded] };
  }

  restore(kept) {
    Object.assign(this, kept, { opened: new Map(kept.opened), unfolded: new Map(kept.unfolded) });
  }
}

function mix(one, other) {
  return (Math.imul(one ^ (other + 0x9e3779b9), 0x85ebca6b) >>> 0) + 1;
}
