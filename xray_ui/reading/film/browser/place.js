// Which part of the film is seen? Frames zoom and move as one, those of two films too. The place is kept while settings
// change, since Streamlit calls the viewer again with new data and leaves the elements where they are; a new film is a
// new component.
const GREATEST = 16;

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
  drawRulers(root);
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

// A bar of a round number of millimetres, about a quarter of the frame; nothing where the header gives no spacing.
function drawRulers(root) {
  for (const ruler of root.querySelectorAll(".xv-ruler")) {
    const { spacing, width } = ruler.closest(".xv-pane").data;
    ruler.hidden = !spacing;
    if (!spacing) continue;
    const whole = (spacing[1] * width) / root.place.scale;
    const length = [200, 100, 50, 20, 10, 5, 2, 1].find((each) => each <= whole / 4) ?? 1;
    ruler.style.width = `${(100 * length) / whole}%`;
    ruler.textContent = `${length} mm${spacing[2]}`;
  }
}
