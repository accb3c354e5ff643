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
use crate::process::{Process, Source};
use crate::report::{InitReport, Report, Status};
use crate::runtime_api::{Call, Event, RuntimeApi};

/// An execution environment of Lambda: a process, the Runtime API that serves it, and a `/tmp`.
#[derive(Debug)]
pub(crate) struct Instance {
    launch: Arc<Launch>,
    source: Source,
    api: RuntimeApi,
    process: Process,
    /// Where the process waits for its next event.
    next: Option<oneshot::Sender<Event>>,
    /// How long its init took, until that is reported.
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
                instance.source.log(&report.to_string());
                Err(failure.into())
            }
        }
    }

    async fn spawn(launch: &Arc<Launch>, number: u32) -> io::Result<Self> {
        let (api, temporary) = (RuntimeApi::start().await?, TempDir::new()?);
        let edge = launch.edge.0.clone();
        let source = Source { trigger: launch.trigger, edge, instance: number };
        let mut command = Command::new(launch.package.bootstrap());
        let variables =
            environment::variables(launch, &api.address().to_string(), temporary.path());
        command.current_dir(launch.package.root()).env_clear().envs(variables);
        let process = Process::spawn(command, &source).await?;
        let launch = Arc::clone(launch);
        Ok(Self { launch, source, api, process, next: None, init: None, _temporary: temporary })
    }

    /// Waits until it can take an event; false when its process has ended or does not come back.
    pub(crate) async fn is_ready(&mut self) -> bool {
        let within = self.launch.options.timeout;
        self.process.runs() && self.wait_for_next(within).await.is_ok()
    }

    /// Hands out an event. The instance comes back when it can serve another one.
    pub(crate) async fn invoke(
        mut self,
        payload: Bytes,
    ) -> (Result<Bytes, FunctionError>, Option<Self>) {
        let (began, request_id) = (Instant::now(), Uuid::new_v4());
        let within = self.launch.options.timeout;
        let function_arn = self.launch.function_arn();
        let event = Event { request_id, function_arn, timeout: within, payload };
        let answer = timeout(within, self.answer(event)).await;
        let answer = answer.unwrap_or(Err(Failure::TimedOut(within)));
        let status = answer.as_ref().map_or_else(Failure::status, |_| Status::Success);
        self.report(request_id, began.elapsed(), status);
        let goes_on = answer.as_ref().map_or_else(Failure::leaves_process, |_| true);
        (answer.map_err(Into::into), goes_on.then_some(self))
    }

    async fn answer(&mut self, event: Event) -> Result<Bytes, Failure> {
        if let Some(next) = self.next.take() {
            // If nobody takes it, the process has just ended, and that is heard below.
            let _ = next.send(event);
        }
        match self.hear().await? {
            Call::Result(result) => Ok(result),
            Call::Error(error) => Err(Failure::Reported(error)),
            Call::Next(_) => Err(Failure::unexpected("asked for an event before it answered")),
        }
    }

    async fn wait_for_next(&mut self, within: Duration) -> Result<(), Failure> {
        let asked = async {
            while self.next.as_ref().is_none_or(oneshot::Sender::is_closed) {
                match self.hear().await? {
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

    /// What the process says next. What it said before it ended comes first.
    async fn hear(&mut self) -> Result<Call, Failure> {
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
        self.source.log(&report.to_string());
    }
}
