//! The planner: a pure function from an instance (people, rooms, services, requests) to a plan of whole courses.
//!
//! No database, no HTTP, no clock: time since the start comes in as a function. The problem is defined exactly by
//! FORMAT.md of the planning instances; `check` holds any plan against it with code of its own.
//!
//! # One course, exactly
//!
//! 1. *Candidates* (`table`): per visit and day every start on the grid at which the patient can come and each kind
//!    has a free resource. Costs depend only on the resources of continuity kinds, so a start keeps the set of their
//!    feasible combinations; for the other kinds it is enough that some choice exists. Needs are
//!    independent of each other unless one resource serves two at once; only then are joint choices searched.
//! 2. *Shortest path* (`relax`, `passes`, `trace`): layers are the main visits; a state is (day, time of day,
//!    continuity resources of the main visit and of its `after_each` visit). Everything priced between consecutive
//!    visits is a sum of independent terms (gap in days, shift in minutes, one change per kind), so a layer
//!    passes to the next by distance transforms along each axis. Attached visits are folded in: the cheapest
//!    `after_each` per combination at each main visit, the cheapest `before` and `after_last` at the end layers.
//!    `current` bookings are prices on single states, `fixed` ones leave a single state.
//! 3. *Own overlaps* (`attach`, `single`): step 2 ignores that the patient's own visits may not overlap, except
//!    for consecutive main visits, which it treats pair by pair where they are near enough. It is a relaxation,
//!    so its cost is a lower bound. If its attached visits can be kept apart at the same price the course is
//!    optimal. Otherwise two visits are under way at one minute, no feasible course has both so, and the search
//!    branches: one or the other is not under way then. Best bound first, so the first course without overlap
//!    is the optimum. Each branch removes a start of a finite set: it ends.
//!
//! Nothing else couples a request's own visits: every phase lies inside its visit, and the visits are disjoint, so no
//! resource ever serves two of them at one moment (two fixed visits may overlap, but they move nothing).
//! Late first visits are looked at only while their delay alone is below the best cost found.
//!
//! *Time*: linear in days x times x combinations per layer (times the width of the gap), a millisecond
//! for six visits in 14 weeks; memory the same. Only the branching is exponential, in instances where a patient's own
//! visits contend for the same minutes. *Ideas*: distance transforms of sampled functions (Felzenszwalb and
//! Huttenlocher 2012), best-first branch and bound (Land and Doig 1960; Lawler 1972 for the alternatives).
//!
//! # Why not, and what if
//!
//! `explain` leaves out the rules of a request one, two or three at a time (`binding`) until it can be planned, and plans
//! it with small changes (`change`, `relaxation`) to offer. `capacity` inserts courses of one kind until none fits, and again
//! with one more room, person or day. Both ask nothing but the exact search above.
//!
//! # Many courses
//!
//! `cohort`: insertion in a few orders, then large-neighbourhood search, each course planned exactly against the load
//! of the others. `bound` is raised beside it: first the sum of the optima of each request alone, then what they would cost if
//! contended time had a price.

mod alone;
mod alternatives;
mod assign;
mod attach;
mod binding;
mod board;
mod bound;
mod capacity;
mod capacity_count;
mod capacity_json;
#[cfg(test)]
mod capacity_tests;
mod cells;
mod certify;
mod change;
pub mod check;
mod check_load;
mod cohort;
#[cfg(test)]
mod cohort_test;
mod compile;
mod compile_request;
pub mod cost;
mod course;
pub mod document;
mod error;
mod explain;
#[cfg(test)]
mod explain_tests;
mod follow;
#[doc(hidden)]
pub mod generate;
mod generate_tiny;
mod instance;
mod load;
mod localtime;
mod nodes;
mod passes;
mod plan;
mod prices;
mod reader;
mod reason;
mod relax;
mod relaxation;
mod rng;
mod search;
mod single;
mod table;
#[cfg(test)]
mod tests;
mod trace;
mod utilization;
mod values;

pub use alternatives::{Restrictions, alternatives};
pub use binding::Binding;
pub use capacity::{Capacity, CapacityOptions, DayGain, KindGain, capacity};
pub use certify::reach;
pub use check::{Violation, VisitRef, check};
pub use cost::{CostCause, CostItem, breakdown};
pub use course::{Plan, PlannedCourse, PlannedVisit, Status, Unplanned};
pub use error::InstanceError;
pub use explain::explain;
pub use instance::{Instance, Role};
pub use plan::{PlanOptions, plan};
pub use reason::{Change, DayPart, Explanation, Missing, Reason, Relaxation};
pub use utilization::{KindUse, Week};
