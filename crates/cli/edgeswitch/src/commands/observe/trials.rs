use edge_config::{Config, Gate};
use edge_time::Timestamp;
use observation::Plans;
use release_trial::{Judgement, Ledger, Trial};

use super::ObserveArgs;
use crate::gate::{GateError, GateOptions, Terms};

/// How the releases are compared that were on trial, as `gate` with these logs does it.
pub(super) fn terms(
    args: &ObserveArgs,
    config: Option<&Config>,
    gate: &Gate,
) -> Result<Terms, GateError> {
    let options = GateOptions { logs: Some(args.logs.clone()), ..GateOptions::default() };
    let settings = options.settings(gate, args.target.local.is_some())?;
    Ok(Terms::of(config, &settings))
}

/// A ledger for each trial that had not ended before `since`.
pub(super) fn ledgers(
    terms: &Terms,
    plans: &Plans,
    since: Option<Timestamp>,
    now: Timestamp,
) -> Vec<Ledger> {
    let trials = Trial::all(plans.written(), now).into_iter();
    let trials = trials.filter(|trial| since.is_none_or(|since| since < trial.until()));
    trials.map(|trial| terms.ledger(trial, now)).collect()
}

/// The verdicts about the trials of which the logs say something.
pub(super) fn judgements(terms: &Terms, ledgers: Vec<Ledger>) -> Result<Vec<Judgement>, GateError> {
    let seen = ledgers.into_iter().filter(|ledger| ledger.seen().counted > 0);
    seen.map(|ledger| terms.judge(ledger)).collect()
}
