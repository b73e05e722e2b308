// Which greys does the film show? While the hand chooses, they are made here of all the greys of the film, in 8 bits;
// what was chosen is sent, and the film then comes as it is saved, in all its bits.
const SEND_AFTER_MS = 200;
const DRAG_PIXELS = 500; // Of the mouse, for the width of the film's own window.

// The reader's last choice, until the app has answered with it.
function chosen(root) {
  const { opacity, invert, lungs, window: greys } = root.data;
  return root.chosen ?? { opacity, invert, lungs, window: greys };
}

function choose(root, change) {
  root.chosen = { ...chosen(root), ...change };
  clearTimeout(root.timer);
  root.timer = setTimeout(() => send(root), SEND_AFTER_MS);
  paint(root);
}

function send(root) {
  if (root.held) return; // Sent when the button is let go.
  root.timer = 0;
  const own = root.data.own_window;
  const now = root.chosen;
  const isOwn = now.window[0] === own[0] && now.window[1] === own[1];
  root.sendView({ ...now, window: isOwn ? null : now.window });
}

function changeWindow(root, dx, dy) {
  const { own_window: own, greys } = root.data;
  const whole = own[1] - own[0];
  const [low, high] = chosen(root).window;
  const between = (least, value, most) => Math.min(Math.max(value, least), most);
  const width = between(whole / 256, high - low + (dx * whole) / DRAG_PIXELS, Math.max(2 * whole, greys.high - greys.low));
  const level = between(greys.low, (low + high) / 2 + (dy * whole) / DRAG_PIXELS, greys.high);
  choose(root, { window: [level - width / 2, level + width / 2] });
}

// Grey levels of the picture of all greys, which is loaded when it is first needed.
async function greysOf(root) {
  const source = root.data.greys.source || root.data.film;
  if (root.greys?.source !== source) {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(image, 0, 0);
    root.greys = { source, data: pen.getImageData(0, 0, canvas.width, canvas.height) };
  }
  return root.greys.data;
}

function tableOf(root, { window: [low, high], invert }) {
  const all = root.data.greys;
  return Uint8ClampedArray.from({ length: 256 }, (_, i) => {
    const value = all.low + (i / 255) * (all.high - all.low);
    const shown = Math.min(Math.max((value - low) / (high - low), 0), 1) * 255;
    return invert ? 255 - Math.round(shown) : shown;
  });
}

// Draws what was chosen: at rest the pictures that the app has made, else its own film laid over them.
function paint(root) {
  const now = chosen(root);
  for (const map of root.querySelectorAll(".xv-map")) map.style.opacity = map.dataset.alone ? 1 : now.opacity / 100;
  for (const line of root.querySelectorAll(".xv-lungs")) line.style.display = now.lungs ? "" : "none";
  showChoices(root, now);
  if (isChosenShown(root)) showFilm(root);
  else if (!root.frame) root.frame = requestAnimationFrame(() => drawOwn(root));
}

function isChosenShown(root) {
  const now = chosen(root);
  const { window: [low, high], invert } = root.data;
  return now.window[0] === low && now.window[1] === high && now.invert === invert;
}

// Not before the browser has it: else the film of the window before would be seen for a moment.
async function showFilm(root) {
  await Promise.allSettled([...root.querySelectorAll(".xv-film")].map((film) => film.decode()));
  if (isChosenShown(root)) for (const own of root.querySelectorAll(".xv-own")) own.hidden = true;
}

async function drawOwn(root) {
  const greys = await greysOf(root);
  root.frame = 0;
  if (isChosenShown(root)) return;
  const table = tableOf(root, chosen(root));
  const made = new ImageData(greys.width, greys.height);
  const from = new Uint32Array(greys.data.buffer);
  const to = new Uint32Array(made.data.buffer);
  const colours = Uint32Array.from(table, (grey) => 0xff000000 | (grey * 0x010101));
  for (let i = 0; i < to.length; i++) to[i] = colours[from[i] & 255];
  for (const own of root.querySelectorAll(".xv-own")) {
    if (own.width !== made.width || own.height !== made.height) [own.width, own.height] = [made.width, made.height];
    own.getContext("2d").putImageData(made, 0, 0);
    own.hidden = !own.dataset.film;
  }
}
