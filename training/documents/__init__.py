"""Model card, README blocks, figures and bill of materials, rendered from results."""
