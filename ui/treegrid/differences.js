// From one difference between two trees to the next, and how many lines are found.

/** The next line at which a difference begins, or the one before, with its number and their count. */
function nextDifference(outline, sight, step) {
  const { rows } = outline;
  // While something is looked for, only what is in sight can be gone to.
  const starts = outline.found
    ? sight.entries.map(({ line }, place) => ({ at: place, line })).filter(({ line }) => rows.beginsDifference[line.row])
    : rows.depth.map((_, row) => ({ at: row, row })).filter(({ row }) => rows.beginsDifference[row]);
  const here = outline.found ? sight.place : sight.focused.row;
  const next = step > 0 ? starts.findIndex(({ at }) => at > here) : starts.findLastIndex(({ at }) => at < here);
  const start = starts[next];
  const line = start && (start.line || lineOf(outline, start.row, sight.focused));
  return { line, number: next + 1, count: starts.length };
}

/** The line of a row: in the layer that another line is in, or else in the first, or in the whole run. */
function lineOf(outline, row, near) {
  const { rows } = outline;
  const down = [];
  for (let at = row; at > 0; at = rows.parent[at]) down.unshift(at);
  let line = outline.root;
  for (const at of down) {
    const run = line.below(at);
    const all = run.isRun && outline.isUnfolded(run) ? line.all(at) : [run];
    line = all.find((one) => isWithin(near, one)) || all[0];
  }
  return line;
}

function isWithin(line, other) {
  for (let at = line; at; at = at.above) if (at === other) return true;
  return false;
}

/** What is found of what is looked for, in words. */
function found(outline, lines) {
  const { rows, matches, text } = outline;
  const cut = rows.isCut ? `Only the first ${exact(rows.depth.length)} lines are here; the export has all.` : "";
  if (!outline.found) return cut;
  const verb = matches < 2 ? (text ? "matches" : "differs") : text ? "match" : "differ";
  const count = matches ? `${exact(matches)} module${matches === 1 ? "" : "s"}` : "No module";
  return `${count} ${verb}, ${exact(lines)} lines shown. ${cut}`;
}
