//! Documents to metadata: one file per source, one reconciler, provenance for every field.
