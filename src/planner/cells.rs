//! The states of one layer of the shortest path, and the integers they are held in.

use super::instance::Role;
use super::nodes::NEVER;
use super::search::Search;

/// Integers a layer is held in: `i32` where every sum provably fits (twice as fast), else `i64`.
pub(super) trait Cell: Copy + Ord + std::ops::Add<Output = Self> {
    const NEVER: Self;
    fn of(value: i64) -> Self;
    fn value(self) -> i64;
}

impl Cell for i32 {
    const NEVER: i32 = 1 << 29;
    fn of(value: i64) -> i32 {
        if value >= NEVER { Self::NEVER } else { value as i32 }
    }
    fn value(self) -> i64 {
        i64::from(self)
    }
}

impl Cell for i64 {
    const NEVER: i64 = NEVER;
    fn of(value: i64) -> i64 {
        value
    }
    fn value(self) -> i64 {
        self
    }
}

/// One layer: cheapest cost of reaching each state, node costs included.
pub(super) struct Layer<C> {
    pub days: Vec<i64>,
    pub cells: Vec<C>,
}

/// The dimensions all layers share.
pub(super) struct Shape {
    /// Times of day, ascending.
    pub times: Vec<i64>,
    /// (size, stride) of each continuity kind of main and after visits.
    pub dims: Vec<(usize, usize)>,
    pub combos: usize,
    pub shift: i64,
    pub change: i64,
}

/// Whether main visits `k - 1` and `k` are both fixed: no rule holds between them then.
pub(super) fn both_fixed(s: &Search, k: usize) -> bool {
    s.fixed(Role::Main, k).is_some() && s.fixed(Role::Main, k - 1).is_some()
}
