use plan_change::{Change, ChangeRefusal, Changed, Context, Document, apply};

use crate::control::{Place, Project, ReadPlanError, Session, WritePlanError};

/// The plan that a change begins with.
pub(crate) enum Base {
    /// What the parameter holds.
    Current(Document),
    /// The last version that is a plan: what the parameter holds is none.
    Last(Document),
}

impl Base {
    /// What was read at home. A rollback repairs a parameter that holds no plan; any other change is refused.
    pub(crate) async fn read(
        session: &mut Session<'_>,
        project: &Project,
        home: &Place,
        change: &Change,
    ) -> Result<Self, WritePlanError> {
        let stored = home.stored.as_ref().ok_or_else(|| project.missing(home))?;
        match (project.document(stored, home.region()), change) {
            (Ok(document), _) => Ok(Self::Current(document)),
            (Err(broken), Change::Rollback { .. }) => last(session, project, home, broken).await,
            (Err(broken), _) => Err(broken.into()),
        }
    }

    /// The plan itself.
    pub(crate) fn document(&self) -> &Document {
        let (Self::Current(document) | Self::Last(document)) = self;
        document
    }

    /// The plan after the change. A repair without a name, or with that of the release that has everybody
    /// already, writes the last plan again.
    pub(crate) fn change(
        &self,
        change: &Change,
        context: &Context,
    ) -> Result<Changed, ChangeRefusal> {
        let again =
            |document: &Document| Ok(Changed { document: document.clone(), effects: Vec::new() });
        match (self, change) {
            (Self::Last(last), Change::Rollback { to: None, .. }) => again(last),
            (Self::Last(last), _) => match apply(last, change, context) {
                Err(ChangeRefusal::Already(_)) => again(last),
                changed => changed,
            },
            (Self::Current(document), _) => apply(document, change, context),
        }
    }
}

/// The newest version that is a plan; without one, why the parameter holds none.
async fn last(
    session: &mut Session<'_>,
    project: &Project,
    home: &Place,
    broken: ReadPlanError,
) -> Result<Base, WritePlanError> {
    let versions = home.parameter.history().await?;
    let plans = versions.iter().rev().find_map(|stored| {
        let document = project.document(stored, home.region()).ok()?;
        Some((stored.version, document))
    });
    let Some((version, document)) = plans else { return Err(broken.into()) };
    session.console.say(&format!("{broken}; version {version} is the last valid plan"))?;
    Ok(Base::Last(document))
}
