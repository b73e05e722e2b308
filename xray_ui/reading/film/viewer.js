// Frames that show one film zoom and move as one. The place is kept while settings change, since Streamlit calls this
// function again with new data and leaves the elements where they are; a new film is a new component.
const GREATEST = 16;
const HINT = "Plus and minus zoom, the arrows move, zero fits.";

function element(tag, className, parent) {
  const made = document.createElement(tag);
  made.className = className;
  parent.appendChild(made);
  return made;
}

function lay(root) {
  const { scale, x, y } = root.place;
  root.style.setProperty("--xv-scale", scale);
  for (const inner of root.querySelectorAll(".xv-inner"))
    inner.style.transform = `translate(${x * 100}%, ${y * 100}%) scale(${scale})`;
}

// Places are fractions of a frame, so that frames of any size agree.
function move(root, dx, dy) {
  const least = 1 - root.place.scale;
  root.place.x = Math.min(0, Math.max(least, root.place.x + dx));
  root.place.y = Math.min(0, Math.max(least, root.place.y + dy));
  lay(root);
}

function zoom(root, factor, px = 0.5, py = 0.5) {
  const place = root.place;
  const scale = Math.min(GREATEST, Math.max(1, place.scale * factor));
  place.x = px - ((px - place.x) * scale) / place.scale;
  place.y = py - ((py - place.y) * scale) / place.scale;
  place.scale = scale;
  move(root, 0, 0);
}

function fit(root) {
  root.place = { scale: 1, x: 0, y: 0 };
  lay(root);
}

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
      move(root, point.x - before.x, point.y - before.y);
    }
  });
  for (const end of ["pointerup", "pointercancel"])
    frame.addEventListener(end, (event) => touching.delete(event.pointerId));
  frame.addEventListener("dblclick", () => fit(root));
  frame.addEventListener("keydown", (event) => {
    const done = {
      "+": () => zoom(root, 1.25), "=": () => zoom(root, 1.25), "-": () => zoom(root, 0.8), 0: () => fit(root),
      ArrowLeft: () => move(root, 0.1, 0), ArrowRight: () => move(root, -0.1, 0),
      ArrowUp: () => move(root, 0, 0.1), ArrowDown: () => move(root, 0, -0.1),
    }[event.key];
    if (!done) return;
    event.preventDefault();
    done();
  });
}

function buildTools(root) {
  const foot = element("div", "xv-foot", root);
  element("div", "xv-legend", foot);
  const tools = element("div", "xv-tools", foot);
  for (const [sign, name, act] of [
    ["\u2212", "Zoom out", () => zoom(root, 0.8)],
    ["+", "Zoom in", () => zoom(root, 1.25)],
    ["Fit", "Fit the film into its frame", () => fit(root)],
  ]) {
    const button = element("button", "xv-button", tools);
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", name);
    button.onclick = act;
  }
}

function buildPane(root) {
  const pane = element("figure", "xv-pane", root.querySelector(".xv-frames"));
  element("figcaption", "xv-title", pane);
  const frame = element("div", "xv-frame", pane);
  frame.tabIndex = 0;
  frame.setAttribute("role", "img");
  const inner = element("div", "xv-inner", frame);
  element("img", "xv-film", inner).draggable = false;
  inner.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
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
    return line;
  });
  const letters = data.letters.map((letter) => {
    const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
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
  const bar = element("img", "xv-ramp", legend);
  bar.alt = "";
  bar.src = data.source;
  element("span", "", legend).textContent = data.high;
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".xv-root");
  if (!root.place) {
    root.place = { scale: 1, x: 0, y: 0 };
    element("div", "xv-frames", root);
    buildTools(root);
  }
  root.style.setProperty("--xv-aspect", data.width / data.height);
  root.style.setProperty("--xv-letter", `${Math.max(data.width, data.height) / 18}px`);
  const frames = root.querySelector(".xv-frames");
  while (frames.children.length > data.panes.length) frames.lastChild.remove();
  while (frames.children.length < data.panes.length) buildPane(root);
  data.panes.forEach((shown, i) => {
    const pane = frames.children[i];
    pane.querySelector(".xv-title").textContent = shown.title;
    pane.querySelector(".xv-frame").setAttribute("aria-label", `${shown.title} of ${data.name}. ${HINT}`);
    const film = pane.querySelector(".xv-film");
    film.alt = "";
    film.src = shown.source;
    drawOutlines(pane.querySelector("svg"), data);
  });
  drawLegend(root.querySelector(".xv-legend"), data.legend);
  lay(root);
}
