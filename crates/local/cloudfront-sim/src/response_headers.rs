use http::{HeaderMap, HeaderName, HeaderValue};

/// The headers that a behavior adds to every response, and removes from it (page
/// `understanding-response-headers-policies`). The default changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResponseHeadersPolicy {
    /// The headers that are removed first.
    pub remove: Vec<String>,
    /// The headers that are added then.
    pub add: Vec<ResponseHeader>,
}

/// A header that a policy adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Which value the viewer gets if the response has this header already.
    pub wins: WhichWins,
}

/// Whether a policy's header replaces one of the response: the policy's setting `Override`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichWins {
    /// The response's own header stays.
    Response,
    /// The policy's header replaces it.
    Policy,
}

impl ResponseHeadersPolicy {
    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
        for name in &self.remove {
            headers.remove(name.as_str());
        }
        for ResponseHeader { name, value, wins } in &self.add {
            let pair = (HeaderName::try_from(name), HeaderValue::try_from(value));
            let (Ok(name), Ok(value)) = pair else { continue };
            match wins {
                WhichWins::Response if headers.contains_key(&name) => {}
                WhichWins::Response | WhichWins::Policy => {
                    headers.insert(name, value);
                }
            }
        }
    }

    /// The first header that is not valid HTTP.
    pub(crate) fn invalid(&self) -> Option<&str> {
        let added = self.add.iter().find(|header| HeaderValue::try_from(&header.value).is_err());
        let names = self.add.iter().map(|header| &header.name).chain(&self.remove);
        let named = names.into_iter().find(|name| HeaderName::try_from(*name).is_err());
        added.map(|header| header.name.as_str()).or(named.map(String::as_str))
    }
}
