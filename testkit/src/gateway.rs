mod fault;
mod forward;
mod lambda;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::enforced::AccessKey;
use crate::tools::Tools;

pub use fault::{Call, Fault};
use forward::{Forward, account};
use lambda::Lambda;

/// More than any package has.
const LARGEST_BODY: usize = 64 << 20;

/// The path below which deployed functions read Parameter Store.
const FROM_FUNCTIONS: &str = "/from-functions";

/// AWS's APIs with a Lambda that runs functions. It passes every request on to another server, but answers the events of
/// Lambda's Invoke itself: with the package that was uploaded, under AWS's own runtime client.
///
/// A test can let one call fail, or lose its answer. An account has its own faults and its own list of calls, and
/// the access key is the number of the account. It ends on drop.
#[derive(Debug)]
pub struct Gateway {
    endpoint: String,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
}

#[derive(Debug)]
struct Shared {
    forward: Forward,
    lambda: Lambda,
    accounts: Mutex<BTreeMap<String, Account>>,
}

/// What a test wants for one account, and what was called.
#[derive(Debug, Default)]
struct Account {
    calls: Vec<Call>,
    faults: Vec<Fault>,
    /// Who waits for a call that meets [`Fault::Hold`] or [`Fault::Pause`].
    held: Option<Sender<Call>>,
    /// Lets a paused call go on.
    paused: Option<oneshot::Receiver<()>>,
    /// The user in whose name the functions read the plan. Without one, it is who invokes them.
    role: Option<AccessKey>,
    /// Whether the functions' role must not read the plan.
    role_is_denied: bool,
}

impl Gateway {
    /// Starts it on a free port in front of `upstream`.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn start(tools: &Tools, upstream: &str) -> Result<Self> {
        let listener = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        listener.set_nonblocking(true)?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            forward: Forward::to(upstream),
            lambda: Lambda::new(tools.clone(), format!("{endpoint}{FROM_FUNCTIONS}")),
            accounts: Mutex::default(),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let runtime = Builder::new_current_thread().enable_all().build()?;
        thread::spawn(move || {
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener)?;
                tokio::select! {
                    served = async { axum::serve(listener, router).await } => served,
                    _ = stopped => Ok(()),
                }
            })
        });
        Ok(Self { endpoint, shared, stop: Some(stop) })
    }

    /// The value of `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// From now on, the calls of an account meet these faults.
    pub fn set_faults(&self, account: &str, faults: Vec<Fault>) {
        self.shared.with(account, |account| {
            account.faults = faults;
            account.calls.clear();
        });
    }

    /// From now on, the functions of an account read the plan with the rights of this user.
    pub fn set_role(&self, account: &str, role: AccessKey) {
        self.shared.with(account, |account| account.role = Some(role));
    }

    /// From now on, the functions of an account may not read the plan, or may.
    pub fn set_role_denied(&self, account: &str, is_denied: bool) {
        self.shared.with(account, |account| account.role_is_denied = is_denied);
    }

    /// The calls of an account since its faults were set.
    pub fn calls(&self, account: &str) -> Vec<Call> {
        self.shared.with(account, |account| account.calls.clone())
    }

    /// From now on, the call of `operation` with this number is carried out and never answered. It then arrives at the
    /// receiver.
    pub fn hold(&self, account: &str, operation: &str, number: usize) -> Receiver<Call> {
        let (sender, receiver) = channel();
        self.set_faults(account, vec![Fault::Hold(operation.to_owned(), number)]);
        self.shared.with(account, |account| account.held = Some(sender));
        receiver
    }

    /// From now on, the call of `operation` with this number waits until the test lets it be carried out.
    pub fn pause(&self, account: &str, operation: &str, number: usize) -> Paused {
        let ((sender, arrived), (go, paused)) = (channel(), oneshot::channel());
        self.set_faults(account, vec![Fault::Pause(operation.to_owned(), number)]);
        self.shared.with(account, |account| {
            account.held = Some(sender);
            account.paused = Some(paused);
        });
        Paused { arrived, go }
    }
}

/// A call that waits before it is carried out.
#[derive(Debug)]
pub struct Paused {
    arrived: Receiver<Call>,
    go: oneshot::Sender<()>,
}

impl Paused {
    /// Waits until the call has arrived. Returns whether it has in time.
    pub fn has_arrived(&self, longest: Duration) -> bool {
        self.arrived.recv_timeout(longest).is_ok()
    }

