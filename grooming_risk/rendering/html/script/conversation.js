// The whole conversation, laid out one block at a time.
/* global $, paint */
/* exported build */
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
