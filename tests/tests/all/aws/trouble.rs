//! Faults between the program and AWS.

use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::{Duration, Instant};

use plan_format::{ReleaseDefaults, parse};
use serde_json::Value;
use testkit::{Microburst, Ministack, Tools};

use crate::aws::account::shared;
use crate::aws::shop::Shop;

const LONGEST_WAIT: Duration = Duration::from_secs(60);

static SHARED: Mutex<Weak<Trouble>> = Mutex::new(Weak::new());

/// A proxy that injects faults, and the account behind it.
pub(crate) struct Trouble {
    pub(crate) microburst: Microburst,
    _account: Arc<Ministack>,
}

impl Trouble {
    /// The proxy that all tests share, each with its own parameter. It ends with the last test that uses it.
    pub(crate) fn shared() -> Arc<Self> {
        let mut last = SHARED.lock().unwrap();
        if let Some(trouble) = last.upgrade() {
            return trouble;
        }
        let account = shared();
        let microburst = Microburst::start(&Tools::find().unwrap(), account.endpoint()).unwrap();
        let trouble = Arc::new(Self { microburst, _account: account });
        *last = Arc::downgrade(&trouble);
        trouble
    }

    /// Injects a fault into one operation on the shop's parameter. Returns the shop and the number of the fault.
    pub(crate) fn befall(&self, shop: Shop, operation: &str, mut fault: Value) -> (Shop, u64) {
        fault["service"] = "ssm".into();
        fault["operation"] = operation.into();
        fault["body"] = format!("Name == '{}'", shop.parameter()).into();
        let rule = self.microburst.add(&fault).unwrap();
        (shop.through(self.microburst.endpoint()), rule)
    }

    /// Waits until the fault has occurred.
    pub(crate) fn until(&self, rule: u64) {
        let began = Instant::now();
        while self.microburst.fired(rule).unwrap() == 0 {
            assert!(began.elapsed() < LONGEST_WAIT, "the fault did not occur");
        }
    }
}

/// Runs all rows at the same time, because each of them mostly waits.
pub(crate) fn at_once<T: Send>(rows: impl IntoIterator<Item = T>, row: impl Fn(T) + Sync) {
    thread::scope(|scope| {
        for one in rows {
            scope.spawn(|| row(one));
        }
    });
}

/// The revisions of plans.
pub(crate) fn revisions(texts: &[String]) -> Vec<u64> {
    let plan = |text: &String| parse(text, &ReleaseDefaults::default()).unwrap();
    texts.iter().map(|text| plan(text).revision()).collect()
}
