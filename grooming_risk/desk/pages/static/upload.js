// Drag and drop, folders included, and how much of an upload has been copied.
import { $ } from "./common.js";

const form = $("#bring-in");

async function filesOf(entry, before, found) {
  const path = before + entry.name;
  if (entry.isFile) {
    found.push([path, await new Promise((resolve, reject) => { entry.file(resolve, reject); })]);
    return;
  }
  const reader = entry.createReader();
  for (;;) { // a folder is read in parts
    const inside = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (!inside.length) return;
    for (const inner of inside) await filesOf(inner, `${path}/`, found);
  }
}

function upload(body) {
  const bar = $("#sending"), words = $("#sending-words"), request = new XMLHttpRequest();
  const failed = (text) => {
    bar.hidden = true;
    words.textContent = text || form.dataset.failed;
  };
  bar.hidden = false;
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const share = Math.floor((100 * event.loaded) / event.total);
    bar.value = share;
    words.textContent = form.dataset.sending.replace("{share}", String(share));
  });
  request.addEventListener("load", () => {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { answer = {}; }
    if (request.status === 200 && answer.go) location.assign(answer.go);
    else failed(answer.problem);
  });
  request.addEventListener("error", () => failed(""));
  request.open("POST", form.getAttribute("action"));
  request.setRequestHeader("accept", "application/json");
  request.send(body);
}

function bodyOf(files) {
  const body = new FormData();
  body.append("csrf", document.body.dataset.csrf);
  body.append("language", $("[name=language]", form).value);
  for (const [name, file] of files) body.append("files", file, name);
  return body;
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = [...form.querySelectorAll("input[type=file]")].flatMap((field) => [...field.files]);
    if (chosen.length) upload(bodyOf(chosen.map((file) => [file.webkitRelativePath || file.name, file])));
    else $("input[type=file]", form).focus();
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.toggle("over", kind === "dragover");
    });
  }
  document.addEventListener("drop", async (event) => {
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    const found = [];
    for (const entry of entries) await filesOf(entry, "", found);
    if (found.length) upload(bodyOf(found));
  });
}
