use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use cloudfront_sim::FunctionError;
use tempfile::TempDir;
use tokio::process::Command;
use tokio::sync::oneshot;
use tokio::time::timeout;
use uuid::Uuid;

use crate::environment;
use crate::exit::exit_error;
use crate::failure::Failure;
use crate::launch::Launch;
use crate::process::{LogContext, Process};
use crate::report::{InitReport, Report, Status};
use crate::runtime_api::{Call, InvocationEvent, RuntimeApi};

/// A Lambda execution environment: a process, its Runtime API, and its `/tmp`.
#[derive(Debug)]
pub(crate) struct Instance {
    launch: Arc<Launch>,
    log_context: LogContext,
    api: RuntimeApi,
    process: Process,
    /// Sends an event to the process, if it waits for one.
    next: Option<oneshot::Sender<InvocationEvent>>,
    /// The duration of its init. The first report takes it.
    init: Option<Duration>,
    _temporary: TempDir,
}

impl Instance {
    /// Starts a process and waits until it asks for its first event.
    pub(crate) async fn start(launch: &Arc<Launch>, number: u32) -> Result<Self, FunctionError> {
        let began = Instant::now();
        let mut instance = Self::spawn(launch, number).await.map_err(|error| {
            let bootstrap = launch.package.bootstrap();
            FunctionError::Failed(format!("cannot start `{}`: {error}", bootstrap.display()))
        })?;
        let ready = instance.wait_for_next(launch.options.init_timeout).await;
        instance.init = Some(began.elapsed());
        match ready {
            Ok(()) => Ok(instance),
            Err(failure) => {
                let report = InitReport { duration: began.elapsed(), status: failure.status() };
                instance.log_context.log(&report.to_string());
                Err(failure.into())
            }
        }
    }

    async fn spawn(launch: &Arc<Launch>, number: u32) -> io::Result<Self> {
        let (api, temporary) = (RuntimeApi::start().await?, TempDir::new()?);
        let log_context = LogContext { placed: launch.placed.clone(), instance: number };
        let mut command = Command::new(launch.package.bootstrap());
        let variables =
            environment::variables(launch, &api.address().to_string(), temporary.path());
        command.current_dir(launch.package.root()).env_clear().envs(variables);
        let process = Process::spawn(command, &log_context).await?;
        let launch = Arc::clone(launch);
        Ok(Self {
            launch,
            log_context,
            api,
            process,
            next: None,
            init: None,
            _temporary: temporary,
        })
    }

    /// Waits until the process asks for an event. False if it has ended or does not ask in time.
    pub(crate) async fn is_ready(&mut self) -> bool {
        let within = self.launch.options.timeout;
        self.process.is_running() && self.wait_for_next(within).await.is_ok()
    }

    /// Sends an event and waits for the result. Also returns the instance, if it can serve another event.
    pub(crate) async fn invoke(
        mut self,
        payload: Bytes,
    ) -> (Result<Bytes, FunctionError>, Option<Self>) {
        let (began, request_id) = (Instant::now(), Uuid::new_v4());
        let within = self.launch.options.timeout;
        let function_arn = self.launch.placed.function_arn();
        let event = InvocationEvent { request_id, function_arn, timeout: within, payload };
        let answer = timeout(within, self.answer(event)).await;
        let answer = answer.unwrap_or(Err(Failure::TimedOut(within)));
        let status = answer.as_ref().map_or_else(Failure::status, |_| Status::Success);
        self.report(request_id, began.elapsed(), status);
        let is_reusable = answer.as_ref().map_or_else(Failure::leaves_process, |_| true);
        (answer.map_err(Into::into), is_reusable.then_some(self))
    }

    async fn answer(&mut self, event: InvocationEvent) -> Result<Bytes, Failure> {
        if let Some(next) = self.next.take() {
            // This fails if the process has just ended. `next_call` reports that below.
            let _ = next.send(event);
        }
        match self.next_call().await? {
            Call::Result(result) => Ok(result),
            Call::Error(error) => Err(Failure::Reported(error)),
            Call::Next(_) => Err(Failure::unexpected("asked for an event before it answered")),
        }
    }

    async fn wait_for_next(&mut self, within: Duration) -> Result<(), Failure> {
        let asked = async {
            while self.next.as_ref().is_none_or(oneshot::Sender::is_closed) {
                match self.next_call().await? {
                    Call::Next(next) => self.next = Some(next),
                    Call::Error(error) => return Err(Failure::Reported(error)),
                    Call::Result(_) => {
                        return Err(Failure::unexpected("answered without an event"));
                    }
                }
            }
            Ok(())
        };
        timeout(within, asked).await.unwrap_or(Err(Failure::TimedOut(within)))
    }

    /// The next call of the process. Calls that it made before it ended come first.
    async fn next_call(&mut self) -> Result<Call, Failure> {
        tokio::select! {
            biased;
            call = self.api.call() => Ok(call),
            status = self.process.end() => Err(Failure::Broken(exit_error(status))),
        }
    }

    fn report(&mut self, request_id: Uuid, duration: Duration, status: Status) {
        let report = Report {
            request_id,
            duration,
            init: self.init.take(),
            memory: self.launch.options.memory,
            peak: self.process.peak_memory(),
            status,
        };
        self.log_context.log(&report.to_string());
    }
}
