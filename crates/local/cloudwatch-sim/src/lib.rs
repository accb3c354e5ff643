//! CloudWatch's alarms on loopback. They watch no metrics: a person switches them.
//!
//! [`Alarms`] holds them and says when one changes. [`api`] gives them to AWS's SDK.
//!
//! It knows no releases and no plans. `DIFFERENCES.md` lists every known difference from CloudWatch.

mod alarm;
mod alarms;
mod api;
mod transition;
mod wire;

pub use alarm::{Alarm, AlarmState};
pub use alarms::{Alarms, NoSuchAlarm};
pub use api::api;
pub use transition::Transition;
