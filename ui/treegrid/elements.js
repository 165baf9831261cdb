// The elements of the grid. Names are untrusted, so text is only ever set as text.

/** An element with attributes and content; an attribute that is null is left out. */
function make(name, attributes = {}, ...content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(key, value);
  element.append(...content);
  return element;
}

function makeButton(label, title, press, shown = label) {
  const button = make("button", { type: "button", title, "aria-label": label }, shown);
  button.addEventListener("click", press);
  return button;
}

/** The head of the grid: one column heading for each column. */
function makeHead(rows) {
  const [left, right] = rows.titles.length === 2 ? rows.titles : [null, rows.titles[0]];
  const cell = (kind, text, title = text) => make("div", { role: "columnheader", class: kind, title }, text);
  const size = (side, owner) => {
    const words = [make("span", { class: "owner" }, owner), make("span", {}, "Parameters")];
    return make("div", { role: "columnheader", class: `size ${side}`, title: `Parameters in ${owner}` }, ...words);
  };
  const cells = left
    ? [cell("name", "Module"), size("left", left), size("right", right)]
    : [cell("name", "Module"), cell("class", "Class"), size("right", right), cell("share", "Share")];
  return make("div", { role: "row", class: "head", "aria-rowindex": "1" }, ...cells);
}

/** The cells of one line. */
function makeCells(line) {
  const { rows } = line;
  const isPair = rows.titles.length === 2;
  const size = line.sizeOn(line.side);
  const cells = [makeName(line, isPair)];
  cells.push(isPair ? makeSize(line, "left") : makeClass(line), makeSize(line, "right"));
  if (!isPair) cells.push(makeShare(size.all, BigInt(rows.right.size[0])));
  return cells;
}

function makeName(line, isPair) {
  const [kind, sign, word] = line.rows.kinds[line.rows.kind[line.row]];
  const twisty = make("span", { class: "twisty", "aria-hidden": "true" });
  if (line.rowsBelow.length) twisty.classList.add("can");
  const label = line.label || line.rows.titles.at(-1);
  const cell = make("div", { role: "rowheader", class: "name", style: `--depth:${Math.min(line.depth, 16)}` }, twisty);
  if (isPair) {
    const mark = make("span", { class: "sign", title: word, "aria-hidden": "true" }, sign);
    cell.append(mark, make("span", { class: "hidden" }, `${word}: `));
  }
  cell.append(make("span", { class: "label", title: line.path === ROOT ? label : line.path.replace(/^-/, "") }, label));
  if (line.count > 1) cell.append(makeFold(line));
  else if (line.times > 1) cell.append(make("span", { class: "times", title: timesTitle(line) }, `× ${exact(line.times)}`));
  cell.append(make("span", { class: "rest" }, ...makeTie(line), ...makeKind(line), ...makeTensors(line)));
  return cell;
}

/** Where tensors are counted that are another module's too; the end of its name is the last to be cut. */
function makeTie({ tensors }) {
  const tied = tensors.filter((tensor) => tensor.tied);
  const owners = [...new Set(tied.map((tensor) => tensor.tied.replace(/[.][^.]*$/, "")))];
  if (!owners.length) return [];
  const start = owners[0].lastIndexOf(".") + 1;
  const title = tied.map(({ name, tied }) => `${name} is tied to ${tied}, and counted there`).join("\n");
  const more = owners.length > 1 ? ` and ${owners.length - 1} more` : "";
  const parts = { far: owners[0].slice(0, start), near: owners[0].slice(start), more };
  const words = Object.entries(parts).map(([kind, text]) => make("span", { class: kind }, text));
  return [make("span", { class: "tie", title }, make("span", { class: "near" }, "⇄ tied to "), ...words)];
}

const timesTitle = (line) => `${exact(line.times)} equal modules: one in each of the equal layers that it is in`;

/** The button that unfolds a run, or folds the modules of one together again. */
function makeFold(line) {
  const title = line.isRun
    ? `${exact(line.count)} equal modules on one line. Unfold them (u)`
    : `One of ${exact(line.count)} equal modules. Fold them together (u)`;
  const text = line.isRun ? `× ${exact(line.times)} ⇕` : "⇕";
  return make("button", { type: "button", class: "fold", tabindex: "-1", title, "aria-label": title }, text);
}

function makeKind(line) {
  const text = classText(line);
  return text ? [make("span", { class: "kind", title: text }, text)] : [];
}

function classText(line) {
  const [left, right] = [line.classOn("left"), line.classOn("right")];
  if (line.kind === "renamed") return `${left} → ${right}`;
  const name = right || left;
  return name === line.label || !line.label ? "" : name;
}

function makeTensors(line) {
  if (!line.tensors.length) return [];
  const title = line.tensors.map((tensor) => tensorText(tensor, tensor.dtype)).join("\n");
  // What nearly every tensor is need not be read in each line.
  const text = line.tensors.map((tensor) => tensorText(tensor, tensor.dtype === "float32" ? "" : tensor.dtype));
  return [make("span", { class: "tensors", title }, text.join(" · "))];
}

function tensorText({ name, shape, isBuffer }, dtype) {
  const size = shape.map((number) => exact(BigInt(number))).join(" × ") || "one number";
  return [name, size, dtype, isBuffer && "(buffer)"].filter(Boolean).join(" ");
}

function makeClass(line) {
  const name = line.classOn("right") || "";
  return make("div", { role: "gridcell", class: "class", title: name || null }, name);
}

function makeSize(line, side) {
  const size = line.sizeOn(side);
  if (!size) return make("div", { role: "gridcell", class: `size ${side} none` }, "–");
  const each = line.times > 1 ? `: ${exact(size.one)} in each of ${exact(line.times)} equal modules` : "";
  const isTied = !size.all && line.tensors.some(({ tied }) => tied);
  const title = isTied ? "0 parameters of its own: they are counted where they are tied to" : `${exact(size.all)} parameters${each}`;
  return make("div", { role: "gridcell", class: `size ${side}`, title }, rounded(size.all));
}

function makeShare(part, whole) {
  const text = share(part, whole);
  const bar = make("span", { class: "bar", style: `--share:${whole ? Number(part) / Number(whole) : 0}` });
  return make("div", { role: "gridcell", class: "share", title: `${text} of all parameters` }, bar, make("span", {}, text));
}
