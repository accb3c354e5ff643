use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use doctor::Read;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme};
use serde_json::{Value, json};
use tokio::net::lookup_host;
use tokio::task::spawn_blocking;
use webpki::EndEntityCert;

use super::Unanswered;

/// The longest wait for a connection, and for each part of a handshake.
const WAIT: Duration = Duration::from_secs(3);

/// The addresses of a domain: `{"Addresses": [...]}`.
pub(super) async fn addresses(domain: &str, port: u16) -> Result<Value, Unanswered> {
    let all: Vec<String> =
        resolve(domain, port).await?.iter().map(|one| one.ip().to_string()).collect();
    Ok(json!({ "Addresses": all }))
}

/// The names on the certificate that a listener shows for the domain: `{"Names": [...]}`.
pub(super) async fn certificates(domain: &str, port: u16) -> Result<Value, Unanswered> {
    let addresses = resolve(domain, port).await?;
    let asked = domain.to_owned();
    let names = spawn_blocking(move || names(&asked, &addresses)).await;
    match names.map_err(io::Error::other).flatten() {
        Ok(names) => Ok(json!({ "Names": names })),
        Err(error) => Err(Unanswered::Network(Read::out_of_reach(&error.to_string()))),
    }
}

async fn resolve(domain: &str, port: u16) -> Result<Vec<SocketAddr>, Unanswered> {
    match lookup_host((domain, port)).await {
        Ok(found) => Ok(found.collect()),
        Err(error) => Err(Unanswered::Network(unresolved(&error.to_string()))),
    }
}

/// If the name server does not answer, nobody knows whether the domain exists.
fn unresolved(reason: &str) -> Read {
    if reason.contains("Temporary failure") {
        Read::out_of_reach(reason)
    } else {
        Read::from_error(&format!("NotFound: {reason}"))
    }
}

/// Shakes hands with the first address that answers.
fn names(domain: &str, addresses: &[SocketAddr]) -> io::Result<Vec<String>> {
    let mut last = io::Error::other("the domain has no address");
    for address in addresses {
        match handshake(domain, *address) {
            Ok(names) => return Ok(names),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn handshake(domain: &str, address: SocketAddr) -> io::Result<Vec<String>> {
    let name = ServerName::try_from(domain.to_owned()).map_err(io::Error::other)?;
    let mut connection =
        ClientConnection::new(Arc::new(config()?), name).map_err(io::Error::other)?;
    let mut stream = TcpStream::connect_timeout(&address, WAIT)?;
    stream.set_read_timeout(Some(WAIT))?;
    stream.set_write_timeout(Some(WAIT))?;
    while connection.is_handshaking() {
        connection.complete_io(&mut stream)?;
    }
    let shown = connection.peer_certificates().and_then(|chain| chain.first());
    let shown = shown.ok_or_else(|| io::Error::other("the listener shows no certificate"))?;
    let certificate = EndEntityCert::try_from(shown).map_err(io::Error::other)?;
    Ok(certificate.valid_dns_names().map(ToOwned::to_owned).collect())
}

fn config() -> io::Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().map_err(io::Error::other)?;
    let any = Arc::new(AnyCertificate(provider));
    Ok(builder.dangerous().with_custom_certificate_verifier(any).with_no_client_auth())
}

/// Takes every certificate: only its names are read, and nothing is sent.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::thread::{JoinHandle, spawn};

    use doctor::Read;
    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use rustls::crypto::ring;
    use rustls::pki_types::PrivateKeyDer;
    use rustls::{ServerConfig, ServerConnection, Stream};
    use serde_json::json;

    use super::{addresses, certificates, unresolved};
    use crate::aws::answers::Unanswered;

    /// A listener on loopback with a certificate that nobody signed. It ends after one handshake.
    fn listener(names: &[&str]) -> (u16, JoinHandle<()>) {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let serve = spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut connection = ServerConnection::new(Arc::new(config)).unwrap();
            // The client closes after the handshake.
            let _ = Stream::new(&mut connection, &mut stream).read(&mut [0; 1]);
        });
        (port, serve)
    }

    #[tokio::test]
    async fn the_names_on_any_certificate_are_read() {
        let (port, serve) = listener(&["api.example.com", "*.shop.example.com"]);
        let read = certificates("localhost", port).await.ok();
        assert_eq!(read, Some(json!({ "Names": ["api.example.com", "*.shop.example.com"] })));
        serve.join().unwrap();
    }

    #[tokio::test]
    async fn a_listener_that_does_not_answer_is_out_of_reach() {
        let closed = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let Err(Unanswered::Network(read)) = certificates("localhost", closed).await else {
            panic!("an answer")
        };
        assert!(matches!(read, Read::OutOfReach(_)), "{read:?}");
    }

    #[tokio::test]
    async fn a_domain_has_addresses() {
        let read = addresses("localhost", 443).await.ok().unwrap();
        let all = read["Addresses"].as_array().unwrap();
        assert!(all.contains(&json!("127.0.0.1")), "{all:?}");
    }

    #[test]
    fn a_name_server_that_does_not_answer_says_nothing_about_the_domain() {
        let failed = "failed to lookup address information: Temporary failure in name resolution";
        assert!(matches!(unresolved(failed), Read::OutOfReach(_)));
        let unknown = "failed to lookup address information: Name or service not known";
        assert!(matches!(unresolved(unknown), Read::Missing(_)));
    }
}
