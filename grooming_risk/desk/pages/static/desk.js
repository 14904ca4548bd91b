// What pages can do beyond forms and links. Everything works without this, except keys.
import "./zone.js";
import "./undo.js";
import "./keys.js";
import "./case.js";
import "./upload.js";
import "./progress.js";