    /// Lets the call be carried out.
    pub fn go_on(self) {
        // The program may have given up the call.
        let _ = self.go.send(());
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // The server may have ended by itself.
        let _ = self.stop.take().map(|stop| stop.send(()));
    }
}

impl Shared {
    fn with<T>(&self, account: &str, change: impl FnOnce(&mut Account) -> T) -> T {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        change(accounts.entry(account.to_owned()).or_default())
    }

    /// Notes a call, and returns the fault that it meets.
    fn note(&self, account: &str, call: &Call) -> Option<Fault> {
        self.with(account, |account| {
            let meets = |fault: &Fault| fault.meets(&account.calls, call);
            let place = account.faults.iter().position(meets);
            account.calls.push(call.clone());
            let place = place?;
            let fault = account.faults.get(place).cloned()?;
            if fault.is_once() {
                account.faults.remove(place);
            }
            Some(fault)
        })
    }

    /// The answer of Lambda, or of the server behind this one.
    fn carry_out(&self, request: &Request<Bytes>) -> Result<Response<Vec<u8>>> {
        if *request.method() == Method::PUT {
            self.lambda.keep(request.body());
        }
        match self.lambda.event(request) {
            Some(function) => {
                let invoker = account(request).unwrap_or_default();
                let role = self.with(&invoker, |account| account.role.clone());
                let role = role.unwrap_or(AccessKey { id: invoker, secret: "test".into() });
                self.lambda.invoke(&function, request, &role, &self.forward)
            }
            None => self.forward.send(request),
        }
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else { return refused("the body") };
    let request = Request::from_parts(parts, body);
    let account = account(&request).unwrap_or_default();
    if request.uri().path().starts_with(FROM_FUNCTIONS) {
        return of_a_function(&shared, &account, request).await;
    }
    let call = Call::of(&request);
    let fault = shared.note(&account, &call);
    match &fault {
        Some(Fault::Refuse(..)) => return fault::denied(&request, &call),
        Some(Fault::Answer(_, body)) => return Response::new(Body::from(body.clone())),
        Some(Fault::Pause(..)) => {
            tell_waiting(&shared, &account, call.clone());
            let paused = shared.with(&account, |account| account.paused.take());
            if let Some(paused) = paused {
                // The test lets it go on, or has ended.
                let _ = paused.await;
            }
        }
        Some(_) | None => {}
    }
    let answered = passed_on(&shared, request).await;
    match fault {
        Some(Fault::Hold(..)) => {
            tell_waiting(&shared, &account, call);
            std::future::pending().await
        }
        // It closes the connection without an answer, and without a word about a panic.
        Some(Fault::Lose(..) | Fault::LoseAll(..)) => resume_unwind(Box::new(())),
        Some(Fault::Rewrite(_, from, to)) => rewritten(answered, &from, &to).await,
        Some(Fault::Refuse(..) | Fault::Answer(..) | Fault::Pause(..)) | None => answered,
    }
}

fn tell_waiting(shared: &Shared, account: &str, call: Call) {
    let waiting = shared.with(account, |account| account.held.take());
    // The test may have ended already.
    let _ = waiting.map(|waiting| waiting.send(call));
}

async fn rewritten(answer: Response<Body>, from: &str, to: &str) -> Response<Body> {
    let (parts, body) = answer.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else { return refused("the answer") };
    let text = String::from_utf8_lossy(&body).replace(from, to);
    Response::from_parts(parts, Body::from(text))
}

/// A function reads the plan with its role.
async fn of_a_function(
    shared: &Arc<Shared>,
    account: &str,
    mut request: Request<Bytes>,
) -> Response<Body> {
    if shared.with(account, |account| account.role_is_denied) {
        let call = Call::of(&request);
        return fault::denied(&request, &call);
    }
    *request.uri_mut() = http::Uri::from_static("/");
    passed_on(shared, request).await
}

async fn passed_on(shared: &Arc<Shared>, request: Request<Bytes>) -> Response<Body> {
    let shared = Arc::clone(shared);
    let answer = tokio::task::spawn_blocking(move || shared.carry_out(&request)).await;
    match answer {
        Ok(Ok(answer)) => answer.map(Body::from),
        Ok(Err(error)) => refused(&format!("{error:#}")),
        Err(error) => refused(&error.to_string()),
    }
}

fn refused(problem: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(problem.to_owned()));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response
}
