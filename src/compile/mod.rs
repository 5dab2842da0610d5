//! Curated text and harvested metadata merged into a compilation.
