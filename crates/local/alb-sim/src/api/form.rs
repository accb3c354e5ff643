use std::collections::BTreeMap;

use url::form_urlencoded;

use crate::error::ElbError;

/// The parameters of a call. Each is taken once, so that those that nobody takes can be refused.
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    pub(super) fn parse(body: &str) -> Self {
        Self(form_urlencoded::parse(body.as_bytes()).into_owned().collect())
    }

    pub(super) fn take(&mut self, key: &str) -> Option<String> {
        self.0.remove(key)
    }

    pub(super) fn require(&mut self, key: &str) -> Result<String, ElbError> {
        self.take(key).ok_or_else(|| ElbError::invalid(format!("'{key}' must be specified")))
    }

    pub(super) fn number(&mut self, key: &str) -> Result<Option<u32>, ElbError> {
        let parse = |text: String| {
            text.parse().map_err(|_| {
                ElbError::invalid(format!("The value '{text}' of {key} must be a positive number"))
            })
        };
        self.take(key).map(parse).transpose()
    }

    pub(super) fn flag(&mut self, key: &str) -> Result<Option<bool>, ElbError> {
        let parse = |text: String| {
            text.parse().map_err(|_| {
                ElbError::invalid(format!("The value '{text}' of {key} must be true or false"))
            })
        };
        self.take(key).map(parse).transpose()
    }

    /// The keys of a list's members: `Actions.member.1`, `Actions.member.2`, ...
    pub(super) fn members(&self, list: &str) -> Vec<String> {
        let keys = (1..).map(|index| format!("{list}.member.{index}"));
        keys.take_while(|key| self.has(key)).collect()
    }

    pub(super) fn texts(&mut self, list: &str) -> Vec<String> {
        let members = self.members(list);
        members.iter().filter_map(|key| self.take(key)).collect()
    }

    /// Whether there is a parameter with this key, or one below it.
    fn has(&self, key: &str) -> bool {
        let below = |found: &str| {
            found.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.0.keys().any(|found| below(found))
    }

    /// # Errors
    /// If a parameter is left: it is not modelled.
    pub(super) fn finish(self) -> Result<(), ElbError> {
        match self.0.into_keys().next() {
            None => Ok(()),
            Some(key) => {
                Err(ElbError::invalid(format!("This local load balancer does not model '{key}'")))
            }
        }
    }
}
