use bytes::Bytes;
use cloudfront_sim::{ListenerOptions, Tls};
use http::{Request, StatusCode, Version};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpInfo;
use hyper_util::rt::TokioExecutor;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::listener::server::{Running, ask, http_1, http_2, to};

#[tokio::test]
async fn http_1_connections_are_kept() {
    let running = Running::start(ListenerOptions::default());
    let client = http_1();
    let mut connections = Vec::new();
    for path in ["/first", "/second?query=1"] {
        let got = ask(&client, to(&running.url("http", path))).await;
        assert_eq!((got.head.status, got.head.version), (StatusCode::OK, Version::HTTP_11));
        assert_eq!(
            got.text,
            format!("GET {path} host {} from 127.0.0.1 cookie - player - body 0", running.address)
        );
        connections.push(got.head.extensions.get::<HttpInfo>().unwrap().local_addr());
    }
    assert_eq!(connections[0], connections[1]);
}

#[tokio::test]
async fn http_2_needs_no_tls_and_reads_like_http_1() {
    let running = Running::start(ListenerOptions::default());
    let request = Request::get(running.url("http", "/page"))
        .header("cookie", "a=1")
        .header("cookie", "b=2")
        .body(Bytes::new())
        .unwrap();
    let got = ask(&http_2(), request).await;
    assert_eq!((got.head.status, got.head.version), (StatusCode::OK, Version::HTTP_2));
    assert_eq!(
        got.text,
        format!(
            "GET /page host {} from 127.0.0.1 cookie a=1; b=2 player - body 0",
            running.address
        )
    );
}

#[tokio::test]
async fn client_that_trusts_the_certificate_speaks_tls() {
    let tls = Tls::generate(&["shop.test".into()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(tls.certificate_pem().as_bytes()).unwrap()).unwrap();
    let running = Running::start(ListenerOptions { tls: Some(tls), ..Default::default() });
    let trusting = trusting(roots);
    let port = running.address.port();
    for (name, host, version) in [
        ("HTTP/2 is preferred", "127.0.0.1", Version::HTTP_2),
        ("a name resolves", "localhost", Version::HTTP_2),
        ("HTTP/1.1 will do", "127.0.0.1", Version::HTTP_11),
    ] {
        let https = HttpsConnectorBuilder::new().with_tls_config(trusting.clone()).https_only();
        let https = match version {
            Version::HTTP_2 => https.enable_all_versions().build(),
            _ => https.enable_http1().build(),
        };
        let client = Client::builder(TokioExecutor::new()).build(https);
        let got = ask(&client, to(&format!("https://{host}:{port}/secure"))).await;
        assert_eq!((got.head.status, got.head.version), (StatusCode::OK, version), "{name}");
        assert!(got.text.starts_with(&format!("GET /secure host {host}:{port} ")), "{name}");
    }
}

fn trusting(roots: RootCertStore) -> rustls::ClientConfig {
    let provider = rustls::crypto::ring::default_provider();
    rustls::ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[test]
fn a_certificate_for_what_is_no_name_is_refused() {
    let refused = Tls::generate(&["shöp.test".into()]).unwrap_err().to_string();
    assert!(refused.starts_with("cannot make a certificate for `shöp.test`: "), "{refused}");
}
