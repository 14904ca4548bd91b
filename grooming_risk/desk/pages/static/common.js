// Shared helpers. Strings become text nodes only; the policy of the pages (require-trusted-types-for) refuses the rest.
export const $ = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

let timer = 0;

export function say(words) {
  const status = $("#status");
  if (!status) return;
  status.textContent = "";
  requestAnimationFrame(() => { status.textContent = words; }); // the same words twice are announced twice
  clearTimeout(timer);
  timer = setTimeout(() => { status.textContent = ""; }, 5000);
}

export async function send(path, fields) {
  const form = new URLSearchParams({ csrf: document.body.dataset.csrf, ...fields });
  const answer = await fetch(path, { method: "POST", body: form, headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}
