//! One exchange, recorded and never judged.
