//! Constructors and builders of events, requests, responses and origins.

use edge_event::{Config, CustomOrigin, Event, Origin, Request, Response, S3Origin, Trigger};
use serde_json::json;

#[test]
fn constructors_set_no_more_than_they_are_given() {
    let event = Event::viewer_response(Request::new("HEAD", "/a"), Response::status(204));
    let cf = json!({
        "config": {"eventType": "viewer-response"},
        "request": {"method": "HEAD", "uri": "/a", "querystring": "", "headers": {}},
        "response": {"status": "204", "headers": {}}
    });
    assert_eq!(event.to_value(), json!({"Records": [{"cf": cf}]}));
}

#[test]
fn both_kinds_of_origins_are_built_and_read_alike() {
    let mut server = CustomOrigin::new("a.example.com");
    let mut bucket = S3Origin::new("a.s3.eu-west-1.amazonaws.com");
    assert_eq!(Origin::custom("a.example.com"), server.clone().into());
    assert_eq!(Origin::s3("a.s3.eu-west-1.amazonaws.com"), bucket.clone().into());
    (server.read_timeout, bucket.read_timeout) = (Some(60), Some(61));
    (server.response_completion_timeout, bucket.response_completion_timeout) = (Some(0), Some(90));
    for (origin, domain, read, completion) in [
        (Origin::from(server), "a.example.com", 60, 0),
        (Origin::from(bucket), "a.s3.eu-west-1.amazonaws.com", 61, 90),
    ] {
        assert_eq!(origin.domain_name(), domain);
        assert_eq!(origin.read_timeout(), Some(read), "{domain}");
        assert_eq!(origin.response_completion_timeout(), Some(completion), "{domain}");
    }
}

#[test]
fn builders_make_whole_events() {
    let origin = Origin::s3("b.s3.eu-west-1.amazonaws.com");
    let request = Request::get("/index.html?a=?").header("Host", "example.org").cookie("a=b");
    let response = Response::status(304).status_description("Not Modified").header("ETag", "\"1\"");
    let mut config = Config::new(Trigger::OriginResponse);
    config.distribution_domain_name = Some("d111111abcdef8.cloudfront.net".into());
    config.distribution_id = Some("EDFDVBD6EXAMPLE".into());
    config.request_id = Some("4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==".into());
    let mut event = Event::new(config, request.origin(origin).client_ip("::1"));
    event.response = Some(response);
    let cf = json!({
        "config": {
            "distributionDomainName": "d111111abcdef8.cloudfront.net",
            "distributionId": "EDFDVBD6EXAMPLE",
            "eventType": "origin-response",
            "requestId": "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ=="
        },
        "request": {
            "clientIp": "::1",
            "method": "GET",
            "uri": "/index.html",
            "querystring": "a=?",
            "headers": {
                "host": [{"key": "Host", "value": "example.org"}],
                "cookie": [{"key": "Cookie", "value": "a=b"}]
            },
            "origin": {"s3": {
                "authMethod": "none",
                "customHeaders": {},
                "domainName": "b.s3.eu-west-1.amazonaws.com",
                "path": "",
                "region": ""
            }}
        },
        "response": {
            "status": "304",
            "statusDescription": "Not Modified",
            "headers": {"etag": [{"key": "ETag", "value": "\"1\""}]}
        }
    });
    assert_eq!(event.to_value(), json!({"Records": [{"cf": cf}]}));
}
