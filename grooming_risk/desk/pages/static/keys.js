// Keys of the queue, and whether keys are used at all. They never act while somebody types.
import { $, all } from "./common.js";

const SETTING = "desk-keys";
const box = $("#keys-on");

export const keysOn = () => localStorage.getItem(SETTING) !== "off";
export const typing = (event) => event.ctrlKey || event.metaKey || event.altKey
  || event.target.closest("input, textarea, select, [contenteditable]") !== null;

if (box) {
  box.checked = keysOn();
  box.addEventListener("change", () => localStorage.setItem(SETTING, box.checked ? "on" : "off"));
}

document.addEventListener("keydown", (event) => {
  const links = all(".case-link");
  if (!links.length || !keysOn() || typing(event) || !["j", "k"].includes(event.key)) return;
  const at = links.indexOf(document.activeElement);
  const next = event.key === "j" ? Math.min(links.length - 1, at + 1) : Math.max(0, at < 0 ? links.length - 1 : at - 1);
  links[next].focus();
  event.preventDefault();
});
