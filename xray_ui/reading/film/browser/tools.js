// What can be pressed? Buttons beside the film, and keys that work wherever the focus is but in a text field.
const OPACITY_STEP = 5;

const ACTS = {
  in: (root) => zoom(root, 1.25),
  out: (root) => zoom(root, 0.8),
  fit: (root) => fit(root),
  less: (root) => choose(root, { opacity: Math.max(chosen(root).opacity - OPACITY_STEP, 0) }),
  more: (root) => choose(root, { opacity: Math.min(chosen(root).opacity + OPACITY_STEP, 100) }),
  invert: (root) => choose(root, { invert: !chosen(root).invert }),
  outline: (root) => choose(root, { lungs: !chosen(root).lungs }),
  reset: (root) => choose(root, { window: root.data.own_window }),
  drag: (root) => { root.dragsWindow = !root.dragsWindow; showChoices(root, chosen(root)); },
  full: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  save: () => document.querySelector(".st-key-save button")?.click(),
  help: (root) => toggleHelp(root),
};

// Act, symbol of the font that Streamlit brings along, and name.
const BUTTONS = [
  ["in", "zoom_in", "Zoom in"],
  ["out", "zoom_out", "Zoom out"],
  ["fit", "fit_screen", "Fit the film into its frame"],
  ["drag", "contrast", "Drag changes the window"],
  ["reset", "restart_alt", "Reset the window"],
  ["invert", "invert_colors", "Invert the greys"],
  ["outline", "pulmonology", "Outline of the lungs"],
  ["full", "fullscreen", "Full screen"],
  ["help", "keyboard", "Keys"],
];
const PRESSED = { drag: (root) => !!root.dragsWindow, invert: (_, now) => now.invert, outline: (_, now) => now.lungs };

function act(root, name) {
  const [verb, ...rest] = name.split(" ");
  if (verb === "layout") root.sendView({ layout: rest.join(" ") });
  else ACTS[verb](root);
}

function buildTools(root) {
  const tools = element("div", "xv-tools", root);
  tools.setAttribute("role", "toolbar");
  tools.setAttribute("aria-label", "Film");
  for (const [name, symbol, said] of BUTTONS) {
    const button = element("button", `xv-button xv-${name}`, tools);
    button.type = "button";
    button.title = said;
    button.setAttribute("aria-label", said);
    const icon = element("span", "xv-icon", button);
    icon.textContent = symbol;
    icon.setAttribute("aria-hidden", "true");
    button.onclick = () => act(root, name);
  }
  const opacity = element("input", "xv-opacity", tools);
  opacity.type = "range";
  opacity.step = OPACITY_STEP;
  opacity.title = "Heatmap opacity";
  opacity.setAttribute("aria-label", "Heatmap opacity in percent");
  opacity.oninput = () => choose(root, { opacity: Number(opacity.value) });
  element("output", "xv-window", tools);
  element("div", "xv-legend", tools);
}

function showChoices(root, now) {
  for (const [name, is] of Object.entries(PRESSED))
    root.querySelector(`.xv-${name}`).setAttribute("aria-pressed", is(root, now));
  root.classList.toggle("xv-drags-window", !!root.dragsWindow);
  const opacity = root.querySelector(".xv-opacity");
  opacity.value = now.opacity;
  opacity.hidden = !root.data.panes.some((pane) => pane.map) || root.data.layout === "heatmap";
  const [low, high] = now.window;
  const own = root.data.own_window;
  root.querySelector(".xv-window").textContent =
    low === own[0] && high === own[1] ? "" : `L ${Math.round((low + high) / 2)} W ${Math.round(high - low)}`;
}

function row(table, keys, said) {
  const made = element("tr", "", table);
  const cell = element("th", "", made);
  cell.scope = "row";
  for (const key of keys) element("kbd", "", cell).textContent = key.length === 1 ? key.toUpperCase() : key;
  element("td", "", made).textContent = said;
}

function toggleHelp(root) {
  let help = root.querySelector(".xv-keys");
  if (help?.open) return help.close();
  if (!help) {
    help = element("dialog", "xv-keys", root);
    help.setAttribute("aria-label", "Keys");
    const close = element("button", "xv-button", help);
    close.type = "button";
    close.textContent = "Close";
    close.onclick = () => help.close();
    const table = element("table", "", help);
    for (const key of root.data.keys) row(table, key.keys.slice(0, 2), key.said);
    for (const [hand, said] of root.data.hands) row(table, [hand], said);
  }
  help.showModal();
}

function isTextField(target) {
  const { tagName, type, readOnly, isContentEditable } = target;
  if (isContentEditable || tagName === "SELECT") return true;
  const noText = ["checkbox", "radio", "range", "button", "file", "reset", "submit", "color"];
  return (tagName === "TEXTAREA" || (tagName === "INPUT" && !noText.includes(type))) && !readOnly;
}

function onKey(root, event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  const target = event.composedPath()[0];
  if (target instanceof HTMLElement && isTextField(target)) return;
  const pressed = root.data.keys.find((key) => key.act && key.keys.includes(event.key?.toLowerCase()));
  if (!pressed) return;
  event.preventDefault();
  act(root, pressed.act);
}
