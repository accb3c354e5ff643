//! The same counts, by a query that Athena runs.

mod error;
mod options;
mod run;

use std::io::BufRead;

use access_log::Input;
use edge_config::Config;
use indicatif::DecimalBytes;
use observation::By;
use observation_sql::{Answer, Form, LONGEST, Query, dollars, sources};
use serde::Serialize;
use terminal_text::Lines;
use tokio::task::spawn_blocking;

use super::{ObserveArgs, ObserveError, Observed, SpanOfTime, by};
use crate::aws::{LogObject, US_EAST_1};
use crate::control::Session;
use crate::logs::{Found, Listed, are_in_a_bucket, list};

pub(super) use error::AthenaError;
pub(super) use options::AthenaArgs;
use options::Place;

/// The lines of a log in which its form is looked for.
const LOOKED_AT: usize = 50;

/// The cost of a query, for `--output json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Cost {
    /// The id of the query in Athena. `None`: it did not run.
    pub(super) query: Option<String>,
    pub(super) bytes: u64,
    pub(super) dollars: f64,
}

impl Cost {
    fn of(bytes: u64, query: Option<String>) -> Self {
        Self { query, bytes, dollars: dollars(bytes) }
    }
}

/// What is going to run.
#[derive(Serialize)]
struct Plan {
    schema: u8,
    logs: usize,
    athena: Cost,
    /// One for each table, and the query.
    statements: Vec<String>,
}

/// Counts in Athena. `None`: only the plan was printed.
pub(super) async fn count(
    args: &ObserveArgs,
    config: Option<&Config>,
    session: &mut Session<'_>,
) -> Result<Option<Observed>, ObserveError> {
    check(args)?;
    let (place, by) = (Place::of(args)?, by(args));
    let since = args.since.map(|since| since.from(session.clock.now()));
    let sign = session.console.spinner(&format!("listing {}", args.logs.display()))?;
    let listed = list(&args.logs, since, session.cloud).await;
    sign.finish_and_clear();
    let listed = listed?;
    let form = form(&listed).await?;
    let keys = listed.objects.iter().map(|object| object.key.as_str());
    let sources = sources(listed.bucket.name(), keys).map_err(AthenaError::Layout)?;
    let rules = config.map(|config| config.rules.clone()).unwrap_or_default();
    let query = Query {
        database: &place.database,
        sources: &sources,
        form: &form,
        rules: &rules,
        beacon: config.and_then(|config| config.observe.beacon.as_deref()),
        since,
        by_minute: by == Some(By::Minute),
    };
    let tables = sources.iter().map(|source| source.table.statement(&place.database));
    let mut statements: Vec<String> = tables.collect();
    statements.push(query.text());
    let plan = plan(&listed.objects, statements)?;
    if args.athena.dry_run {
        session.console.print(lines(&plan), &plan)?;
        return Ok(None);
    }
    agree(args, &plan, session).await?;
    let region = listed.bucket.region().unwrap_or_else(|| US_EAST_1.into());
    let athena = session.cloud.deployer().athena(&region);
    let (rows, cost) = run::run(&athena, &place, &plan.statements, session).await?;
    observed(&rows, cost, by, listed.objects.len()).map(Some)
}

/// What a query cannot do.
fn check(args: &ObserveArgs) -> Result<(), AthenaError> {
    if !are_in_a_bucket(&args.logs) {
        return Err(AthenaError::NoBucket(args.logs.clone()));
    }
    if args.replay || args.plans.is_some() || args.target.local.is_some() {
        return Err(AthenaError::NoReplay);
    }
    if args.report.is_some() {
        return Err(AthenaError::NoReport);
    }
    match args.by {
        Some(SpanOfTime::Stage) => Err(AthenaError::NoStages),
        Some(SpanOfTime::Minute) | None => Ok(()),
    }
}

/// The form of the newest log: all must have it.
async fn form(listed: &Listed) -> Result<Form, ObserveError> {
    let Some(newest) = listed.objects.iter().max_by_key(|object| object.modified) else {
        return Err(AthenaError::Empty.into());
    };
    let body = listed.bucket.open(&newest.key).await?;
    let key = newest.key.clone();
    let read = spawn_blocking(move || {
        let unread = |problem: String| AthenaError::Unread { log: key.clone(), problem };
        let log = Input::new(body).map_err(|error| unread(error.to_string()))?;
        let lines: Result<Vec<String>, _> = log.lines().take(LOOKED_AT).collect();
        let lines = lines.map_err(|error| unread(error.to_string()))?;
        Form::of(lines.iter().map(String::as_str)).map_err(|error| unread(error.to_string()))
    });
    let form = read.await.map_err(|panic| ObserveError::Stopped(panic.to_string()))?;
    Ok(form?)
}

fn plan(objects: &[LogObject], statements: Vec<String>) -> Result<Plan, AthenaError> {
    let longest = statements.iter().map(String::len).max().unwrap_or_default();
    if longest > LONGEST {
        return Err(AthenaError::TooLong(longest));
    }
    let bytes = objects.iter().map(|object| object.bytes).sum();
    Ok(Plan { schema: 1, logs: objects.len(), athena: Cost::of(bytes, None), statements })
}

/// Says what the query costs, and asks whether to run it.
async fn agree(
    args: &ObserveArgs,
    plan: &Plan,
    session: &mut Session<'_>,
) -> Result<(), AthenaError> {
    session.console.say(&price(plan))?;
    if args.athena.yes {
        return Ok(());
    }
    let question = format!("Run the query in Athena{}?", session.address().await);
    Ok(session.console.ask(&question)?)
}

fn price(plan: &Plan) -> String {
    let bytes = DecimalBytes(plan.athena.bytes);
    let logs = plan.logs;
    let (many, cost) = (if logs == 1 { "log" } else { "logs" }, cents(plan.athena.dollars));
    format!("Athena reads about {bytes} in {logs} {many}: {cost}, at $5 a TB and 10 MB at least")
}

/// A price for people.
pub(super) fn cents(dollars: f64) -> String {
    if dollars < 0.01 { "less than a cent".into() } else { format!("${dollars:.2}") }
}

fn lines(plan: &Plan) -> Lines {
    let mut lines = Lines::new([price(plan)]);
    for statement in &plan.statements {
        lines.push(String::new());
        for line in statement.lines() {
            lines.push(line.to_owned());
        }
    }
    lines
}

fn observed(
    rows: &[Vec<Option<String>>],
    cost: Cost,
    by: Option<By>,
    logs: usize,
) -> Result<Observed, ObserveError> {
    let answer = Answer::of(rows.iter().map(Vec::as_slice), by).map_err(AthenaError::Answer)?;
    if answer.other_fields > 0 {
        return Err(AthenaError::OtherFields(answer.other_fields).into());
    }
    let found = Found {
        doubles: answer.doubles,
        without_id: answer.without_id,
        skipped_lines: answer.skipped_lines,
        ..Found::default()
    };
    Ok(Observed {
        observation: answer.observation,
        found,
        logs,
        before: answer.before,
        lacks_cookies: false,
        shows_spans: by.is_some(),
        athena: Some(cost),
    })
}
