use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use cloudfront_sim::{Function, FunctionError, Invocation};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::instance::Instance;
use crate::launch::Launch;

/// A packaged function at one edge location.
#[derive(Debug)]
pub(crate) struct PackagedFunction {
    instances: Arc<Instances>,
    /// The invocations under way. On drop, they and their processes end.
    invocations: Mutex<JoinSet<()>>,
}

/// The idle instances of a function, and the permits to start more.
#[derive(Debug)]
struct Instances {
    launch: Arc<Launch>,
    idle: Mutex<Vec<Instance>>,
    permits: Semaphore,
    started: AtomicU32,
}

impl PackagedFunction {
    pub(crate) fn new(launch: Launch) -> Self {
        let instances = Instances {
            permits: Semaphore::new(launch.options.max_instances),
            launch: Arc::new(launch),
            idle: Mutex::default(),
            started: AtomicU32::new(0),
        };
        Self { instances: Arc::new(instances), invocations: Mutex::default() }
    }

    /// The invocations under way. Removes those that have ended.
    fn invocations(&self) -> MutexGuard<'_, JoinSet<()>> {
        let mut invocations = lock(&self.invocations);
        while invocations.try_join_next().is_some() {}
        invocations
    }
}

impl Function for PackagedFunction {
    /// As at the edge, an invocation continues if the viewer disconnects.
    fn invoke(&self, event: Bytes) -> Invocation<'_> {
        let instances = Arc::clone(&self.instances);
        Box::pin(async move {
            let (done, result) = oneshot::channel();
            self.invocations().spawn(async move {
                // If the viewer has disconnected, nobody receives the result.
                let _ = done.send(instances.invoke(event).await);
            });
            let ended = || FunctionError::Failed("the function host has ended".to_owned());
            result.await.unwrap_or_else(|_| Err(ended()))
        })
    }
}

impl Instances {
    async fn invoke(&self, event: Bytes) -> Result<Bytes, FunctionError> {
        let permit = timeout(self.launch.options.timeout, self.permits.acquire()).await;
        let Ok(Ok(_permit)) = permit else { return Err(FunctionError::Throttled) };
        let instance = self.ready().await?;
        let (result, instance) = instance.invoke(event).await;
        lock(&self.idle).extend(instance);
        result
    }

    /// An instance that waits for an event: an idle one, or else a new one.
    async fn ready(&self) -> Result<Instance, FunctionError> {
        while let Some(mut instance) = self.last_idle() {
            if instance.is_ready().await {
                return Ok(instance);
            }
        }
        let number = self.started.fetch_add(1, Ordering::Relaxed) + 1;
        Instance::start(&self.launch, number).await
    }

    fn last_idle(&self) -> Option<Instance> {
        lock(&self.idle).pop()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
