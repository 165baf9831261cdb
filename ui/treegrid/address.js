// What the address says: the selected module, what is looked for, and whether only differences are.
// Python writes it, since Streamlit keeps a copy of its own that would undo what a script writes.

class Address {
  /** ``adopt`` shows what the address says. */
  constructor(adopt) {
    this.adopt = adopt;
    this.read();
  }

  /** Show what the address says now. */
  read() {
    clearTimeout(this.sending);
    this.seen = addressed();
    this.sent = null;
    this.adopt(this.seen);
  }

  /** Show what the address says if somebody else has changed it. */
  follow() {
    const address = addressed();
    if (isEqual(address, this.seen)) return;
    // It may say what was sent a moment ago, while more has been typed already.
    if (this.sent && isEqual(address, this.sent)) this.seen = address;
    else this.read();
  }

  /** Tell Python what the address is to say, after some milliseconds without news. */
  tell(state, send, after) {
    clearTimeout(this.sending);
    this.sending = setTimeout(() => {
      if (isEqual(state, this.sent || this.seen)) return;
      this.sent = state;
      send("view", state);
    }, after);
  }
}

function addressed() {
  const given = new URLSearchParams(location.search);
  const [module, find_module, only] = ["module", "find_module", "only"].map((name) => given.get(name) || "");
  return { module, find_module, only };
}

const isEqual = (one, other) => Object.keys(one).every((name) => one[name] === other[name]);
