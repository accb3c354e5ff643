use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use edge_time::{Clock, Timestamp};
use tokio::sync::watch;

use crate::account::Account;
use crate::error::{ErrorCode, ServiceError, SsmError};
use crate::fault::{Call, Faults};
use crate::label;
use crate::name;
use crate::page::{HistoryPage, Page};
use crate::parameter_version::ParameterVersion;
use crate::put::Put;
use crate::state::{State, Version, no_version};
use crate::state_file::{OpenError, StateFile};

/// The account of all parameters, which is AWS's example.
pub const ACCOUNT_ID: &str = "123456789012";
/// The default Region.
pub const HOME_REGION: &str = "us-east-1";
/// For calls that do not name a user.
const NO_USER: &str = "";

/// Parameter Store in one Region of one account. A clone is another handle to the same store.
///
/// The [faults](Self::faults) that are switched on apply to every call.
#[derive(Clone)]
pub struct ParameterStore {
    account: Arc<Account>,
    region: Arc<str>,
    faults: Faults,
}

impl ParameterStore {
    /// An empty store in memory, in [`HOME_REGION`]. `clock` gives the time of each version.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::of(Arc::new(Account::new(clock, None, State::default())), HOME_REGION)
    }

    /// A store that keeps the parameters of all Regions in the file at `path`. If the file does not exist,
    /// creates it and its folder.
    ///
    /// # Errors
    /// When the file cannot be read or created, or its content is invalid. It is then left unchanged.
    pub fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let (file, state) = StateFile::open(path)?;
        Ok(Self::of(Arc::new(Account::new(clock, Some(file), state)), HOME_REGION))
    }

    /// Like [`open`](Self::open), but without the parameters that the file holds.
    ///
    /// # Errors
    /// When another store has the file open, or it cannot be written.
    pub fn open_empty(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let (file, state) = StateFile::replace(path)?;
        Ok(Self::of(Arc::new(Account::new(clock, Some(file), state)), HOME_REGION))
    }

    /// The same account in another Region, which has its own parameters and faults.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        Self::of(Arc::clone(&self.account), region)
    }

    fn of(account: Arc<Account>, region: &str) -> Self {
        let faults = account.faults(region);
        Self { account, region: region.into(), faults }
    }

    /// The store's Region, such as `us-east-1`.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The faults of this Region.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The number of writes in all Regions since the start. It changes with every write.
    #[must_use]
    pub fn writes(&self) -> watch::Receiver<u64> {
        self.account.writes()
    }

    /// `GetParameter`: the latest version of `/shop/plan`, or version 3 with `/shop/plan:3`.
    ///
    /// # Errors
    /// `ParameterNotFound`, `ParameterVersionNotFound`, `ValidationException`, and the faults of reads.
    pub async fn get(&self, name: &str) -> Result<ParameterVersion, SsmError> {
        let fault = self.faults.reads.inject(&self.call("GetParameter", name, NO_USER)).await?;
        fault.apply(self.look_up(name)?, ParameterVersion::replace_value)
    }

    /// The latest version, for diagnostics: without faults.
    #[must_use]
    pub fn peek(&self, name: &str) -> Option<ParameterVersion> {
        self.look_up(name).ok()
    }

    /// All versions, the oldest first, for diagnostics: without faults. None of a parameter that does not exist.
    #[must_use]
    pub fn peek_history(&self, name: &str) -> Vec<ParameterVersion> {
        self.account.read(|state| {
            let versions = state.versions(&self.region, name).into_iter().flatten();
            versions.map(|one| self.parameter(name, one)).collect()
        })
    }

    /// `GetParameters`: the parameters that exist, and the names of those that do not.
    ///
    /// # Errors
    /// `ValidationException`, and the faults of reads.
    pub async fn get_all(
        &self,
        names: &[String],
    ) -> Result<(Vec<ParameterVersion>, Vec<String>), SsmError> {
        let first = names.first().map_or("", String::as_str);
        let fault = self.faults.reads.inject(&self.call("GetParameters", first, NO_USER)).await?;
        let mut found = (Vec::new(), Vec::new());
        for name in names {
            match self.look_up(name) {
                Ok(parameter) => found.0.push(parameter),
                Err(error) if error.code == ErrorCode::ValidationException => {
                    return Err(error.into());
                }
                Err(_) => found.1.push(name.clone()),
            }
        }
        fault.apply(found, |found, value| {
            found.0.iter_mut().for_each(|parameter| parameter.replace_value(value));
        })
    }

    /// `GetParameterHistory`: the kept versions (the last 100), oldest first.
    ///
    /// # Errors
    /// `ParameterNotFound`, `InvalidNextToken`, `ValidationException`, and the faults of reads.
    pub async fn history(&self, name: &str, page: &Page) -> Result<HistoryPage, SsmError> {
        let call = self.call("GetParameterHistory", name, NO_USER);
        let fault = self.faults.reads.inject(&call).await?;
        let name = name::check(name)?;
        let versions = self.account.read(|state| {
            let versions = state.versions(&self.region, name)?;
            Ok::<_, ServiceError>(versions.iter().map(|one| self.parameter(name, one)).collect())
        })?;
        fault.apply(page.of(versions)?, |_, _| ())
    }

    /// `PutParameter`: writes the next version, 1 for a new parameter, and returns its number.
    ///
    /// # Errors
    /// `ParameterAlreadyExists`, `ParameterMaxVersionLimitExceeded` when the oldest of 100 versions has a label,
    /// `ValidationException`, `HierarchyLevelLimitExceededException`,
    /// `AccessDeniedException` for a reserved name, `InternalServerError` when the state file cannot be
    /// written, and the faults of writes.
    pub async fn put(&self, put: Put) -> Result<u64, SsmError> {
        let call = self.call("PutParameter", &put.name, &put.user);
        let fault = self.faults.writes.inject(&call).await?;
        let name = name::check_new(&put.name, &call.arn)?.to_owned();
        put.check()?;
        let version =
            self.account.write(|state, Timestamp(now)| state.put(&self.region, &name, put, now))?;
        fault.apply(version, |_, _| ())
    }

    /// `LabelParameterVersion`: puts labels on a version, or on the latest one, and takes them off the others.
    /// Returns the version, and the labels that Parameter Store does not allow.
    ///
    /// # Errors
    /// `ParameterNotFound`, `ParameterVersionNotFound`, `ValidationException`, `InternalServerError` when the
    /// state file cannot be written, and the faults of writes.
    pub async fn label(
        &self,
        name: &str,
        version: Option<u64>,
        labels: &[String],
    ) -> Result<(u64, Vec<String>), SsmError> {
        let call = self.call("LabelParameterVersion", name, NO_USER);
        let fault = self.faults.writes.inject(&call).await?;
        let name = name::check(name)?;
        let (allowed, invalid) = label::check(labels);
        let labelled =
            self.account.write(|state, _| state.label(&self.region, name, version, &allowed))?;
        fault.apply((labelled, invalid), |_, _| ())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.account.now()
    }

    /// `DeleteParameter`: deletes the parameter with all its versions.
    ///
    /// # Errors
    /// `ParameterNotFound`, `ValidationException`, `InternalServerError` when the state file cannot be
    /// written, and the faults of writes.
    pub async fn delete(&self, name: &str) -> Result<(), SsmError> {
        let call = self.call("DeleteParameter", name, NO_USER);
        let fault = self.faults.writes.inject(&call).await?;
        let name = name::check(name)?;
        self.account.write(|state, _| state.delete(&self.region, name))?;
        fault.apply((), |(), _| ())
    }

    fn call(&self, operation: &'static str, name: &str, user: &str) -> Call {
        Call { operation, user: user_arn(user), arn: self.arn(name) }
    }

    fn look_up(&self, asked: &str) -> Result<ParameterVersion, ServiceError> {
        let (name, wanted) = match asked.split_once(':') {
            Some((name, wanted)) => (name, Some(wanted)),
            None => (asked, None),
        };
        let name = name::check(name)?;
        self.account.read(|state| {
            let versions = state.versions(&self.region, name)?;
            let version = pick(versions, wanted).map_err(|wanted| no_version(name, wanted))?;
            let selector = wanted.map(|wanted| format!(":{wanted}"));
            Ok(ParameterVersion { selector, ..self.parameter(name, version) })
        })
    }

    fn parameter(&self, name: &str, version: &Version) -> ParameterVersion {
        ParameterVersion {
            name: name.to_owned(),
            arn: self.arn(name),
            selector: None,
            version: version.version,
            value: version.value.clone(),
            description: version.description.clone(),
            last_modified: Timestamp(version.last_modified_ms),
            last_modified_user: user_arn(&version.user),
            labels: version.labels.clone(),
        }
    }

    fn arn(&self, name: &str) -> String {
        let path = name.trim_start_matches('/');
        format!("arn:aws:ssm:{}:{ACCOUNT_ID}:parameter/{path}", self.region)
    }
}

/// The version with the wanted number or label, or the latest one.
///
/// # Errors
/// The text that names no version.
fn pick<'a>(
    versions: &'a VecDeque<Version>,
    wanted: Option<&'a str>,
) -> Result<&'a Version, &'a str> {
    let found = match wanted {
        None => versions.back(),
        Some(wanted) => versions.iter().find(|one| {
            wanted.parse() == Ok(one.version) || one.labels.iter().any(|label| label == wanted)
        }),
    };
    found.ok_or(wanted.unwrap_or_default())
}

fn user_arn(user: &str) -> String {
    let user = if user.is_empty() { "local" } else { user };
    format!("arn:aws:iam::{ACCOUNT_ID}:user/{user}")
}
