//! Explains which release a request gets and why: every rule in order, and what each function does.
//!
//! It decides nothing itself. It runs the real functions, and takes the decision from `edge-routing`.
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
pub use explanation::{Draw, Explanation, FunctionRun, ReleaseWeight, Sent, Tried};

use chain::Chain;

/// Explains the release of a request: every rule in order, and what each function does.
///
/// Runs the function of the event's trigger and those after it, as on a cache miss. The origin's response is
/// made up: HTML for a document, another type for everything else. For a viewer-request event the origin is
/// made up too. `plan` is the parameter's text; if there is none, the configuration's fallback decides.
///
/// # Errors
/// [`PlanProblem`], when `plan` is invalid.
pub async fn explain(
    event: Event,
    plan: Option<&str>,
    config: &Config,
    now: Timestamp,
) -> Result<Explanation, PlanProblem> {
    let parsed = plan.map(|text| plan_format::parse(text, &config.release_defaults)).transpose()?;
    let trace = rules::trace(&event, parsed.as_ref(), config, now);
    let chain = Chain::new(plan, config, now, trace.kind).await;
    let triggers = chain.run(event).await;
    Ok(Explanation::new(trace, triggers))
}
