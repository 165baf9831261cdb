// The lines that Python packed, and what they stand for where equal siblings were folded.

const ROOT = ".";
const LEFT = "-";

/** The columns with what follows from them: parents, children, and the path of the first of each run. */
function readRows(columns) {
  const rows = { ...columns, parent: [], children: columns.depth.map(() => []), first: {} };
  const above = [];
  rows.depth.forEach((depth, row) => {
    above.length = depth;
    rows.parent.push(depth ? above[depth - 1] : -1);
    if (depth) rows.children[above[depth - 1]].push(row);
    above.push(row);
  });
  for (const side of ["left", "right"]) rows.first[side] = firstPaths(rows, rows[side]);
  rows.differs = rows.kind.map((kind) => !["same", "around"].includes(rows.kinds[kind][0]));
  rows.beginsDifference = rows.kind.map((kind, row) => {
    const isPart = kind === rows.kind[rows.parent[row]] && ["added", "removed"].includes(rows.kinds[kind][0]);
    return rows.differs[row] && !isPart;
  });
  return rows;
}

function firstPaths(rows, side) {
  const paths = [];
  rows.name.forEach((name, row) => {
    const above = paths[rows.parent[row]];
    if (side.classes[side.class[row]] === null) paths.push(null);
    else if (row in side.paths) paths.push(side.paths[row]);
    else paths.push(above ? `${above}.${name}` : name);
  });
  return paths;
}

/** The name of a sibling so many numbers after the first of its run. */
function nameInRun(name, index) {
  const stem = name.replace(/[0-9]+$/, "");
  return stem + (BigInt(name.slice(stem.length)) + BigInt(index));
}

/** One line: a module, a run of equal siblings (its index is null), or one module of a run. */
class Line {
  constructor(rows, row, above, index = null) {
    Object.assign(this, { rows, row, above, index, kids: new Map() });
    this.depth = rows.depth[row];
    this.count = rows.count[row];
    this.isRun = this.count > 1 && index === null;
    this.times = (above ? above.times : 1) * (this.isRun ? this.count : 1);
    this.side = rows.first.right[row] === null ? "left" : "right";
    const name = rows.name[row];
    this.label = name;
    if (this.count > 1) {
      const last = nameInRun(name, this.count - 1);
      const number = last.slice(name.replace(/[0-9]+$/, "").length);
      this.label = this.isRun ? `${name}–${number}` : nameInRun(name, index);
    }
    const moves = this.count > 1 ? { left: this.move("left"), right: this.move("right") } : null;
    this.moves = moves;
    this.run = moves ? this : above && above.run;
    const path = this.shown(rows.first[this.side][row]);
    this.path = (this.side === "left" ? LEFT + path : path) || ROOT;
  }

  /** What the path of the first of the run becomes here. */
  move(side) {
    const first = this.rows.first[side][this.row];
    if (first === null) return null;
    const at = this.above ? this.above.shown(first, side) : first;
    return { first, shown: at.slice(0, at.length - this.rows.name[this.row].length) + this.label };
  }

  /** A name in the first of the modules, for all that the line stands for. */
  shown(name, side = this.side) {
    for (let line = this.run; line; line = line.above && line.above.run) {
      const move = line.moves[side];
      if (move && (name === move.first || name.startsWith(`${move.first}.`)))
        return move.shown + name.slice(move.first.length);
    }
    return name;
  }

  get kind() {
    return this.rows.kinds[this.rows.kind[this.row]][0];
  }

  classOn(side) {
    const { classes, class: column } = this.rows[side];
    return classes[column[this.row]];
  }

  /** Parameters on one side: of one module, and of all that the line stands for; null without a module. */
  sizeOn(side) {
    const one = this.rows[side].size[this.row];
    return one === null ? null : { one: BigInt(one), all: BigInt(one) * BigInt(this.times) };
  }

  get tensors() {
    return this.rows.lists[this.rows.tensors[this.row]].map((index) => {
      const [name, shape, dtype, isBuffer, tied] = this.rows.specs[index];
      return { name, shape, dtype, isBuffer, tied: tied === null ? null : this.shown(tied) };
    });
  }

  /** The line of a row below: of its whole run, or of the one module with the index. */
  below(row, index = null) {
    const key = index === null ? row : `${row} ${index}`;
    if (!this.kids.has(key)) this.kids.set(key, new Line(this.rows, row, this, index));
    return this.kids.get(key);
  }

  /** The lines of all modules in the run of a row below. */
  all(row) {
    return Array.from({ length: this.rows.count[row] }, (_, index) => this.below(row, index));
  }

  get rowsBelow() {
    return this.rows.children[this.row];
  }
}

/** The line of a path, which may go through one module of a run; null where there is none. */
function findLine(line, path) {
  if (line.path === path) return line;
  const leads = line.path === ROOT || line.kind === "around" || path.startsWith(LEFT);
  if (!leads && !path.startsWith(`${line.path}.`)) return null;
  for (const row of line.rowsBelow) {
    const whole = line.below(row);
    const found = findLine(whole, path) || (whole.isRun && findLine(oneNamed(line, whole, path), path));
    if (found) return found;
  }
  return null;
}

/** The module of a run that the path names, or the run itself. */
function oneNamed(above, run, path) {
  const name = path.slice(run.path.length - run.label.length).split(".")[0];
  for (let index = 0; index < run.count; index++)
    if (nameInRun(run.rows.name[run.row], index) === name) return above.below(run.row, index);
  return run;
}
