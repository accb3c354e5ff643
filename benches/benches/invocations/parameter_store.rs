use std::io;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::Result;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;
use testkit::{Connection, HttpRequest};

/// A Parameter Store on loopback. It speaks TLS, as AWS's does.
#[derive(Debug)]
pub(crate) struct ParameterStore {
    port: u16,
    certificate: PathBuf,
    reads: Reads,
    _folder: TempDir,
}

/// The times of its calls.
type Reads = Arc<Mutex<Vec<Instant>>>;
/// The answer to a call.
type Answers = dyn Fn(&HttpRequest) -> String + Send + Sync;

impl ParameterStore {
    /// A store in which every parameter has this value.
    pub(crate) fn start(value: &str) -> Result<Self> {
        let answer = parameter(value);
        Self::answering(move |_| answer.clone())
    }

    /// Starts it on a free port. Its threads end with the program.
    pub(crate) fn answering(
        answers: impl Fn(&HttpRequest) -> String + Send + Sync + 'static,
    ) -> Result<Self> {
        let folder = TempDir::new()?;
        let certificate = folder.path().join("certificate.pem");
        let identity = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        std::fs::write(&certificate, identity.cert.pem())?;
        let key = PrivateKeyDer::Pkcs8(identity.signing_key.serialize_der().into());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![identity.cert.der().clone()], key)?;
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let (config, reads) = (Arc::new(config), Reads::default());
        let answers: Arc<Answers> = Arc::new(answers);
        let noted = Arc::clone(&reads);
        thread::spawn(move || accept(&listener, &config, &answers, &noted));
        Ok(Self { port, certificate, reads, _folder: folder })
    }

    /// The times of the reads since `start`.
    pub(crate) fn reads_since(&self, start: Instant) -> Vec<Instant> {
        let reads = self.reads.lock().unwrap_or_else(PoisonError::into_inner);
        reads.iter().copied().filter(|read| *read >= start).collect()
    }

    /// The environment variables that make a function use it.
    pub(crate) fn variables(&self) -> [(&'static str, String); 3] {
        let certificate = self.certificate.display().to_string();
        [
            ("AWS_ENDPOINT_URL_SSM", format!("https://localhost:{}", self.port)),
            ("SSL_CERT_FILE", certificate.clone()),
            ("NODE_EXTRA_CA_CERTS", certificate),
        ]
    }
}

/// The answer to `GetParameter`.
pub(crate) fn parameter(value: &str) -> String {
    let parameter = serde_json::json!({
        "Name": "/shop/plan", "Type": "String", "Value": value, "Version": 1,
        "LastModifiedDate": 1_795_255_200,
    });
    serde_json::json!({ "Parameter": parameter }).to_string()
}

fn accept(
    listener: &TcpListener,
    config: &Arc<ServerConfig>,
    answers: &Arc<Answers>,
    reads: &Reads,
) {
    for stream in listener.incoming().flatten() {
        let (config, answers, reads) = (Arc::clone(config), Arc::clone(answers), Arc::clone(reads));
        // A connection breaks only when its function has ended.
        thread::spawn(move || serve(stream, config, &*answers, &reads));
    }
}

fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    answers: &Answers,
    reads: &Reads,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let tls = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut connection = Connection::new(StreamOwned::new(tls, stream));
    while let Some(request) = connection.read()? {
        reads.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
        let headers = [("content-type", "application/x-amz-json-1.1")];
        connection.write(200, &headers, answers(&request).as_bytes())?;
    }
    Ok(())
}
