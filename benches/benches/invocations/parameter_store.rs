use std::io;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use anyhow::Result;
use edgeswitch_tests::Connection;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

/// A Parameter Store on loopback that has one parameter and speaks TLS as AWS's does.
#[derive(Debug)]
pub(crate) struct ParameterStore {
    port: u16,
    certificate: PathBuf,
    _folder: TempDir,
}

impl ParameterStore {
    /// Starts it on a free port; its threads end with the program.
    pub(crate) fn start(value: &str) -> Result<Self> {
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
        let (config, answer) = (Arc::new(config), Arc::new(answer(value)));
        thread::spawn(move || accept(&listener, &config, &answer));
        Ok(Self { port, certificate, _folder: folder })
    }

    /// What leads a function to it.
    pub(crate) fn variables(&self) -> [(&'static str, String); 3] {
        let certificate = self.certificate.display().to_string();
        [
            ("AWS_ENDPOINT_URL_SSM", format!("https://localhost:{}", self.port)),
            ("SSL_CERT_FILE", certificate.clone()),
            ("NODE_EXTRA_CA_CERTS", certificate),
        ]
    }
}

fn answer(value: &str) -> String {
    let parameter =
        serde_json::json!({ "Name": "/shop/plan", "Type": "String", "Value": value, "Version": 1 });
    serde_json::json!({ "Parameter": parameter }).to_string()
}

fn accept(listener: &TcpListener, config: &Arc<ServerConfig>, answer: &Arc<String>) {
    for stream in listener.incoming().flatten() {
        let (config, answer) = (Arc::clone(config), Arc::clone(answer));
        // A connection that breaks belongs to a function that has ended.
        thread::spawn(move || serve(stream, config, &answer));
    }
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, answer: &str) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let tls = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut connection = Connection::new(StreamOwned::new(tls, stream));
    while connection.read()?.is_some() {
        let headers = [("content-type", "application/x-amz-json-1.1")];
        connection.write(200, &headers, answer.as_bytes())?;
    }
    Ok(())
}
