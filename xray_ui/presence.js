// Tells the app that somebody is at the screen. Only what a person does counts, so that a page that follows a training
// by itself does not keep a film on the screen of an empty room.
const EVENTS = ["pointerdown", "pointermove", "wheel", "keydown", "touchstart", "drop", "input"];

export default function ({ data, parentElement, setTriggerValue }) {
  // Streamlit calls this again with every look of the app; what listens already goes on.
  if (parentElement.isListening) return;
  parentElement.isListening = true;
  let told = Date.now();
  let pending = null;
  let fallback = null;
  const tell = () => {
    pending = null;
    told = Date.now();
    setTriggerValue("touched", told);
  };
  const wait = () => {
    clearTimeout(fallback);
    // Where the app answers no more, a reload empties the screen all the same.
    fallback = setTimeout(() => window.location.reload(), data.reloadAfter * 1000);
  };
  const touch = () => {
    wait();
    pending ??= setTimeout(tell, Math.max(0, told + data.tellEvery * 1000 - Date.now()));
  };
  wait();
  for (const name of EVENTS) window.addEventListener(name, touch, { capture: true, passive: true });
  return () => {
    parentElement.isListening = false;
    for (const name of EVENTS) window.removeEventListener(name, touch, { capture: true });
    clearTimeout(pending);
    clearTimeout(fallback);
  };
}
