"""The pages of the desk, with their templates, styles and scripts."""
