//! The pages of this noun, as plain data: filled in by handlers, laid out by templates.
