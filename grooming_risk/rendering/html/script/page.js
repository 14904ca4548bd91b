// Texts wait in data blocks, enter the document when a reader shows them, and leave it when they are hidden.
// Strings become text nodes only; the page's policy (require-trusted-types-for) refuses anything else.
/* exported $, all, help, keysOn, chats, chatOf, current, say */
const $ = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const help = $("#help"), status = $("#status"), keysOn = $("#keys-on");
const chats = new Map(); // article -> its data and the messages shown; nothing outlives the window

document.documentElement.classList.add("js");

function chatOf(node) {
  const article = node && node.closest("article.chat");
  if (!article) return null;
  if (!chats.has(article)) {
    const data = JSON.parse($("script.data", article).textContent);
    chats.set(article, { article, data, shown: new Set(), seen: new Set() });
  }
  return chats.get(article);
}

// The conversation that keys act on: the one in focus, or else the first that is open.
function current() {
  const open = all("article.chat").filter((article) => !$(".case", article) || $(".case", article).open);
  return chatOf(document.activeElement) || chatOf(open[0]);
}

function say(words) {
  status.textContent = "";
  requestAnimationFrame(() => { status.textContent = words; }); // the same words twice are announced twice
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { status.textContent = ""; }, 6000);
}
