use std::sync::{Mutex, PoisonError};

use crate::aws::AwsError;

/// What a run has changed in the account so far. An error that ends the run says it.
#[derive(Debug, Default)]
pub(crate) struct Written(Mutex<Changes>);

#[derive(Debug, Default)]
struct Changes {
    bucket: Option<String>,
    packages: usize,
    others: Vec<String>,
}

impl Written {
    pub(crate) fn bucket(&self, text: String) {
        self.change(|changes| changes.bucket = Some(text));
    }

    pub(crate) fn package(&self) {
        self.change(|changes| changes.packages += 1);
    }

    pub(crate) fn add(&self, text: impl Into<String>) {
        self.change(|changes| changes.others.push(text.into()));
    }

    /// Notes a write without an answer: AWS may have done it.
    pub(crate) fn perhaps(&self, error: &AwsError, text: impl Into<String>) {
        if error.kind.is_passing() {
            self.add(text);
        }
    }

    fn change(&self, change: impl FnOnce(&mut Changes)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Everything in words; `None` if nothing was changed.
    pub(crate) fn words(&self) -> Option<String> {
        let changes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let packages = match changes.packages {
            0 => None,
            1 => Some("1 package is uploaded".to_owned()),
            count => Some(format!("{count} packages are uploaded")),
        };
        let all: Vec<String> = changes
            .bucket
            .iter()
            .cloned()
            .chain(packages)
            .chain(changes.others.iter().cloned())
            .collect();
        (!all.is_empty()).then(|| all.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::Written;
    use crate::aws::{AwsError, AwsErrorKind};

    #[test]
    fn what_was_written_is_said_in_its_order() {
        let written = Written::default();
        assert_eq!(written.words(), None);
        let error = |kind| AwsError { kind, doing: String::new(), reason: String::new() };
        written.perhaps(&error(AwsErrorKind::Denied), "not this");
        assert_eq!(written.words(), None);
        written.package();
        assert_eq!(written.words().as_deref(), Some("1 package is uploaded"));
        written.package();
        written.bucket("bucket `a` is made".into());
        written.perhaps(&error(AwsErrorKind::Lost), "perhaps this");
        assert_eq!(
            written.words().as_deref(),
            Some("bucket `a` is made, 2 packages are uploaded, perhaps this")
        );
    }
}
