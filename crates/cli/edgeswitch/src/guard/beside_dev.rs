use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use edge_time::Clock;
use edgeswitch_dev::{Guard, GuardRun as Told, GuardSite};
use futures_util::future::LocalBoxFuture;

use crate::aws::Account;
use crate::control::{ProjectError, Target};
use crate::guard::{GuardRun, Invoked, Unattended};
use crate::logs::ReadLimits;

/// The guard beside `edgeswitch dev`: it runs the deployed function's code on the local Parameter Store.
pub(crate) struct BesideDev {
    target: Target,
    account: Account,
    clock: Arc<dyn Clock>,
    /// The guard of the last configuration that was valid.
    newest: RefCell<Option<Rc<Unattended>>>,
}

impl BesideDev {
    pub(crate) fn boxed(site: GuardSite<'_>) -> Box<dyn Guard> {
        let GuardSite { config, endpoint, clock } = site;
        let account = Account::local(&endpoint);
        let (config, local) = (Some(config.to_owned()), Some(Some(endpoint)));
        let target = Target { config, local, ..Target::default() };
        Box::new(Self { target, account, clock, newest: RefCell::default() })
    }

    /// Reads the configuration again. As `edgeswitch dev` does, it goes on with the last one while the file is broken,
    /// and until a restart if the file names another parameter.
    fn newest(&self) -> Result<Rc<Unattended>, ProjectError> {
        let mut newest = self.newest.borrow_mut();
        let found = match (Unattended::find(&self.target), newest.as_ref()) {
            (Ok(found), Some(last)) if !found.watches_the_plan_of(last) => Rc::clone(last),
            (Ok(found), _) => Rc::new(found),
            (Err(_), Some(last)) => Rc::clone(last),
            (Err(error), None) => return Err(error),
        };
        *newest = Some(Rc::clone(&found));
        Ok(found)
    }

    async fn run(&self, event: &str) -> Told {
        let trouble = |problem: String| Told { trouble: vec![problem], ..Told::default() };
        let guard = match self.newest() {
            Ok(guard) => guard,
            Err(error) => return trouble(error.to_string()),
        };
        match guard.invoke(&self.account, &*self.clock, event, ReadLimits::default()).await {
            Invoked::Ran(GuardRun { holds, did, trouble, .. }) => Told { holds, did, trouble },
            Invoked::Refused(reason) => trouble(reason),
        }
    }
}

impl Guard for BesideDev {
    fn invoke<'a>(&'a self, event: &'a str) -> LocalBoxFuture<'a, Told> {
        Box::pin(self.run(event))
    }
}
