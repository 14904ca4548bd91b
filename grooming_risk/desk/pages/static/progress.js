// How far an import is; the page is loaded again when it is done, so that links to what was read appear.
import { $ } from "./common.js";

const part = $("#import");

async function look() {
  let found = null;
  try {
    const answer = await fetch(part.dataset.progress, { headers: { accept: "application/json" } });
    if (answer.ok) found = await answer.json();
  } catch { /* the desk was stopped; the next look may find it again */ }
  if (found) {
    $("#progress-words").textContent = found.words;
    $("#progress").max = found.files || 1;
    $("#progress").value = found.finished;
    if (found.state !== part.dataset.state) {
      location.reload();
      return;
    }
  }
  setTimeout(look, 1000);
}

if (part && part.dataset.state === "open") setTimeout(look, 500);
