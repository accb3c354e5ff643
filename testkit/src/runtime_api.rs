use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::event::{PollFd, PollFlags, poll};
use serde_json::Value;
use thiserror::Error;

use crate::deadline::Deadline;
use crate::http::{Connection, HttpRequest};
use crate::process::Process;

const BASE: &str = "/2018-06-01/runtime/";
const FUNCTION_ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:edgeswitch:1";

/// A Lambda Runtime API on loopback, for one function process at a time.
///
/// It plays Lambda's side: it hands out one event at a time and takes the answer.
///
/// `lambda-sim` has another one, for the local CloudFront, and each is right for its purpose. This one
/// measures: it runs on the caller's thread alone, so neither an async runtime nor an HTTP framework adds to
/// the time between event and answer. It is also strict: a call that the state does not allow fails the test,
/// where `lambda-sim` answers as Lambda would. And it keeps the documents of errors as they are.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    listener: TcpListener,
    connections: BTreeMap<u64, Connection<TcpStream>>,
    accepted: u64,
    /// The connection that waits for an event.
    idle: Option<u64>,
    invocations: u64,
}

/// The result of one event.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The function returned this document.
    Returned(Value),
    /// The function reported an error. The document has `errorMessage` and `errorType`.
    Failed(Value),
}

/// Why a function cannot be invoked.
#[derive(Debug, Error)]
pub enum RuntimeError {
    /// It reported an init error with this document.
    #[error("init error: {0}")]
    Init(Value),
    /// Its process ended.
    #[error("the process ended")]
    Ended,
    /// It made no call before the deadline.
    #[error("no answer in time")]
    Silent,
    /// It made a call that its state does not allow.
    #[error("unexpected call: `{0}`")]
    Unexpected(String),
    /// The network on loopback failed.
    #[error("runtime api: {0}")]
    Io(#[from] io::Error),
    /// It sent something that is not JSON.
    #[error("answer: {0}")]
    Json(#[from] serde_json::Error),
}

impl RuntimeApi {
    /// Listens on a free port.
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        Ok(Self { listener, connections: BTreeMap::new(), accepted: 0, idle: None, invocations: 0 })
    }

    /// The value of `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Waits until the function has initialised and asks for an event.
    pub(crate) fn ready(
        &mut self,
        process: &Process,
        deadline: Deadline,
    ) -> Result<(), RuntimeError> {
        while self.idle.is_none() {
            let (connection, request) = self.receive(process, deadline)?;
            match request.target.strip_prefix(BASE) {
                Some("invocation/next") => self.idle = Some(connection),
                Some("init/error") => {
                    self.acknowledge(connection)?;
                    return Err(RuntimeError::Init(serde_json::from_slice(&request.body)?));
                }
                Some(_) | None => return Err(RuntimeError::Unexpected(request.target)),
            }
        }
        Ok(())
    }

    /// Hands out one event. Returns the answer and the time it took.
    pub(crate) fn invoke(
        &mut self,
        process: &Process,
        event: &[u8],
        deadline: Deadline,
    ) -> Result<(Answer, Duration), RuntimeError> {
        self.ready(process, deadline)?;
        let sent = self.send(event)?;
        let (connection, request) = self.receive(process, deadline)?;
        let took = sent.elapsed();
        self.acknowledge(connection)?;
        let body = || serde_json::from_slice(&request.body);
        match self.call(&request.target) {
            Some("response") => Ok((Answer::Returned(body()?), took)),
            Some("error") => Ok((Answer::Failed(body()?), took)),
            Some(_) | None => Err(RuntimeError::Unexpected(request.target)),
        }
    }

    /// The call about the current invocation: `response` or `error`.
    fn call<'a>(&self, target: &'a str) -> Option<&'a str> {
        let invocation = target.strip_prefix(BASE)?.strip_prefix("invocation/")?;
        invocation.strip_prefix(&self.request_id())?.strip_prefix('/')
    }

    fn request_id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012}", self.invocations)
    }

    fn send(&mut self, event: &[u8]) -> Result<Instant, RuntimeError> {
        self.invocations += 1;
        let (id, deadline) = (self.request_id(), in_thirty_seconds());
        let headers = [
            ("content-type", "application/json"),
            ("lambda-runtime-aws-request-id", id.as_str()),
            ("lambda-runtime-deadline-ms", deadline.as_str()),
            ("lambda-runtime-invoked-function-arn", FUNCTION_ARN),
        ];
        let idle = self.idle.take().and_then(|connection| self.connections.get_mut(&connection));
        let connection = idle.ok_or(RuntimeError::Ended)?;
        let sent = Instant::now();
        // If the write fails, the process has ended.
        connection.write(200, &headers, event).map_err(|_| RuntimeError::Ended)?;
        Ok(sent)
    }

    fn acknowledge(&mut self, connection: u64) -> io::Result<()> {
        let json = [("content-type", "application/json")];
        match self.connections.get_mut(&connection) {
            Some(connection) => connection.write(202, &json, b"{\"status\":\"OK\"}"),
            None => Ok(()),
        }
    }

    /// Waits for the next request on any connection.
    fn receive(
        &mut self,
        process: &Process,
        deadline: Deadline,
    ) -> Result<(u64, HttpRequest), RuntimeError> {
        loop {
            match self.wait(process, deadline)? {
                Event::Request(id) => match self.read(id)? {
                    Some(request) => return Ok((id, request)),
                    None => self.close(id),
                },
                Event::Connection => self.accept()?,
                Event::End => return Err(RuntimeError::Ended),
                Event::Deadline => return Err(RuntimeError::Silent),
            }
        }
    }

    /// Waits until something happens. Calls that the process made before it ended come first.
    fn wait(&self, process: &Process, deadline: Deadline) -> Result<Event, RuntimeError> {
        let mut events = self.connections.keys().map(|id| Event::Request(*id)).collect::<Vec<_>>();
        events.extend([Event::Connection, Event::End]);
        let streams = self
            .connections
            .values()
            .map(|connection| PollFd::new(connection.stream(), PollFlags::IN));
        let mut sources = streams.collect::<Vec<_>>();
        sources.push(PollFd::new(&self.listener, PollFlags::IN));
        sources.push(PollFd::new(process.end(), PollFlags::IN));
        poll(&mut sources, Some(&deadline.remaining())).map_err(io::Error::from)?;
        let happened =
            events.into_iter().zip(&sources).find(|(_, source)| !source.revents().is_empty());
        Ok(happened.map_or(Event::Deadline, |(event, _)| event))
    }

    fn accept(&mut self) -> io::Result<()> {
        let (stream, _) = self.listener.accept()?;
        stream.set_nodelay(true)?;
        self.accepted += 1;
        self.connections.insert(self.accepted, Connection::new(stream));
        Ok(())
    }

    /// The next request on a connection. `None` if the process closed it or was killed.
    fn read(&mut self, id: u64) -> io::Result<Option<HttpRequest>> {
        match self.connections.get_mut(&id).map(Connection::read) {
            Some(Err(error)) if error.kind() == io::ErrorKind::ConnectionReset => Ok(None),
            Some(read) => read,
            None => Ok(None),
        }
    }

    fn close(&mut self, id: u64) {
        self.connections.remove(&id);
        self.idle = self.idle.filter(|idle| *idle != id);
    }
}

/// The result of [`RuntimeApi::wait`].
enum Event {
    Request(u64),
    Connection,
    End,
    Deadline,
}

/// When an invocation that starts now would time out: 30 s at the edge (page `cloudfront-limits`).
fn in_thirty_seconds() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (now + Duration::from_secs(30)).as_millis().to_string()
}
