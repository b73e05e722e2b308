// Tells the app when nobody has touched the screen for a while. Only what a person does counts, so that a page that
// follows a training by itself does not keep a film on the screen of an empty room. Nothing is said of a touch: a
// message at the moment of a click would compete with the click's own.
const EVENTS = ["pointerdown", "pointermove", "wheel", "keydown", "touchstart", "drop", "input"];

// Seconds after which the app is told again, as the line may be down when a machine wakes up.
const TELL_AGAIN = 10;

export default function ({ data, parentElement, setTriggerValue }) {
  // Streamlit calls this again with every run of the app; what listens already goes on.
  if (parentElement.isListening) return;
  parentElement.isListening = true;
  let touched = Date.now();
  let left = null;
  let told = null;
  const touch = () => (touched = Date.now());
  const look = () => {
    // By the clock on the wall, since timers stand still while the machine sleeps.
    const now = Date.now();
    if (left === null && now - touched < 1000 * data.clearAfter) return;
    left ??= now;
    // Nothing comes back to whoever loads the page anew; xray_ui/server/reload.js says by what it would.
    sessionStorage.removeItem("xray-reader-window");
    // Seen no more from now on, whenever the app answers; xray_ui/style.py says what is hidden.
    document.documentElement.dataset.left = "";
    if (now - left >= 1000 * data.reloadAfter) {
      window.location.reload(); // The app answers no more.
    } else if (told === null || now - told >= 1000 * TELL_AGAIN) {
      told = now;
      setTriggerValue("left", true);
    }
  };
  const timer = setInterval(look, 1000);
  for (const name of EVENTS) window.addEventListener(name, touch, { capture: true, passive: true });
  return () => {
    parentElement.isListening = false;
    delete document.documentElement.dataset.left;
    for (const name of EVENTS) window.removeEventListener(name, touch, { capture: true });
    clearInterval(timer);
  };
}
