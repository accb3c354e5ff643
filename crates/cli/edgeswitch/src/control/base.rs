use plan_change::{Change, ChangeRefusal, Changed, Context, Document, apply};

use crate::control::{Place, Project, ReadPlanError, Session, WritePlanError};

/// The plan that a change starts from.
pub(crate) enum Base {
    /// The plan in the parameter.
    Current(Document),
    /// The last valid version, because the parameter holds no valid plan.
    Last(Document),
}

impl Base {
    /// The base of a change, from the version that was read in the home Region.
    ///
    /// If that version is not a valid plan, a rollback starts from the last valid version. Any other change
    /// is refused.
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

    pub(crate) fn document(&self) -> &Document {
        let (Self::Current(document) | Self::Last(document)) = self;
        document
    }

    /// The plan after the change.
    ///
    /// A rollback that repairs the parameter writes the last valid plan again if it names no release, or the
    /// release that has all traffic in that plan.
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

/// The newest version that is a valid plan. If there is none, returns the problem of the current version.
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
