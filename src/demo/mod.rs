//! A small faulty web on loopback, played from data files.
