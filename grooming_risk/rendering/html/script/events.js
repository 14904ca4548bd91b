// One listener for each kind of event, however many messages there are.
/* global $, help, keysOn, chatOf, current, say, toggle, showAround, showAll, hideAll */
/* global build, visit, step, mark, plotClicked, stepConversation */
const actions = {
  show: (chat, actor) => toggle(chat, actor.closest(".message")),
  unveil: (chat, actor) => { if (actor.classList.contains("veiled")) toggle(chat, actor.closest(".message")); },
  previous: (chat) => step(chat, -1),
  next: (chat) => step(chat, 1),
  "show-all": showAll,
  "hide-all": hideAll,
  help: () => help.showModal(),
  "close-help": () => help.close(),
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-go]"), plot = event.target.closest("svg.plot");
  const actor = event.target.closest("[data-do]");
  if (link) {
    event.preventDefault();
    visit(chatOf(link), Number(link.dataset.go), link.dataset.in === "whole");
  } else if (plot) plotClicked(chatOf(plot), plot, event);
  else if (actor) actions[actor.dataset.do](chatOf(actor), actor);
});

document.addEventListener("submit", (event) => {
  event.preventDefault();
  visit(chatOf(event.target), Number($("input", event.target).value), true);
});

document.addEventListener("toggle", (event) => {
  const folded = event.target;
  if (!folded.open) return;
  if (folded.matches(".block")) build(chatOf(folded), folded);
  else if (folded.matches(".case")) $(".opened", folded).textContent = "opened";
}, true);

document.addEventListener("focusin", (event) => {
  const row = event.target.closest(".message");
  if (row) mark(row);
});

const keys = {
  j: (chat) => step(chat, 1),
  k: (chat) => step(chat, -1),
  r: (chat, row) => (row ? toggle(chat, row) : step(chat, 1)),
  c: (chat, row) => (row ? showAround(chat, row) : step(chat, 1)),
  R: showAll,
  g: (chat) => { $(".go input", chat.article).focus(); $(".go input", chat.article).select(); },
};
const keysAnywhere = {
  h: hideAll,
  n: () => stepConversation(1),
  p: () => stepConversation(-1),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (!keysOn.checked || help.open || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input")) return;
  if (Object.hasOwn(keysAnywhere, event.key)) keysAnywhere[event.key]();
  else if (Object.hasOwn(keys, event.key)) {
    const chat = current();
    if (chat) keys[event.key](chat, document.activeElement.closest(".message"));
    else say("Open a conversation first: press n, then Enter.");
  } else return;
  event.preventDefault();
});
