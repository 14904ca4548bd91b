"""Everything that makes an artefact; nothing in the library imports it."""
