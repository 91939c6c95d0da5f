//! Places where the program can be told to die, so that tests see what a crash at each of them leaves behind.
//!
//! A debug build aborts at the place that the variable `FAILPOINTS` names; a release build knows no such places.

/// Dies here, as if the machine had lost power, if this place is the one named.
pub fn hit(place: &str) {
    if cfg!(debug_assertions) && std::env::var("FAILPOINTS").is_ok_and(|named| named == place) {
        std::process::abort();
    }
}
