use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt};

/// The bytes at the end of the output that are kept.
const KEPT: usize = 2048;
/// The characters of the output that are told as the reason. The plan keeps 200 of the whole reason.
const TOLD: usize = 120;

/// The end of what a program writes.
#[derive(Clone, Default)]
pub(super) struct Tail(Arc<Mutex<Vec<u8>>>);

impl Tail {
    /// Reads a stream to its end.
    pub(super) async fn read(&self, stream: Option<impl AsyncRead + Unpin>) {
        let Some(mut stream) = stream else { return };
        let mut buffer = [0; 1024];
        while let Ok(count @ 1..) = stream.read(&mut buffer).await {
            self.add(buffer.get(..count).unwrap_or_default());
        }
    }

    fn add(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(bytes);
        let excess = kept.len().saturating_sub(KEPT);
        kept.drain(..excess);
    }

    /// `why`, and the end of the output on one line.
    pub(super) fn explain(&self, why: &str) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        with_end(why, &String::from_utf8_lossy(&kept))
    }
}

/// `exit code 3: … the cart is empty`: the reason, and the end of a text with its white space folded.
pub(super) fn with_end(why: &str, text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let count = line.chars().count();
    match count {
        0 => why.to_owned(),
        _ if count <= TOLD => format!("{why}: {line}"),
        _ => {
            let end: String = line.chars().skip(count - TOLD).collect();
            format!("{why}: …{end}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_output_is_one_short_line() {
        assert_eq!(with_end("exit code 1", " \n "), "exit code 1");
        assert_eq!(with_end("exit code 1", "a\n\tb \u{e9}\n"), "exit code 1: a b \u{e9}");
        let told = with_end("exit code 1", &"\u{e9}".repeat(500));
        assert_eq!(told, format!("exit code 1: …{}", "\u{e9}".repeat(TOLD)));
    }

    #[test]
    fn only_the_end_is_kept() {
        let tail = Tail::default();
        tail.add(&[b'a'; 5000]);
        tail.add(b" last");
        assert_eq!(tail.0.lock().unwrap().len(), KEPT);
        assert!(tail.explain("exit code 1").ends_with("a last"));
    }
}
