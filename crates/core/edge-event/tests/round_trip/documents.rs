use serde_json::{Value, json};

/// An event with every documented field.
pub(crate) fn full() -> Value {
    let custom_headers = json!({"x-a": [{"key": "X-A", "value": "b"}]});
    json!({"Records": [{"cf": {
        "config": {
            "distributionDomainName": "d111111abcdef8.cloudfront.net",
            "distributionId": "EDFDVBD6EXAMPLE",
            "eventType": "origin-response",
            "requestId": "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ=="
        },
        "request": {
            "clientIp": "2001:db8::7334",
            "method": "POST",
            "uri": "/picture.jpg",
            "querystring": "size=large",
            "headers": {
                "cookie": [{"key": "Cookie", "value": "a=1"}, {"value": "b=2"}],
                "accept": []
            },
            "body": {
                "inputTruncated": false, "action": "read-only", "encoding": "base64", "data": "YQ=="
            },
            "origin": {"custom": {
                "customHeaders": custom_headers,
                "domainName": "alb.example.org",
                "path": "",
                "port": 443,
                "protocol": "https",
                "readTimeout": 30,
                "keepaliveTimeout": 5,
                "responseCompletionTimeout": 0,
                "sslProtocols": ["TLSv1.2"]
            }}
        },
        "response": {
            "status": "200",
            "statusDescription": "",
            "headers": {},
            "body": "",
            "bodyEncoding": "text"
        }
    }}]})
}

/// `full` with an S3 origin.
pub(crate) fn full_s3() -> Value {
    let mut event = full();
    let origin = event.pointer_mut("/Records/0/cf/request/origin").expect("an origin");
    *origin = json!({"s3": {
        "authMethod": "origin-access-identity",
        "customHeaders": {},
        "domainName": "b.s3.eu-west-1.amazonaws.com",
        "path": "/p",
        "region": "eu-west-1",
        "readTimeout": 30,
        "responseCompletionTimeout": 60
    }});
    event
}

/// The JSON pointers of every value in a document, the document's own first.
pub(crate) fn pointers(value: &Value, here: &str) -> Vec<String> {
    let below = |name: &str, value| pointers(value, &format!("{here}/{name}"));
    let mut all = vec![here.to_owned()];
    match value {
        Value::Object(map) => all.extend(map.iter().flat_map(|(name, value)| below(name, value))),
        Value::Array(list) => {
            all.extend(list.iter().enumerate().flat_map(|(i, value)| below(&i.to_string(), value)));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
    all
}
