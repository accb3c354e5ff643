use aws_sdk_athena::Client;
use aws_sdk_athena::types::{
    QueryExecution, QueryExecutionContext, QueryExecutionState, ResultConfiguration, Row,
};

use crate::aws::AwsError;
use crate::aws::sdk_error::describe;

/// Athena in a Region, called through AWS's SDK.
#[derive(Debug, Clone)]
pub(crate) struct Athena {
    client: Client,
}

/// A statement, and where it runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement<'a> {
    pub(crate) text: &'a str,
    pub(crate) database: &'a str,
    pub(crate) workgroup: &'a str,
    /// Where the answer is written. `None`: where the workgroup says.
    pub(crate) output: Option<&'a str>,
}

/// How far a statement is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AthenaState {
    /// It waits for others.
    Queued,
    Running,
    Done {
        /// The bytes that were read.
        scanned: u64,
    },
    /// The reason, in Athena's words.
    Failed(String),
}

/// A part of an answer. `None` is `NULL`.
#[derive(Debug, Default)]
pub(crate) struct AnswerPage {
    pub(crate) rows: Vec<Vec<Option<String>>>,
    /// What the next part is asked with.
    pub(crate) next: Option<String>,
}

impl Athena {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Starts a statement, and returns its id. The SDK's token keeps a repeated call from starting it twice.
    pub(crate) async fn start(&self, statement: Statement<'_>) -> Result<String, AwsError> {
        let Statement { text, database, workgroup, output } = statement;
        let context = QueryExecutionContext::builder().database(database).build();
        let result = output.map(|at| ResultConfiguration::builder().output_location(at).build());
        let request = self.client.start_query_execution().query_string(text).work_group(workgroup);
        let request = request.query_execution_context(context).set_result_configuration(result);
        let doing = || format!("start a query in workgroup `{workgroup}` of Athena");
        let started = request.send().await.map_err(|error| describe(&error, doing()))?;
        Ok(started.query_execution_id.unwrap_or_default())
    }

    pub(crate) async fn state(&self, id: &str) -> Result<AthenaState, AwsError> {
        let read = self.client.get_query_execution().query_execution_id(id).send().await;
        let read =
            read.map_err(|error| describe(&error, format!("look at query `{id}` of Athena")))?;
        Ok(read.query_execution.map_or(AthenaState::Queued, state))
    }

    /// A part of the answer, after the one that named `after`.
    pub(crate) async fn answer(
        &self,
        id: &str,
        after: Option<String>,
    ) -> Result<AnswerPage, AwsError> {
        let request = self.client.get_query_results().query_execution_id(id).set_next_token(after);
        let read = request.send().await;
        let doing = || format!("read the answer of query `{id}` of Athena");
        let read = read.map_err(|error| describe(&error, doing()))?;
        let rows = read.result_set.and_then(|set| set.rows).unwrap_or_default();
        Ok(AnswerPage { rows: rows.into_iter().map(values).collect(), next: read.next_token })
    }
}

/// A state that this program does not know is not yet the end.
fn state(execution: QueryExecution) -> AthenaState {
    let scanned = execution.statistics.and_then(|numbers| numbers.data_scanned_in_bytes);
    let scanned = scanned.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default();
    let Some(status) = execution.status else { return AthenaState::Queued };
    let reason = status.state_change_reason.unwrap_or_default();
    match status.state {
        Some(QueryExecutionState::Succeeded) => AthenaState::Done { scanned },
        Some(QueryExecutionState::Failed) => AthenaState::Failed(reason),
        Some(QueryExecutionState::Cancelled) => AthenaState::Failed(format!("cancelled: {reason}")),
        Some(QueryExecutionState::Queued) | None => AthenaState::Queued,
        Some(_) => AthenaState::Running,
    }
}

fn values(row: Row) -> Vec<Option<String>> {
    row.data.unwrap_or_default().into_iter().map(|datum| datum.var_char_value).collect()
}
