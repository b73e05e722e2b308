// Gives the browser a page once: to keep, or to print. A press of a button draws this; a later run leaves it as it is.
// It is printed from a tab of its own: Chromium 156 loses a tab that prints a PDF file within a page.
const addresses = new Map();

export default function ({ data, parentElement }) {
  const link = parentElement.querySelector("a");
  const isNew = !addresses.has(data.number);
  if (isNew) {
    const bytes = Uint8Array.from(atob(data.pdf), (letter) => letter.charCodeAt(0));
    addresses.set(data.number, URL.createObjectURL(new Blob([bytes], { type: "application/pdf" })));
  }
  link.href = addresses.get(data.number);
  link.textContent = data.label;
  if (!isNew) return;
  if (data.prints) window.open(link.href); // Where the browser opens no tab by itself, the link does.
  else Object.assign(document.createElement("a"), { href: link.href, download: data.name }).click();
}
