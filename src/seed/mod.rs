//! Resource pages in, links out: one file per format, one shared outline.
