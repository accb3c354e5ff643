use std::time::Duration;

use cloudfront_sim::FunctionError;
use lambda_sim::Options;

use crate::packages::world::{count, function, packages, play};

/// A timeout long enough for every function that answers.
const SHORT: Duration = Duration::from_secs(1);

fn failed(message: &str) -> FunctionError {
    FunctionError::Failed(message.to_owned())
}

/// Whether the process keeps running.
#[derive(Debug, PartialEq)]
enum Process {
    Stays,
    IsReplaced,
}

#[tokio::test]
async fn failed_event_has_lambdas_message_and_the_next_one_is_served() {
    use Process::{IsReplaced, Stays};
    let rows = [
        ("fail", failed("NoStock: out of stock"), Stays),
        (
            "kill",
            failed("Runtime.ExitError: Runtime exited with error: signal: killed"),
            IsReplaced,
        ),
        (
            "exit 3",
            failed("Runtime.ExitError: Runtime exited with error: exit status 3"),
            IsReplaced,
        ),
        (
            "exit 0",
            failed("Runtime.ExitError: Runtime exited without providing a reason"),
            IsReplaced,
        ),
        ("hang", FunctionError::TimedOut(SHORT), IsReplaced),
    ];
    let packages = packages(Options { timeout: SHORT, ..Options::default() });
    let function = function(&packages);
    for (what, error, process) in rows {
        let (before, _) = count(&*function).await.unwrap();
        assert_eq!(play(&*function, what).await, Err(error), "{what}");
        let (after, _) = count(&*function).await.unwrap();
        let became = if before == after { Stays } else { IsReplaced };
        assert_eq!(became, process, "{what}");
    }
}

#[tokio::test]
async fn result_that_lambda_would_reject_fails_the_event() {
    let packages = packages(Options::default());
    let function = function(&packages);
    let error = "Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed payload size \
                 (6291556 bytes).";
    assert_eq!(play(&*function, "flood").await, Err(failed(error)));
    let (_, events) = count(&*function).await.unwrap();
    assert_eq!(events, 2, "the process stays");
}

#[tokio::test]
async fn failed_init_fails_the_event_that_needed_it() {
    let limit = Duration::from_millis(300);
    let rows = [
        ("error", failed("Runtime.ImportModuleError: no such module")),
        ("exit", failed("Runtime.ExitError: Runtime exited with error: exit status 4")),
        ("hang", FunctionError::TimedOut(limit)),
    ];
    for (what, error) in rows {
        let init_timeout = if what == "hang" { limit } else { Options::default().init_timeout };
        let variables = [("PLAYED_INIT".to_owned(), what.to_owned())].into();
        let packages = packages(Options { init_timeout, variables, ..Options::default() });
        for attempt in ["first", "second"] {
            let result = play(&*function(&packages), "count").await;
            assert_eq!(result, Err(error.clone()), "{what}, {attempt} event");
        }
    }
}
