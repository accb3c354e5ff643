use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Json;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use bytes::Bytes;
use cloudfront_sim::EdgeLocation;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Answer, Refused, Told};
use super::desk::Desk;

/// Most viewers at a time.
const MOST: u32 = 1000;
/// Addresses that no real viewer has (RFC 2544): 198.18.0.0/15.
const FIRST_ADDRESS: u32 = u32::from_be_bytes([198, 18, 0, 0]);
const ADDRESSES: u32 = 1 << 17;

static NEXT: AtomicU32 = AtomicU32::new(0);

#[derive(Deserialize)]
pub(super) struct NewViewers {
    count: u32,
}

/// Lets viewers who were never here load the start page, one after the other, so that a canary's share shows
/// without a crowd.
pub(super) async fn send(
    State(desk): State<Arc<Desk>>,
    Told(NewViewers { count }): Told<NewViewers>,
) -> Answer<Value> {
    if !(1..=MOST).contains(&count) {
        let error = format!("{count} viewers: allowed are 1 to {MOST}");
        return Err(Refused::new(StatusCode::BAD_REQUEST, error));
    }
    let edges: Vec<EdgeLocation> = desk.cloudfront.edges().cloned().collect();
    for edge in edges.iter().cycle().take(count as usize) {
        let (_, exchange) = desk.cloudfront.send(edge, next_address(), page_load(&desk)).await;
        desk.take_up(Arc::new(exchange));
    }
    Ok(Json(json!({ "sent": count })))
}

fn next_address() -> IpAddr {
    let number = NEXT.fetch_add(1, Ordering::Relaxed) % ADDRESSES;
    Ipv4Addr::from(FIRST_ADDRESS + number).into()
}

fn page_load(desk: &Desk) -> Request<Bytes> {
    let host = desk.cloudfront.distribution().domain_name.as_str();
    let headers = [
        ("host", host),
        ("accept", "text/html"),
        ("user-agent", "edgeswitch dev"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
    ];
    let request = headers
        .iter()
        .fold(Request::get("/"), |request, (name, value)| request.header(*name, *value));
    request.body(Bytes::new()).expect("the domain name and the headers are plain ASCII")
}
