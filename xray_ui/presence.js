// Tells the app when nobody has touched the screen for a while. Only what a person does counts, so that a page that
// follows a training by itself does not keep a film on the screen of an empty room. Nothing is said of a touch: a
// message at the moment of a click would compete with the click's own.
const EVENTS = ["pointerdown", "pointermove", "wheel", "keydown", "touchstart", "drop", "input"];

export default function ({ data, parentElement, setTriggerValue }) {
  // Streamlit calls this again with every run of the app; what listens already goes on.
  if (parentElement.isListening) return;
  parentElement.isListening = true;
  let touched = Date.now();
  let isTold = false;
  const touch = () => (touched = Date.now());
  const look = () => {
    // By the clock on the wall, since timers stand still while the machine sleeps.
    const seconds = (Date.now() - touched) / 1000;
    if (seconds >= data.clearAfter && !isTold) {
      isTold = true;
      setTriggerValue("left", true);
    }
    // Where the app answers no more, a reload empties the screen all the same.
    if (seconds >= data.reloadAfter) window.location.reload();
  };
  const timer = setInterval(look, 1000);
  for (const name of EVENTS) window.addEventListener(name, touch, { capture: true, passive: true });
  return () => {
    parentElement.isListening = false;
    for (const name of EVENTS) window.removeEventListener(name, touch, { capture: true });
    clearInterval(timer);
  };
}
