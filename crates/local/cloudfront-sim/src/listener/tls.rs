use std::sync::Arc;

use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use thiserror::Error;

/// The names in every certificate.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// The application protocols, the preferred one first.
const ALPN: [&str; 2] = ["h2", "http/1.1"];

/// A generated certificate for this machine, with its key.
#[derive(Debug, Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
    certificate_pem: String,
}

/// Why no certificate could be made.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A name is invalid in a certificate.
    #[error("cannot make a certificate for `{names}`: {source}", names = .names.join("`, `"))]
    Names {
        /// The requested names.
        names: Vec<String>,
        /// What is wrong with them.
        source: rcgen::Error,
    },
    /// The TLS library refuses the certificate.
    #[error("cannot use the generated certificate: {0}")]
    Refused(#[from] rustls::Error),
}

impl Tls {
    /// Makes a self-signed certificate for `localhost`, `127.0.0.1`, `::1` and `names`.
    ///
    /// # Errors
    /// When one of `names` is not a DNS name or an IP address.
    pub fn generate(names: &[String]) -> Result<Self, TlsError> {
        let all: Vec<String> =
            LOOPBACK.iter().map(ToString::to_string).chain(names.iter().cloned()).collect();
        let made = generate_simple_self_signed(all)
            .map_err(|source| TlsError::Names { names: names.to_vec(), source })?;
        Ok(Self { certificate_pem: made.cert.pem(), config: Arc::new(config(made)?) })
    }

    /// The certificate, for clients that need to trust it, such as `curl --cacert` or a browser.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    pub(super) fn acceptor(&self) -> RustlsAcceptor<NoDelayAcceptor> {
        RustlsAcceptor::new(RustlsConfig::from_config(self.config.clone()))
            .acceptor(NoDelayAcceptor)
    }
}

fn config(made: CertifiedKey<KeyPair>) -> Result<ServerConfig, rustls::Error> {
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let mut config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.into()], key)?;
    config.alpn_protocols = ALPN.iter().map(|name| name.as_bytes().to_vec()).collect();
    Ok(config)
}
