// Moving between messages, pieces of evidence and conversations.
/* global $, all, chatOf, say, build */
/* exported visit, step, mark, plotClicked, stepConversation */
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
  for (let node = row.parentElement; node; node = node.parentElement) {
    if (node.localName === "details") node.open = true;
  }
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "center" });
  // Rows off the screen have estimated heights: scroll again when the real ones are known.
  requestAnimationFrame(() => row.scrollIntoView({ block: "center" }));
}

function step(chat, by) {
  const rows = all(".excerpt .evidence", chat.article);
  if (!rows.length) {
    say("This conversation has no list of evidence.");
    return;
  }
  const active = document.activeElement.closest(".excerpt .message");
  let next = active ? rows.indexOf(active) : -1;
  if (active && next < 0) { // on a message around the evidence: go to the next or previous piece
    const after = rows.findIndex((row) => active.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
    next = by > 0 ? (after < 0 ? rows.length : after) : (after < 0 ? rows.length : after) - 1;
  } else next = active ? next + by : by > 0 ? 0 : rows.length - 1;
  if (next < 0 || next >= rows.length) say(`That was the ${by > 0 ? "last" : "first"} piece of evidence.`);
  else focusOn(rows[next]);
}

function mark(row) { // show where the reader is, in the toolbar and in the picture
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
  // From the heading of a group: its first conversation, or the conversation before it.
  const follows = (summary) => active.compareDocumentPosition(summary) & Node.DOCUMENT_POSITION_FOLLOWING;
  const after = summaries.findIndex(follows);
  const next = article ? summaries.indexOf($(".case > summary", article)) + by
    : by > 0 ? after : (after > 0 ? after : summaries.length) - 1;
  if (next < 0 || next >= summaries.length) say(`That was the ${by > 0 ? "last" : "first"} conversation.`);
  else summaries[next].focus();
}
