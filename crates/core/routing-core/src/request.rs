/// The parts of a viewer's request that a decision reads, as they are in CloudFront's event.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method in capitals: `GET`.
    pub method: &'a str,
    /// The path as received, percent-encoded, starting with `/`, without the query string.
    pub uri: &'a str,
    /// The query string without its `?`; empty if there is none.
    pub querystring: &'a str,
    /// The viewer's IP address, version 4 or 6, as text.
    pub client_ip: &'a str,
    pub headers: &'a dyn RequestHeaders,
}

/// The headers of a request, wherever they are kept.
///
/// ```
/// use routing_core::RequestHeaders;
///
/// let headers: &[_] = &[("cookie", "a=1"), ("host", "shop.example.com"), ("cookie", "b=2")];
/// let mut cookies = Vec::new();
/// headers.each(&mut |name, value| if name == "cookie" { cookies.push(value) });
/// assert_eq!(cookies, ["a=1", "b=2"]);
/// ```
pub trait RequestHeaders {
    /// Visits every value of every header with its name, in the order received.
    ///
    /// Names are in lower case, so they are compared exactly. CloudFront's event has them so: the keys
    /// of its `headers` are lower-case header names (page `lambda-event-structure`).
    ///
    /// A viewer may send a header several times, `Cookie` too (page `lambda-event-structure`).
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a str));
}

/// Pairs of a lower-case name and a value: enough for tests.
impl RequestHeaders for &[(&str, &str)] {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a str)) {
        self.iter().for_each(|(name, value)| visit(name, value));
    }
}

impl<'a> Request<'a> {
    /// The first value of the header `name`, which is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let mut first = None;
        self.each_value(name, &mut |value| first = first.or(Some(value)));
        first
    }

    /// Visits every value of the header `name`, which is in lower case, in the order received.
    pub(crate) fn each_value(&self, name: &str, visit: &mut dyn FnMut(&'a str)) {
        self.headers.each(&mut |key, value| {
            if key == name {
                visit(value);
            }
        });
    }
}
