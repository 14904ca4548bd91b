"use strict";
// The page works on data blocks: texts enter the document when a reader shows them and leave it when hidden.
// Strings become text nodes only; the page's policy (require-trusted-types-for) refuses anything else.
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const help = $("#help"), status = $("#status"), keysOn = $("#keys-on");
  const chats = new Map(); // article -> its data and what is shown; nothing outlives the window
  const CONTEXT = 2;
  const LAID_OUT = 20000; // more take seconds and gigabytes

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

  // The conversation that keys act on: the one in focus, else the first that is open.
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

  // ---- texts

  const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cs}\p{Bidi_Control}\u00ad\u115f\u1160\u180e\u200b\u2028\u2029\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/gu;
  const NAMES = {
    0x00: "NUL", 0x61c: "ALM", 0x200b: "ZWSP", 0x200e: "LRM", 0x200f: "RLM", 0x202a: "LRE", 0x202b: "RLE",
    0x202c: "PDF", 0x202d: "LRO", 0x202e: "RLO", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI",
  };

  // Characters that reorder or hide what stands around them are named instead of obeyed.
  function write(target, text) {
    const plain = text.replace(/\r\n?/g, "\n");
    const written = document.createDocumentFragment();
    let end = 0;
    for (const found of plain.matchAll(UNSEEN)) {
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
    // For the record of what a person has read: message numbers, no text.
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
    if (index in chat.data.absent) return say(`Message ${index} has no text.`);
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
    // All are laid out, so that the browser's search finds them; very long conversations only as they are opened.
    if (total <= LAID_OUT) all(".block", chat.article).forEach((block) => build(chat, block));
    say(`All ${total} messages shown.`);
  }

  function hideAll() {
    for (const chat of chats.values()) setShown(chat, [...chat.shown], false);
    say("All messages hidden.");
  }

  // ---- the whole conversation, laid out a block at a time

  function build(chat, block) {
    const list = $("ol", block);
    if (list.childElementCount) return;
    const rows = document.createDocumentFragment();
    for (let index = Number(block.dataset.from); index < Number(block.dataset.to); index += 1) {
      rows.append(buildRow(chat, index, index === Number(block.dataset.from)));
    }
    list.append(rows);
  }

  function buildRow(chat, index, first) {
    const { data, article } = chat;
    const row = $("#row").content.firstElementChild.cloneNode(true);
    const speaker = $(".speaker", row), stamp = data.stamps[index] || "", level = data.levels[index];
    const before = first || index === 0 ? "" : data.stamps[index - 1] || "";
    row.id = `${article.id}-t${index}`;
    row.dataset.message = index;
    speaker.className = `speaker s${data.speakers[index] % 10}`;
    speaker.textContent = data.letters[data.speakers[index]];
    $(".number", row).textContent = index;
    const time = $("time", row);
    time.textContent = stamp && stamp.slice(0, 10) === before.slice(0, 10) ? stamp.slice(11) : stamp;
    if (stamp) time.title = `${stamp} UTC`; else time.remove();
    if (index in data.pauses) $(".pause", row).textContent = data.pauses[index]; else $(".pause", row).remove();
    const name = $(".name", row), words = [`Message ${index}`, `speaker ${speaker.textContent}`];
    if (level) {
      row.classList.add(level > 0 ? "up" : "down");
      name.before(arrows(level));
      words.push(name.previousSibling.title);
    }
    for (const label of data.labels[index] || []) {
      name.before(labelTag(data.terms[label]));
      words.push(data.terms[label][0]);
    }
    row.setAttribute("aria-label", words.join(", "));
    if (index in data.absent) {
      $(".show", row).remove();
      $(".text", row).className = "text absent";
      $(".text", row).textContent = data.absent[index];
    } else paint(chat, row);
    return row;
  }

  function arrows(level) {
    const way = level > 0 ? "raised" : "lowered", mark = document.createElement("span");
    mark.className = `moved ${level > 0 ? "up" : "down"}`;
    mark.setAttribute("role", "img");
    mark.title = `${way} the score, strength ${Math.abs(level)} of 4`;
    mark.setAttribute("aria-label", mark.title);
    mark.textContent = (level > 0 ? "\u25b2" : "\u25bc").repeat(Math.abs(level));
    return mark;
  }

  function labelTag([words, kind, meaning]) {
    const label = document.createElement("span");
    label.className = `label ${kind}`;
    label.textContent = words;
    if (meaning) label.title = meaning;
    return label;
  }

  // ---- getting about

  function visit(chat, index, whole) {
    let row = whole ? null : $(`.excerpt .message[data-message="${index}"]`, chat.article);
    if (!row) {
      const block = all(".block", chat.article).find((candidate) => index < Number(candidate.dataset.to));
      build(chat, block);
      row = $(`.message[data-message="${index}"]`, block);
    }
    focusOn(row);
  }

  function focusOn(row) {
    for (let node = row.parentElement; node; node = node.parentElement) if (node.localName === "details") node.open = true;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
    // Rows off the screen have estimated heights: look again when the real ones are known.
    requestAnimationFrame(() => row.scrollIntoView({ block: "center" }));
  }

  function step(chat, by) {
    const rows = all(".excerpt .evidence", chat.article);
    if (!rows.length) return say("This conversation has no evidence list.");
    const active = document.activeElement.closest(".excerpt .message");
    let next = active ? rows.indexOf(active) : -1;
    if (active && next < 0) { // on a message of the context: go to the evidence after or before it
      const after = rows.findIndex((row) => active.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
      next = by > 0 ? (after < 0 ? rows.length : after) : (after < 0 ? rows.length : after) - 1;
    } else next = active ? next + by : by > 0 ? 0 : rows.length - 1;
    if (next < 0 || next >= rows.length) return say(by > 0 ? "That was the last evidence." : "That was the first evidence.");
    focusOn(rows[next]);
    return undefined;
  }

  function mark(row) { // where the reader is, beside the steps and in the picture
    const chat = chatOf(row), index = Number(row.dataset.message);
    const rows = all(".excerpt .evidence", chat.article), place = $(".place", chat.article);
    if (place && rows.includes(row)) place.textContent = `evidence ${rows.indexOf(row) + 1} of ${rows.length}`;
    for (const line of all(".here", chat.article)) {
      const width = line.ownerSVGElement.viewBox.baseVal.width;
      const at = ((index + 0.5) * width) / chat.data.texts.length;
      line.setAttribute("x1", at);
      line.setAttribute("x2", at);
    }
  }

  function plotClicked(chat, plot, event) {
    const box = plot.getBoundingClientRect(), total = chat.data.texts.length;
    const at = Math.min(total - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * total)));
    const lane = plot.dataset.lane;
    const marked = lane === "evidence" ? Object.keys(chat.data.levels).map(Number) : chat.data.timeline[lane] || [at];
    visit(chat, marked.reduce((best, index) => (Math.abs(index - at) < Math.abs(best - at) ? index : best)));
  }

  function stepConversation(by) {
    const summaries = all(".case > summary");
    if (!summaries.length) return;
    const active = document.activeElement, article = active.closest("article.chat");
    // From a group that was jumped to: its first conversation, or the one before it.
    const after = summaries.findIndex((summary) => active.compareDocumentPosition(summary) & Node.DOCUMENT_POSITION_FOLLOWING);
    const next = article ? summaries.indexOf($(".case > summary", article)) + by
      : by > 0 ? after : (after > 0 ? after : summaries.length) - 1;
    if (next < 0 || next >= summaries.length) say(by > 0 ? "That was the last conversation." : "That was the first conversation.");
    else summaries[next].focus();
  }

  // ---- one listener of each kind, whatever the number of messages

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
  const keysAnywhere = { h: hideAll, n: () => stepConversation(1), p: () => stepConversation(-1), "?": () => help.showModal() };

  document.addEventListener("keydown", (event) => {
    if (!keysOn.checked || help.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input")) return;
    if (Object.hasOwn(keysAnywhere, event.key)) keysAnywhere[event.key]();
    else if (Object.hasOwn(keys, event.key)) {
      const chat = current();
      if (chat) keys[event.key](chat, document.activeElement.closest(".message"));
      else say("Open a conversation first: n, then Enter.");
    } else return;
    event.preventDefault();
  });
})();
