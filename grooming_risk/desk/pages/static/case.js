// Showing and hiding texts on a case page. Each is fetched when it is shown: the desk writes down that it was viewed.
import { $, all, say, send } from "./common.js";
import { keysOn, typing } from "./keys.js";

const page = $("#case");
const rowsOf = (index) => all(`.message[data-message="${index}"]`, page);
const isShown = (row) => !$(".text", row).classList.contains("veiled");

function write(target, parts) {
  target.replaceChildren(...parts.map((part) => {
    if (typeof part === "string") return document.createTextNode(part);
    const named = document.createElement("span");
    named.className = "control";
    named.dir = "ltr";
    [named.textContent, named.title] = part;
    return named;
  }));
}

function paint(row, found) {
  const text = $(".text", row), button = $(".show", row);
  if (!button) return;
  text.classList.toggle("veiled", !found);
  button.textContent = found ? page.dataset.hide : page.dataset.show;
  button.setAttribute("aria-expanded", String(Boolean(found)));
  if (found) write(text, found.parts); else text.textContent = text.dataset.characters;
  $(".name", row).textContent = found ? found.name : "";
}

async function show(fields) {
  let found;
  try {
    found = await send(`/cases/${page.dataset.case}/show`, fields);
  } catch {
    say(page.dataset.failed);
    return;
  }
  for (const [index, text] of Object.entries(found.texts)) rowsOf(index).forEach((row) => paint(row, text));
  say(page.dataset.shown);
}

function toggle(row) {
  if (!$(".show", row)) return;
  if (isShown(row)) rowsOf(row.dataset.message).forEach((each) => paint(each, null));
  else show({ message: row.dataset.message });
}

function hideAll() {
  all(".message", page).forEach((row) => paint(row, null));
  send(`/cases/${page.dataset.case}/hide`, {}).catch(() => {}); // the desk forgets what was shown without scripts
  say(page.dataset.hidden);
}

function focusOn(row) {
  for (let node = row.parentElement; node; node = node.parentElement) {
    if (node.localName === "details") node.open = true;
  }
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "center" });
}

function step(by) {
  const rows = all(".excerpt .evidence", page);
  const active = document.activeElement.closest(".excerpt .message");
  const follows = (row) => active.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING;
  let next = by > 0 ? 0 : rows.length - 1;
  if (active) {
    const after = rows.findIndex(follows);
    const before = rows.findLastIndex((row) => row !== active && !follows(row));
    next = by > 0 ? (after < 0 ? rows.length : after) : before;
  }
  if (rows[next]) focusOn(rows[next]); else say(page.dataset.end);
}

function visit(index) {
  const row = rowsOf(index)[0];
  if (row) focusOn(row); else location.assign(`/cases/${page.dataset.case}?shown=1&message=${index + 1}#t${index}`);
}

function mark(row) { // show in the picture where the reader is
  const total = Number($(".map", page)?.dataset.messages || 1);
  for (const line of all(".here", page)) {
    const at = ((Number(row.dataset.message) + 0.5) * line.ownerSVGElement.viewBox.baseVal.width) / total;
    line.setAttribute("x1", at);
    line.setAttribute("x2", at);
  }
}

function clickedPlot(plot, event) {
  const box = plot.getBoundingClientRect(), total = Number($(".map", page).dataset.messages);
  visit(Math.min(total - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * total))));
}

const actions = { previous: () => step(-1), next: () => step(1) };

function clicked(event) {
  const button = event.target.closest(".show"), plot = event.target.closest("svg.plot");
  const link = event.target.closest("[data-go]"), actor = event.target.closest("[data-do]");
  const masked = event.target.closest(".text.veiled"), whole = event.target.closest("[form='show-t'][name='all']");
  if (button || masked) toggle((button || masked).closest(".message"));
  else if (whole) show({ all: whole.value });
  else if (link) visit(Number(link.dataset.go));
  else if (plot) clickedPlot(plot, event);
  else if (actor) actions[actor.dataset.do]();
  else return;
  event.preventDefault();
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  r: (row) => (row ? toggle(row) : step(1)),
  c: (row) => (row ? show({ around: row.dataset.message }) : step(1)),
  h: hideAll,
  g: () => $("#go").focus(),
  "/": () => $("#search").focus(),
  d: () => ($(".choices button") || $("#decide a, #decide button")).focus(),
  n: () => location.assign(`/cases/${page.dataset.case}/next`),
};

if (page) {
  page.addEventListener("click", clicked);
  $("#hide-all").addEventListener("submit", (event) => {
    event.preventDefault();
    hideAll();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest(".message");
    if (row) mark(row);
  });
  document.addEventListener("keydown", (event) => {
    if (!keysOn() || typing(event) || !Object.hasOwn(keys, event.key)) return;
    keys[event.key](document.activeElement.closest(".message"));
    event.preventDefault();
  });
}
