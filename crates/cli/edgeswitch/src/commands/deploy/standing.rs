use crate::aws::StackState;

/// What can be done with a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// There is none.
    Missing,
    /// A change set waits, and nothing was made yet.
    Reviewed,
    /// It can be changed.
    Settled,
    /// CloudFormation works on it.
    InProgress,
    /// It was never made as a whole. It can only be deleted.
    NeverMade,
    /// An update failed, and so did the way back.
    Stuck,
    /// Something of it could not be deleted.
    NotDeleted,
}

impl Standing {
    /// The statuses are those of the page `view-stack-events` of CloudFormation's guide.
    pub(crate) fn of(state: Option<&StackState>) -> Self {
        match state.map(|state| &*state.status) {
            None | Some("DELETE_COMPLETE") => Self::Missing,
            Some("REVIEW_IN_PROGRESS") => Self::Reviewed,
            Some("CREATE_FAILED" | "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED") => Self::NeverMade,
            Some("UPDATE_ROLLBACK_FAILED") => Self::Stuck,
            Some("DELETE_FAILED") => Self::NotDeleted,
            Some(status) if status.ends_with("_IN_PROGRESS") => Self::InProgress,
            Some(_) => Self::Settled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Standing;
    use crate::aws::StackState;

    #[test]
    fn every_status_of_cloudformation_has_its_way() {
        let rows = [
            ("DELETE_COMPLETE", Standing::Missing),
            ("REVIEW_IN_PROGRESS", Standing::Reviewed),
            ("CREATE_COMPLETE", Standing::Settled),
            ("UPDATE_COMPLETE", Standing::Settled),
            ("UPDATE_FAILED", Standing::Settled),
            ("UPDATE_ROLLBACK_COMPLETE", Standing::Settled),
            ("IMPORT_COMPLETE", Standing::Settled),
            ("IMPORT_ROLLBACK_COMPLETE", Standing::Settled),
            ("CREATE_IN_PROGRESS", Standing::InProgress),
            ("UPDATE_IN_PROGRESS", Standing::InProgress),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Standing::InProgress),
            ("UPDATE_ROLLBACK_IN_PROGRESS", Standing::InProgress),
            ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", Standing::InProgress),
            ("ROLLBACK_IN_PROGRESS", Standing::InProgress),
            ("DELETE_IN_PROGRESS", Standing::InProgress),
            ("IMPORT_IN_PROGRESS", Standing::InProgress),
            ("CREATE_FAILED", Standing::NeverMade),
            ("ROLLBACK_COMPLETE", Standing::NeverMade),
            ("ROLLBACK_FAILED", Standing::NeverMade),
            ("UPDATE_ROLLBACK_FAILED", Standing::Stuck),
            ("DELETE_FAILED", Standing::NotDeleted),
        ];
        assert_eq!(Standing::of(None), Standing::Missing);
        for (status, expected) in rows {
            let state = StackState {
                id: String::new(),
                status: status.into(),
                parameters: [].into(),
                outputs: [].into(),
            };
            assert_eq!(Standing::of(Some(&state)), expected, "{status}");
        }
    }
}
