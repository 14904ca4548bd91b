// Showing and hiding the texts of messages.
/* global $, all, chats, say, build */
/* exported paint, toggle, showAround, showAll, hideAll */
const CONTEXT = 2;
const LAID_OUT = 20000; // laying out more messages takes seconds and gigabytes

const INVISIBLE = /(?![\n\t])[\p{Cc}\p{Cs}\p{Bidi_Control}\u00ad\u115f\u1160\u180e\u200b\u2028\u2029\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/gu;
const NAMES = {
  0x00: "NUL", 0x61c: "ALM", 0x200b: "ZWSP", 0x200e: "LRM", 0x200f: "RLM", 0x202a: "LRE", 0x202b: "RLE",
  0x202c: "PDF", 0x202d: "LRO", 0x202e: "RLO", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI",
};

// Characters that reorder or hide the text around them are shown by name instead.
function write(target, text) {
  const plain = text.replace(/\r\n?/g, "\n");
  const written = document.createDocumentFragment();
  let end = 0;
  for (const found of plain.matchAll(INVISIBLE)) {
    const code = found[0].codePointAt(0), mark = document.createElement("span");
    const number = "U+" + code.toString(16).toUpperCase().padStart(4, "0");
    mark.className = "control";
    mark.dir = "ltr";
    mark.title = number;
    mark.textContent = NAMES[code] || number;
    written.append(plain.slice(end, found.index), mark);
    end = found.index + found[0].length;
  }
  written.append(plain.slice(end));
  target.replaceChildren(written);
}

function characters(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count === 1 ? "1 character" : count.toLocaleString("en") + " characters";
}

function paint(chat, row) {
  const index = Number(row.dataset.message), text = $(".text", row), button = $(".show", row);
  if (!button) return;
  const shown = chat.shown.has(index), word = shown ? "Hide" : "Show";
  text.classList.toggle("veiled", !shown);
  button.textContent = word;
  button.setAttribute("aria-expanded", String(shown));
  button.setAttribute("aria-label", `${word} message ${index}`);
  if (shown) {
    write(text, chat.data.texts[index]);
    write($(".name", row), chat.data.names[chat.data.speakers[index]]);
  } else {
    text.textContent = characters(chat.data.texts[index]);
    $(".name", row).textContent = "";
  }
}

function setShown(chat, indices, shown) {
  for (const index of indices) {
    if (index in chat.data.absent) continue;
    if (shown) { chat.shown.add(index); chat.seen.add(index); } else chat.shown.delete(index);
  }
  const rows = indices.length > 20
    ? all(".message", chat.article)
    : indices.flatMap((index) => all(`.message[data-message="${index}"]`, chat.article));
  for (const row of rows) paint(chat, row);
  // For the record of what a person has viewed: message numbers, no text.
  $(".seen", chat.article).textContent = chat.seen.size
    ? `Messages shown so far: ${ranges([...chat.seen].sort((a, b) => a - b))}`
    : "";
}

function ranges(sorted) {
  const parts = [];
  for (const index of sorted) {
    const last = parts[parts.length - 1];
    if (last && last[1] === index - 1) last[1] = index; else parts.push([index, index]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}

function toggle(chat, row) {
  const index = Number(row.dataset.message);
  if (index in chat.data.absent) {
    say(`Message ${index} has no text.`);
    return;
  }
  const shown = !chat.shown.has(index);
  setShown(chat, [index], shown);
  say(`Message ${index} ${shown ? "shown" : "hidden"}.`);
}

function showAround(chat, row) {
  const index = Number(row.dataset.message);
  const from = Math.max(0, index - CONTEXT), to = Math.min(chat.data.texts.length - 1, index + CONTEXT);
  setShown(chat, Array.from({ length: to - from + 1 }, (_, step) => from + step), true);
  say(`Messages ${from} to ${to} shown.`);
}

function showAll(chat) {
  const total = chat.data.texts.length;
  setShown(chat, chat.data.texts.map((_, index) => index), true);
  // All messages are laid out, so that the browser's search finds them; those of a very long conversation are not.
  if (total <= LAID_OUT) all(".block", chat.article).forEach((block) => build(chat, block));
  say(`All ${total} messages shown.`);
}

function hideAll() {
  for (const chat of chats.values()) setShown(chat, [...chat.shown], false);
  say("All messages hidden.");
}
