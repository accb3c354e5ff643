use std::sync::Arc;
use std::time::Duration;

use edge_config::Config;
use edge_time::Timestamp;
use plan_change::MARGIN;
use plan_format::Refresh;
use release_trial::{Judgement, Ledger, Trial};
use release_verdict::{Kind, Settings};

use super::{GateError, GateSettings};

/// How the releases of a trial are compared: by the configuration and the settings.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    /// The path of beacons, if the pages send any.
    pub(crate) beacon: Option<Arc<str>>,
    /// How long edge locations may have the shares from before a change.
    settling: Duration,
    lateness: Duration,
    verdict: Settings,
}

impl Terms {
    pub(crate) fn of(config: Option<&Config>, settings: &GateSettings) -> Self {
        let refresh = config.map_or_else(Refresh::default, |config| config.refresh);
        let beacon = config.and_then(|config| config.observe.beacon.as_deref());
        Self {
            beacon: beacon.map(Arc::from),
            settling: refresh.hard_ttl + MARGIN,
            lateness: settings.lateness,
            verdict: settings.verdict,
        }
    }

    /// The ledger of a trial, for a look at `now`.
    pub(crate) fn ledger(&self, trial: Trial, now: Timestamp) -> Ledger {
        Ledger::new(trial, now, self.lateness, self.settling)
    }

    /// The verdict about what a ledger has seen.
    pub(crate) fn judge(&self, ledger: Ledger) -> Result<Judgement, GateError> {
        Ok(ledger.judge(self.verdict, &self.kinds())?)
    }

    /// The kinds of errors by which releases are compared. Each one that nobody can meet would make the others slower to
    /// tell.
    fn kinds(&self) -> Vec<Kind> {
        let page_error = self.beacon.as_ref().map(|_| Kind::PageError);
        [Kind::ServerError, Kind::MissingFile].into_iter().chain(page_error).collect()
    }

    /// How often a candidate that is not worse may be called worse.
    pub(crate) fn alpha(&self) -> f64 {
        self.verdict.alpha
    }
}
