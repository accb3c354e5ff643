use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Json;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use bytes::Bytes;
use cloudfront_sim::{CloudFront, EdgeLocation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::json::{Answer, ApiError, JsonBody};
use super::page_state::PageState;

/// The most viewers in one request.
const MOST: u32 = 1000;
/// 198.18.0.0/15: addresses for benchmarks, which no real viewer has (RFC 2544).
const FIRST_ADDRESS: u32 = u32::from_be_bytes([198, 18, 0, 0]);
const ADDRESSES: u32 = 1 << 17;

static NEXT: AtomicU32 = AtomicU32::new(0);

#[derive(Deserialize)]
pub(super) struct NewViewers {
    count: u32,
}

/// Loads the start page as `count` new viewers, one after the other. A canary's share then shows without
/// real traffic.
pub(super) async fn send(
    State(page): State<Arc<PageState>>,
    JsonBody(NewViewers { count }): JsonBody<NewViewers>,
) -> Answer<Value> {
    if !(1..=MOST).contains(&count) {
        let error = format!("{count} viewers: allowed are 1 to {MOST}");
        return Err(ApiError::new(StatusCode::BAD_REQUEST, error));
    }
    let cloudfront = Arc::clone(&page.running().cloudfront);
    let edges: Vec<EdgeLocation> = cloudfront.edges().cloned().collect();
    for edge in edges.iter().cycle().take(count as usize) {
        let (_, exchange) = cloudfront.send(edge, next_address(), page_load(&cloudfront)).await;
        page.log.iter().for_each(|log| log.write(&exchange));
        page.record_exchange(Arc::new(exchange));
    }
    Ok(Json(json!({ "sent": count })))
}

fn next_address() -> IpAddr {
    let number = NEXT.fetch_add(1, Ordering::Relaxed) % ADDRESSES;
    Ipv4Addr::from(FIRST_ADDRESS + number).into()
}

fn page_load(cloudfront: &CloudFront) -> Request<Bytes> {
    let host = cloudfront.distribution().domain_name.as_str();
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
