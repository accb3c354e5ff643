use plan_store::{Fetch, PlanStore, StoreError, StoreErrorKind};
use ssm_sim::{ErrorCode, ParameterStore, SsmError};

/// A plan store that reads a parameter of [`ssm_sim`] directly, for functions in the same process.
///
/// Its errors have the same kinds as those of `plan_store_ssm::SsmStore` when it reads the same store through
/// an [`Endpoint`](ssm_sim::Endpoint). A read is one attempt in one Region, without a timeout.
#[derive(Clone)]
pub struct SimulatedParameter {
    store: ParameterStore,
    name: String,
}

impl SimulatedParameter {
    /// Reads the parameter `name` in the store's Region.
    pub fn new(store: ParameterStore, name: impl Into<String>) -> Self {
        Self { store, name: name.into() }
    }

    async fn read(&self) -> Result<String, StoreError> {
        let parameter = self.store.get(&self.name).await.map_err(|error| self.describe(&error))?;
        Ok(parameter.value)
    }

    fn describe(&self, error: &SsmError) -> StoreError {
        let (name, region) = (&self.name, self.store.region());
        StoreError::new(kind(error), format!("parameter `{name}` in `{region}`: {error}"))
    }
}

impl PlanStore for SimulatedParameter {
    fn name(&self) -> &str {
        &self.name
    }

    fn fetch(&self) -> Fetch<'_> {
        Box::pin(self.read())
    }
}

fn kind(error: &SsmError) -> StoreErrorKind {
    let code = match error {
        SsmError::Service(error) => error.code,
        SsmError::Dropped => return StoreErrorKind::Other,
    };
    match code {
        ErrorCode::ThrottlingException => StoreErrorKind::Throttled,
        ErrorCode::AccessDeniedException => StoreErrorKind::Denied,
        ErrorCode::ParameterNotFound | ErrorCode::ParameterVersionNotFound => {
            StoreErrorKind::Missing
        }
        ErrorCode::HierarchyLevelLimitExceededException
        | ErrorCode::InternalServerError
        | ErrorCode::InvalidNextToken
        | ErrorCode::ParameterAlreadyExists
        | ErrorCode::ParameterMaxVersionLimitExceeded
        | ErrorCode::SerializationException
        | ErrorCode::UnknownOperationException
        | ErrorCode::UnsupportedParameterType
        | ErrorCode::ValidationException => StoreErrorKind::Other,
    }
}
