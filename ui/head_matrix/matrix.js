// The rows of the head matrix as one group of radio buttons: arrows move, the choice goes to Python.
// Names come from configs that anybody may have written: text only, never markup.

const states = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const state = states.get(parentElement) ?? { list: null, data: "" };
  states.set(parentElement, state);
  const now = JSON.stringify(data);
  if (now === state.data) return;
  state.data = now;
  const held = parentElement.activeElement?.dataset.name;
  const list = draw(data, (name) => setTriggerValue("chosen", name));
  if (state.list) state.list.replaceWith(list);
  else parentElement.appendChild(list);
  state.list = list;
  if (held) choices(list).find((row) => row.dataset.name === held)?.focus();
}

function draw({ rows, chosen }, choose) {
  const list = element("div", "matrix");
  const backbone = rows.filter((row) => row.isBackbone);
  list.append(...backbone.map((row) => drawRow(row)));
  const group = element("div", "heads");
  group.setAttribute("role", "radiogroup");
  group.setAttribute("aria-label", "Compare AutoModel with");
  for (const row of rows.filter((row) => !row.isBackbone)) group.append(drawRow(row, chosen));
  list.append(group);
  for (const row of choices(list)) row.addEventListener("click", () => choose(row.dataset.name));
  group.addEventListener("keydown", (event) => move(event, choices(list), choose));
  const first = choices(list).find((row) => row.getAttribute("aria-checked") === "true");
  (first ?? choices(list)[0])?.setAttribute("tabindex", "0");
  return list;
}

function drawRow(row, chosen) {
  const box = element("div", `row ${row.isBackbone ? "backbone" : "head"} ${row.verdict}`);
  box.dataset.name = row.name;
  if (!row.isBackbone) {
    box.setAttribute("role", "radio");
    box.setAttribute("aria-checked", String(row.name === chosen));
    box.setAttribute("tabindex", "-1");
    if (row.error) box.setAttribute("aria-disabled", "true");
  }
  const title = element("div", "title");
  title.append(element("code", "", row.name), badge(row));
  const about = element("div", "about");
  about.append(element("span", "model", [row.task, row.model].filter(Boolean).join(" · ")));
  about.append(titled(element("span", "size", row.size), row.exact));
  box.append(title, about);
  if (row.error) box.append(element("div", "error", row.error));
  else box.append(changes(row), outputs(row));
  return box;
}

function badge(row) {
  const made = element("span", `badge ${row.verdict}`);
  const sign = element("span", "", `${row.sign} `);
  sign.setAttribute("aria-hidden", "true");
  made.append(sign, row.word);
  return made;
}

function changes(row) {
  const line = element("div", "changes");
  const modules = element("span", "modules");
  modules.append(...row.added.map((name) => change("added", "+", name, "adds")));
  modules.append(...row.removed.map((name) => change("removed", "−", name, "drops")));
  const size = titled(element("span", "head-size", row.head), "parameters of the head, and their share of the model");
  if (row.added.length || row.removed.length || row.head) line.append(modules, size);
  return line;
}

function change(kind, sign, name, word) {
  return titled(element("span", kind, `${sign}\u202f${name}`), `${word} ${name}`);
}

function outputs(row) {
  const line = element("div", "outputs");
  line.append(...row.outputs.map(([text, title]) => titled(element("span", "output", `→ ${text}`), title)));
  return line;
}

function move(event, rows, choose) {
  const at = rows.indexOf(event.target.closest("[role=radio]"));
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  let to = null;
  if (event.key in steps) to = (at + steps[event.key] + rows.length) % rows.length;
  else if (event.key === "Home") to = 0;
  else if (event.key === "End") to = rows.length - 1;
  else if (event.key === " " || event.key === "Enter") to = at;
  if (to === null) return;
  event.preventDefault();
  rows[to].focus();
  choose(rows[to].dataset.name);
}

function choices(list) {
  return [...list.querySelectorAll("[role=radio]:not([aria-disabled])")];
}

function titled(node, title) {
  if (title) node.title = title;
  return node;
}

function element(name, kind, text) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}
