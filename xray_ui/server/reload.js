// Hands over, once its page was loaded anew, by which ticket this window was known before. The ticket is kept for this
// tab alone and as long as it is open; in an address or a cookie it could be seen, copied or used by another window.
const KEY = "xray-reader-window";

// Not where somebody comes from another page or back to this one, or where a tab was copied: there it is another visit.
const isReload = () => performance.getEntriesByType("navigation")[0]?.type === "reload";

export default function ({ data, setTriggerValue }) {
  const before = sessionStorage.getItem(KEY);
  if (before === data.ticket) return;
  sessionStorage.setItem(KEY, data.ticket);
  if (before && isReload()) setTriggerValue("ticket", before);
}
