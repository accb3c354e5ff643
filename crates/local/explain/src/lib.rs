//! Says which release a request gets, and why: every rule in order, and what each function does to it.
//!
//! The functions are the real ones; the decision is `edge-routing`'s.
//!
//! Start reading at [`explain`].

mod chain;
mod difference;
mod explanation;
mod rules;
mod text;

use edge_config::Config;
use edge_event::Event;
use edge_time::Timestamp;
use plan_format::PlanProblem;

pub use difference::{Difference, changes};
pub use explanation::{Draw, Explanation, Ran, Sent, Tried, Weight};

use chain::Chain;

/// Says what becomes of a request, and why: every rule in order, and what each function makes of it.
///
/// The functions are the real ones. From the event's own trigger on they run one after the other as on a
/// cache miss; the origin's answer, and in a viewer-request event the origin, are made up: a page for a
/// document, something else for everything else. `plan` is what the parameter holds; without one the
/// configuration's fallback decides.
///
/// # Errors
/// When `plan` is none: [`PlanProblem`].
pub async fn explain(
    event: Event,
    plan: Option<&str>,
    config: &Config,
    now: Timestamp,
) -> Result<Explanation, PlanProblem> {
    let parsed = plan.map(|text| plan_format::parse(text, &config.prefix_template)).transpose()?;
    let account = rules::account(&event, parsed.as_ref(), config, now);
    let chain = Chain::new(plan, config, now).await;
    let triggers = chain.run(event).await;
    Ok(Explanation::new(account, triggers))
}
