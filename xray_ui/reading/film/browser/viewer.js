// What is in the frames? The film, its map on it, outlines and what stands in the corner.
const HINT = "Plus and minus zoom, the arrows move, with shift they change the window, zero fits.";
const NARROW = 1150;

function listen(root, frame) {
  const touching = new Map();
  const at = (event) => {
    const box = frame.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };
  const apart = () => {
    const [a, b] = [...touching.values()];
    return { length: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  };
  frame.addEventListener("wheel", (event) => {
    event.preventDefault();
    const point = at(event);
    zoom(root, Math.exp(-event.deltaY / 400), point.x, point.y);
  }, { passive: false });
  frame.addEventListener("pointerdown", (event) => {
    frame.setPointerCapture(event.pointerId);
    touching.set(event.pointerId, at(event));
    root.held = event.button === 2 || root.dragsWindow;
  });
  frame.addEventListener("pointermove", (event) => {
    if (!touching.has(event.pointerId)) return;
    const [before, point] = [touching.get(event.pointerId), at(event)];
    if (touching.size === 2) {
      const old = apart();
      touching.set(event.pointerId, point);
      const now = apart();
      zoom(root, now.length / Math.max(old.length, 0.01), now.x, now.y);
    } else {
      touching.set(event.pointerId, point);
      if (root.held) changeWindow(root, event.movementX, event.movementY);
      else move(root, point.x - before.x, point.y - before.y);
    }
  });
  for (const end of ["pointerup", "pointercancel"])
    frame.addEventListener(end, (event) => {
      touching.delete(event.pointerId);
      if (root.held && root.chosen) choose(root, {});
      root.held = false;
    });
  frame.addEventListener("contextmenu", (event) => event.preventDefault());
  frame.addEventListener("dblclick", () => fit(root));
  frame.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (event.shiftKey) changeWindow(root, 10 * way[0], 10 * way[1]);
    else move(root, -0.1 * way[0], -0.1 * way[1]);
  });
}

function buildPane(root) {
  const pane = element("figure", "xv-pane", root.querySelector(".xv-frames"));
  const frame = element("div", "xv-frame", pane);
  frame.tabIndex = 0;
  frame.setAttribute("role", "img");
  const inner = element("div", "xv-inner", frame);
  const film = element("img", "xv-film", inner);
  const own = element("canvas", "xv-own", inner);
  const map = element("img", "xv-map", inner);
  for (const picture of [film, map]) [picture.alt, picture.draggable] = ["", false];
  own.hidden = true;
  inner.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
  element("div", "xv-corner", frame);
  element("div", "xv-ruler", frame);
  element("figcaption", "xv-said", pane);
  listen(root, frame);
}

function drawOutlines(svg, data) {
  svg.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  const lines = data.outlines.map((outline) => {
    const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
    line.setAttribute("points", outline.points.map((point) => point.join(",")).join(" "));
    line.setAttribute("stroke", outline.colour);
    if (outline.dashed) line.setAttribute("stroke-dasharray", "7 5");
    else line.setAttribute("class", "xv-lungs");
    return line;
  });
  const letters = data.letters.map((letter) => {
    const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
    text.setAttribute("class", "xv-lungs");
    text.setAttribute("x", letter.x);
    text.setAttribute("y", letter.y);
    text.setAttribute("fill", letter.colour);
    text.textContent = letter.text;
    return text;
  });
  svg.replaceChildren(...lines, ...letters);
}

function drawLegend(legend, data) {
  legend.replaceChildren();
  legend.removeAttribute("role");
  legend.removeAttribute("aria-label");
  if (!data) return;
  legend.setAttribute("role", "img");
  legend.setAttribute("aria-label", `Colour bar of the heatmap, from ${data.low} to ${data.high}`);
  element("span", "", legend).textContent = data.low;
  const bar = element("img", "xv-ramp", element("div", "xv-bar", legend));
  bar.alt = "";
  bar.src = data.source;
  element("span", "", legend).textContent = data.high;
}

// A frame may show something of its own: another film with all that belongs to it, or another map on the same film.
function drawPane(pane, shown, all) {
  const data = { ...all, ...shown.own };
  pane.data = data;
  pane.style.setProperty("--xv-aspect", data.width / data.height);
  pane.style.setProperty("--xv-letter", `${Math.max(data.width, data.height) / 18}px`);
  pane.querySelector(".xv-frame").setAttribute("aria-label", `${shown.title} of ${data.name}. ${HINT}`);
  const [film, own, map] = [".xv-film", ".xv-own", ".xv-map"].map((each) => pane.querySelector(each));
  film.src = data.film;
  film.hidden = !shown.film;
  const followsHand = shown.film && !shown.own?.film; // Its greys are those that are chosen beside the films.
  own.dataset.film = followsHand ? "yes" : "";
  if (!followsHand) own.hidden = true;
  map.hidden = !shown.map;
  map.dataset.alone = shown.film ? "" : "yes";
  if (shown.map) map.src = data.map;
  drawOutlines(pane.querySelector("svg"), data);
  pane.querySelector(".xv-corner").replaceChildren(
    ...data.corner.map((line) => Object.assign(document.createElement("div"), { textContent: line })));
  pane.querySelector(".xv-said").replaceChildren(
    ...(shown.said ?? []).map((line) => Object.assign(document.createElement("div"), { textContent: line })));
}

// Below this width the sidebar lies on the film, or takes a quarter of it.
function closeSidebar() {
  if (innerWidth > NARROW) return;
  document.querySelector('[data-testid="stSidebar"][data-collapsed="false"] [data-testid="stSidebarCollapseButton"] button')?.click();
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".xv-root");
  const isNew = !root.place;
  root.data = data;
  root.sendView = (view) => setTriggerValue("view", view);
  if (isNew) {
    root.place = { scale: 1, x: 0, y: 0 };
    root.onKey = (event) => onKey(root, event);
    element("div", "xv-frames", root);
    buildTools(root);
    closeSidebar();
  }
  if (!root.timer && !root.held) root.chosen = null;
  document.addEventListener("keydown", root.onKey);
  root.dataset.panes = data.panes.length;
  const frames = root.querySelector(".xv-frames");
  while (frames.children.length > data.panes.length) frames.lastChild.remove();
  while (frames.children.length < data.panes.length) buildPane(root);
  data.panes.forEach((shown, i) => drawPane(frames.children[i], shown, data));
  drawLegend(root.querySelector(".xv-legend"), data.legend);
  lay(root);
  paint(root);
  return () => document.removeEventListener("keydown", root.onKey);
}
