// A table of films that is walked through with J, K or the arrows; Enter or a click opens a film. Streamlit calls this
// again whenever there is something new, as every second while films are read: the row that is marked stays marked by
// its film, wherever it moves to, and what the pointer is about to press does not move away from under it.
const COLUMNS = ["Film", "Answer", "Probability", "Warnings", "View", "Age", "Name"];
const STILL_MS = 1200;

function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  parent.appendChild(made);
  return made;
}

function build(root) {
  const table = element("table", "wl-table", root);
  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", "Films by urgency");
  const head = element("tr", "", element("thead", "", table));
  for (const name of COLUMNS) {
    const cell = element("th", name === "Probability" ? "wl-number" : "", head, name);
    cell.scope = "col";
  }
  root.body = element("tbody", "", table);
  root.moved = 0;
  root.body.addEventListener("pointermove", () => (root.moved = Date.now()));
  root.body.addEventListener("pointerleave", () => ((root.moved = 0), late(root)));
}

function rowsOf(root) {
  return [...root.body.children];
}

function marked(root) {
  return rowsOf(root).find((row) => row.dataset.key === root.at);
}

function mark(root, row, { focus }) {
  for (const each of rowsOf(root)) {
    each.setAttribute("aria-selected", each === row);
    each.tabIndex = each === row ? 0 : -1;
  }
  if (!row || !focus) return;
  root.at = row.dataset.key;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function fill(row, film) {
  const facts = JSON.stringify(film);
  if (row.facts === facts) return;
  row.facts = facts;
  row.replaceChildren();
  row.className = `wl-row wl-${film.verdict}`;
  row.dataset.key = film.key;
  const cell = (className = "") => {
    const made = element("td", className, row);
    made.setAttribute("role", "gridcell");
    return made;
  };
  const picture = cell();
  if (film.picture) {
    const image = element("img", "wl-picture", picture);
    image.alt = "";
    image.src = film.picture;
  }
  const answer = cell();
  element("span", "wl-said", answer, film.said);
  for (const text of film.marks ?? []) element("span", "wl-mark", answer, text);
  cell("wl-number").textContent = film.probability ?? "";
  const warnings = cell();
  for (const text of film.why ?? []) element("div", "wl-why", warnings, text);
  for (const warning of film.warnings ?? []) {
    element("span", "wl-chip", warnings, warning.name).title = warning.sentence;
  }
  cell().textContent = film.view ?? "";
  cell().textContent = film.age ?? "";
  const name = cell();
  element("span", "wl-name", name, film.name);
  if (film.notes) element("span", "wl-notes", name, film.notes);
}

function draw(root, films) {
  root.waiting = null;
  const hadFocus = root.body.contains(document.activeElement);
  const known = new Map(rowsOf(root).map((row) => [row.dataset.key, row]));
  const rows = films.map((film) => {
    const row = known.get(film.key) ?? document.createElement("tr");
    row.setAttribute("role", "row");
    fill(row, film);
    return row;
  });
  const before = rowsOf(root);
  if (before.length !== rows.length || rows.some((row, place) => row !== before[place])) root.body.replaceChildren(...rows);
  // Before anybody has moved it is the first one that is marked, whichever that is.
  mark(root, marked(root) ?? rows[0], { focus: hadFocus });
  for (const column of ["view", "age"]) root.classList.toggle(`wl-no-${column}`, !films.some((film) => film[column]));
}

// What came while the pointer was at work is drawn once it rests, or is gone.
function late(root) {
  const rest = STILL_MS - (Date.now() - root.moved);
  clearTimeout(root.timer);
  if (!root.waiting) return;
  if (rest <= 0) draw(root, root.waiting);
  else root.timer = setTimeout(() => late(root), rest);
}

function isTyping(target) {
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

function listen(root, tell) {
  root.body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (!row) return;
    mark(root, row, { focus: true });
    tell("opened", row.dataset.key);
  });
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const inside = root.body.contains(event.target);
    const nowhere = event.target === document.body;
    const letter = { j: 1, J: 1, k: -1, K: -1 }[event.key];
    const arrow = inside || nowhere ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : undefined;
    const rows = rowsOf(root);
    const row = marked(root) ?? rows[0];
    if (event.key === "Enter" && (inside || nowhere) && row) {
      event.preventDefault();
      tell("opened", row.dataset.key);
    } else if (letter ?? arrow) {
      event.preventDefault();
      const step = letter ?? arrow;
      const next = rows[rows.indexOf(row) + step];
      if (next) mark(root, next, { focus: true });
      else tell("walked", step);
    }
  };
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".wl-root");
  if (!root.body) {
    build(root);
    root.deafen = listen(root, (name, value) => setTriggerValue(name, value));
  }
  const isTurned = data.at !== root.asked;
  if (isTurned) root.at = data.at;
  root.asked = data.at;
  if (isTurned || !root.moved || Date.now() - root.moved > STILL_MS) {
    draw(root, data.rows);
    if (isTurned && data.at) mark(root, marked(root), { focus: true });
  } else {
    root.waiting = data.rows;
    late(root);
  }
  return () => {
    clearTimeout(root.timer);
    root.deafen();
    root.replaceChildren();
    root.body = null;
  };
}
