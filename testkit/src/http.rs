use std::io::{self, Read, Write};

/// An HTTP/1.1 request, with the parts that Lambda's and Parameter Store's APIs need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// In upper case, as sent.
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// The whole body.
    pub body: Vec<u8>,
}

/// The server's end of a keep-alive connection.
#[derive(Debug)]
pub struct Connection<S> {
    stream: S,
    received: Vec<u8>,
}

/// The request line and the headers of a request.
struct Head {
    method: String,
    target: String,
    /// Bytes up to the body.
    length: usize,
    /// Bytes of the body.
    body: usize,
}

impl<S: Read + Write> Connection<S> {
    /// A connection that was just accepted.
    pub fn new(stream: S) -> Self {
        Self { stream, received: Vec::new() }
    }

    /// The underlying stream.
    pub fn stream(&self) -> &S {
        &self.stream
    }

    /// The next request. `None` if the other end closed the connection between two requests.
    ///
    /// # Errors
    /// If the connection breaks, or if the data is not HTTP/1.1 with a `Content-Length`.
    pub fn read(&mut self) -> io::Result<Option<HttpRequest>> {
        loop {
            if let Some(request) = self.take()? {
                return Ok(Some(request));
            }
            let mut chunk = [0; 16 * 1024];
            let length = self.stream.read(&mut chunk)?;
            if length == 0 {
                return if self.received.is_empty() { Ok(None) } else { Err(malformed("cut off")) };
            }
            self.received.extend(chunk.iter().take(length));
        }
    }

    /// Answers the request that was read last.
    ///
    /// # Errors
    /// If the connection breaks.
    pub fn write(&mut self, status: u16, headers: &[(&str, &str)], body: &[u8]) -> io::Result<()> {
        let mut answer = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            answer.extend([name, ": ", value, "\r\n"]);
        }
        answer.push_str("\r\n");
        let mut answer = answer.into_bytes();
        answer.extend(body);
        // A single write, so that the other end wakes up only once.
        self.stream.write_all(&answer)?;
        self.stream.flush()
    }

    /// The first complete request in the received bytes.
    fn take(&mut self) -> io::Result<Option<HttpRequest>> {
        let Some(head) = head(&self.received)? else { return Ok(None) };
        if self.received.len() < head.length + head.body {
            return Ok(None);
        }
        let rest = self.received.split_off(head.length + head.body);
        let body = self.received.split_off(head.length);
        self.received = rest;
        Ok(Some(HttpRequest { method: head.method, target: head.target, body }))
    }
}

fn head(received: &[u8]) -> io::Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    let parsed = request.parse(received).map_err(|error| malformed(&error.to_string()))?;
    let httparse::Status::Complete(length) = parsed else { return Ok(None) };
    Ok(Some(Head {
        method: request.method.unwrap_or_default().into(),
        target: request.path.unwrap_or_default().into(),
        length,
        body: content_length(request.headers)?,
    }))
}

fn content_length(headers: &[httparse::Header<'_>]) -> io::Result<usize> {
    let value = |name: &str| headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    if value("transfer-encoding").is_some() {
        return Err(malformed("a body without content-length"));
    }
    let Some(length) = value("content-length") else { return Ok(0) };
    let text = std::str::from_utf8(length.value).unwrap_or_default();
    text.parse().map_err(|_| malformed("content-length is not a number"))
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("http request: {what}"))
}
