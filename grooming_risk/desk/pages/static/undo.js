// The offer to undo goes when the ten seconds are over.
import { $ } from "./common.js";

const offer = $(".undo");
if (offer) setTimeout(() => offer.remove(), Number(offer.dataset.seconds) * 1000);
