use guard_rules::Memory;

use crate::aws::AwsErrorKind;
use crate::control::{Project, Session};
use crate::guard::GuardRun;

/// The note of the last run. Without one, or if it cannot be read, the guard starts without a memory.
pub(super) async fn recall(session: &Session<'_>, project: &Project, run: &mut GuardRun) -> Memory {
    let plan = &project.parameter;
    let name = Memory::parameter(&plan.name);
    match session.cloud.parameter(&name, &plan.home_region).read().await {
        Ok(stored) => Memory::parse(&stored.text).unwrap_or_default(),
        Err(error) if error.kind == AwsErrorKind::Missing => Memory::default(),
        Err(error) => {
            run.trouble(&error);
            Memory::default()
        }
    }
}

/// Notes this run beside the plan. Two guards may overwrite each other's notes: each then repeats what it may repeat.
pub(super) async fn note(
    session: &Session<'_>,
    project: &Project,
    memory: Memory,
    run: &mut GuardRun,
) {
    let memory = Memory {
        ran: session.clock.now().floor_second().to_string(),
        version: run.version.unwrap_or_default(),
        holds: run.holds.clone(),
        gate: run.gate.clone(),
        asks_gate: true,
        configuration: project.fingerprint.clone(),
        trouble: run.trouble.clone(),
        ..memory
    };
    let plan = &project.parameter;
    let name = Memory::parameter(&plan.name);
    let parameter = session.cloud.parameter(&name, &plan.home_region);
    if let Err(error) = parameter.write(&memory.text()).await {
        run.trouble(&error);
    }
}
