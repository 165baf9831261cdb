const STORE = "recent-models", MOST = 8, LONGEST_LABEL = 60;

// What is stored may come from an older version, or have been edited: pairs of short texts are taken.
function stored(longest) {
  try {
    const found = JSON.parse(localStorage.getItem(STORE));
    const isText = (text, most) => typeof text === "string" && text !== "" && text.length <= most;
    return found.filter((pair) => Array.isArray(pair) && isText(pair[0], longest) && isText(pair[1], LONGEST_LABEL)).slice(0, MOST);
  } catch {
    return [];
  }
}

// A browser may refuse to keep anything: then nothing is remembered.
function store(pairs) {
  try {
    if (pairs.length) localStorage.setItem(STORE, JSON.stringify(pairs));
    else localStorage.removeItem(STORE);
  } catch {}
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function link([name, label], setTriggerValue) {
  const address = new URL(location.pathname, location.origin);
  address.searchParams.set("model", name);
  const made = element("a", label, { href: address.href, title: name.length > 200 ? `${name.slice(0, 200)}…` : name });
  made.addEventListener("click", (event) => {
    // With a key held the browser opens a tab or a window of its own.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setTriggerValue("clicked", name);
  });
  return made;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const { current, label, keeps, longest } = data;
  if (keeps) store([[current, label], ...stored(longest).filter(([name]) => name !== current)].slice(0, MOST));

  const row = parentElement.querySelector("nav") ?? parentElement.appendChild(element("nav", "", { "aria-label": "Recent models" }));
  const draw = () => {
    const others = stored(longest).filter(([name]) => name !== current);
    row.replaceChildren();
    row.hidden = !others.length;
    if (row.hidden) return;
    row.append(element("span", "Recent"));
    const forget = element("button", "Clear", { type: "button", title: "Forget the recent models; only this browser knows them" });
    forget.addEventListener("click", () => { store([]); draw(); });
    row.append(...others.map((pair) => link(pair, setTriggerValue)), forget);
  };
  draw();

  // Another tab has opened a model.
  const heard = (event) => { if (event.key === STORE || event.key === null) draw(); };
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}
