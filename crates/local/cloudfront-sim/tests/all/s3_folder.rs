//! A folder answers like S3's REST endpoint.

use std::fs;
use std::fs::{File, FileTimes};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cloudfront_sim::{Missing, OriginServer, S3Folder};
use edge_event::Origin;
use http::{Method, Request, Response, StatusCode};
use tempfile::TempDir;

const HELLO: &str = "hello world";
const HELLO_MD5: &str = "\"5eb63bbbe01eeed093cb22bb8f5acdc3\"";
const CHANGED: &str = "Mon, 02 Nov 2026 10:00:00 GMT";
const BEFORE: &str = "Mon, 02 Nov 2026 09:59:59 GMT";
const CHANGED_SECONDS: u64 = 1_793_613_600;

/// A bucket with `hello.txt`, some difficult names, and a file outside of the bucket.
struct Bucket {
    parent: TempDir,
}

impl Bucket {
    fn new() -> Self {
        let parent = tempfile::tempdir().unwrap();
        let bucket = Self { parent };
        fs::create_dir(bucket.parent.path().join("bucket")).unwrap();
        fs::write(bucket.parent.path().join("secret.txt"), "secret").unwrap();
        for (key, content) in
            [("hello.txt", HELLO), ("app/index.html", "<p>"), ("a b.js", "1"), ("a+b.js", "2")]
        {
            bucket.put(key, content);
        }
        bucket
    }

    fn put(&self, key: &str, content: &str) {
        let path = self.parent.path().join("bucket").join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        // Half a second more than the header can express.
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(CHANGED_SECONDS * 1000 + 500);
        let times = FileTimes::new().set_modified(at);
        File::options().write(true).open(path).unwrap().set_times(times).unwrap();
    }

    async fn ask(&self, missing: Missing, request: Request<Bytes>) -> Response<Bytes> {
        let bucket = S3Folder::new(self.parent.path().join("bucket"), missing);
        bucket.serve(request, &Origin::s3("b.s3.eu-west-1.amazonaws.com")).await.unwrap()
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
        self.ask(Missing::NotFound, request(Method::GET, path, headers)).await
    }
}

fn request(method: Method, path: &str, headers: &[(&str, &str)]) -> Request<Bytes> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Bytes::new()).unwrap()
}

fn header<'r>(response: &'r Response<Bytes>, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

fn text(response: &Response<Bytes>) -> &str {
    std::str::from_utf8(response.body()).unwrap()
}

#[tokio::test]
async fn an_object_comes_with_what_s3_tells_about_it() {
    let response = Bucket::new().get("/hello.txt", &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(&response), HELLO);
    for (name, value) in [
        ("etag", HELLO_MD5),
        ("last-modified", CHANGED),
        ("content-type", "text/plain"),
        ("content-length", "11"),
        ("accept-ranges", "bytes"),
        ("server", "AmazonS3"),
        ("x-amz-request-id", "0000000000000001"),
    ] {
        assert_eq!(header(&response, name), value, "{name}");
    }
}

#[tokio::test]
async fn head_has_the_headers_without_the_content() {
    let bucket = Bucket::new();
    for path in ["/hello.txt", "/missing.txt"] {
        let get = bucket.get(path, &[]).await;
        let head = bucket.ask(Missing::NotFound, request(Method::HEAD, path, &[])).await;
        assert_eq!((head.status(), head.headers()), (get.status(), get.headers()), "{path}");
        assert!(head.body().is_empty(), "{path}");
    }
}

#[tokio::test]
async fn the_path_names_the_key_as_s3_reads_it() {
    let bucket = Bucket::new();
    for (path, content) in [
        ("/app/index.html", "<p>"),
        ("/app%2Findex.html", "<p>"),
        ("/%68ello.txt", HELLO),
        ("/hello.txt?any=query", HELLO),
        ("/a%20b.js", "1"),
        ("/a+b.js", "1"),
        ("/a%2Bb.js", "2"),
    ] {
        assert_eq!(text(&bucket.get(path, &[]).await), content, "{path}");
    }
}

#[tokio::test]
async fn content_types_follow_the_name() {
    let bucket = Bucket::new();
    for (key, content_type) in [
        ("index.html", "text/html"),
        ("app.js", "text/javascript"),
        ("app.css", "text/css"),
        ("logo.svg", "image/svg+xml"),
        ("data.json", "application/json"),
        ("app.wasm", "application/wasm"),
        ("font.woff2", "font/woff2"),
        ("LICENSE", "binary/octet-stream"),
    ] {
        bucket.put(key, "");
        let response = bucket.get(&format!("/{key}"), &[]).await;
        assert_eq!(header(&response, "content-type"), content_type, "{key}");
    }
}

#[tokio::test]
async fn what_is_no_object_is_missing() {
    let bucket = Bucket::new();
    let folder = bucket.parent.path().join("bucket");
    std::os::unix::fs::symlink(bucket.parent.path(), folder.join("out")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.join("dangling")).unwrap();
    for path in [
        "/",
        "/missing.txt",
        "/app",
        "/app/",
        "/app//index.html",
        "/hello.txt/",
        "/hello.txt/more",
        "/./hello.txt",
        "/app/../hello.txt",
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2fetc/passwd",
        "/out/secret.txt",
        "/dangling",
        "/hello.txt%00",
        "/%252e%252e/secret.txt",
        "/%ff",
    ] {
        let told = bucket.ask(Missing::NotFound, request(Method::GET, path, &[])).await;
        assert_eq!(told.status(), StatusCode::NOT_FOUND, "{path}");
        let hidden = bucket.ask(Missing::Forbidden, request(Method::GET, path, &[])).await;
        assert_eq!(hidden.status(), StatusCode::FORBIDDEN, "{path}");
    }
    let long = bucket.get(&format!("/{}", "a".repeat(300)), &[]).await;
    assert_eq!(long.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_symbolic_link_inside_the_folder_is_an_object() {
    let bucket = Bucket::new();
    let link = bucket.parent.path().join("bucket/latest.js");
    std::os::unix::fs::symlink("hello.txt", link).unwrap();
    let response = bucket.get("/latest.js", &[]).await;
    assert_eq!(text(&response), HELLO);
    assert_eq!(header(&response, "content-type"), "text/javascript");
}

#[tokio::test]
async fn a_change_shows_at_once() {
    let bucket = Bucket::new();
    bucket.put("hello.txt", "changed");
    assert_eq!(text(&bucket.get("/hello.txt", &[]).await), "changed");
    fs::remove_dir_all(bucket.parent.path().join("bucket")).unwrap();
    assert_eq!(bucket.get("/hello.txt", &[]).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn refusals_are_s3s_xml() {
    let bucket = Bucket::new();
    let missing = bucket.get("/no%20%3Csuch%3E.txt", &[]).await;
    assert_eq!(header(&missing, "content-type"), "application/xml");
    assert_eq!(
        text(&missing),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code>\
         <Message>The specified key does not exist.</Message><Key>no &lt;such&gt;.txt</Key>\
         <RequestId>0000000000000001</RequestId></Error>"
    );
    let hidden = bucket.ask(Missing::Forbidden, request(Method::GET, "/no.txt", &[])).await;
    assert_eq!(
        text(&hidden),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code>\
         <Message>Access Denied</Message><RequestId>0000000000000001</RequestId></Error>"
    );
}

#[tokio::test]
async fn nothing_but_reading_is_allowed() {
    let bucket = Bucket::new();
    for method in [Method::PUT, Method::POST, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let refused = request(method.clone(), "/hello.txt", &[]);
        let response = bucket.ask(Missing::NotFound, refused).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{method}");
    }
}

#[tokio::test]
async fn conditions_decide_between_200_304_and_412() {
    let bucket = Bucket::new();
    let other = "\"00000000000000000000000000000000\"";
    for (name, headers, status) in [
        ("known by tag", &[("if-none-match", HELLO_MD5)][..], 304),
        ("known by weak tag", &[("if-none-match", &format!("W/{HELLO_MD5}"))], 304),
        ("one of several", &[("if-none-match", &format!("{other}, {HELLO_MD5}"))], 304),
        ("any", &[("if-none-match", "*")], 304),
        ("other tag", &[("if-none-match", other)], 200),
        ("known by date", &[("if-modified-since", CHANGED)], 304),
        ("older date", &[("if-modified-since", BEFORE)], 200),
        ("no date", &[("if-modified-since", "yesterday")], 200),
        ("tag before date", &[("if-none-match", other), ("if-modified-since", CHANGED)], 200),
        ("match", &[("if-match", HELLO_MD5)], 200),
        ("mismatch", &[("if-match", other)], 412),
        ("unmodified", &[("if-unmodified-since", CHANGED)], 200),
        ("modified", &[("if-unmodified-since", BEFORE)], 412),
        ("match before date", &[("if-match", HELLO_MD5), ("if-unmodified-since", BEFORE)], 200),
    ] {
        let response = bucket.get("/hello.txt", headers).await;
        assert_eq!(response.status().as_u16(), status, "{name}");
        if status == 304 {
            assert!(response.body().is_empty(), "{name}");
            assert_eq!(header(&response, "etag"), HELLO_MD5, "{name}");
            assert_eq!(header(&response, "content-type"), "", "{name}");
        }
    }
}

#[tokio::test]
async fn one_range_is_given_several_are_not() {
    let bucket = Bucket::new();
    for (range, status, content_range, content) in [
        ("bytes=0-4", 206, "bytes 0-4/11", "hello"),
        ("bytes=6-", 206, "bytes 6-10/11", "world"),
        ("bytes=-5", 206, "bytes 6-10/11", "world"),
        ("bytes=-50", 206, "bytes 0-10/11", HELLO),
        ("bytes=6-50", 206, "bytes 6-10/11", "world"),
        ("bytes=10-10", 206, "bytes 10-10/11", "d"),
        ("bytes=0-1,3-4", 200, "", HELLO),
        ("bytes=4-1", 200, "", HELLO),
        ("lines=0-1", 200, "", HELLO),
        ("bytes=a-b", 200, "", HELLO),
    ] {
        let response = bucket.get("/hello.txt", &[("range", range)]).await;
        assert_eq!(response.status().as_u16(), status, "{range}");
        assert_eq!(header(&response, "content-range"), content_range, "{range}");
        assert_eq!(text(&response), content, "{range}");
        assert_eq!(header(&response, "content-length"), content.len().to_string(), "{range}");
    }
}

#[tokio::test]
async fn a_range_behind_the_end_is_a_416() {
    let bucket = Bucket::new();
    bucket.put("empty.txt", "");
    for (path, range, length) in [
        ("/hello.txt", "bytes=11-", 11),
        ("/empty.txt", "bytes=0-", 0),
        ("/empty.txt", "bytes=-1", 0),
    ] {
        let response = bucket.get(path, &[("range", range)]).await;
        assert_eq!(response.status(), StatusCode::RANGE_NOT_SATISFIABLE, "{path} {range}");
        assert_eq!(header(&response, "content-range"), format!("bytes */{length}"));
        assert!(text(&response).contains("<Code>InvalidRange</Code>"), "{path} {range}");
    }
}

#[tokio::test]
async fn a_range_of_what_changed_since_is_the_whole() {
    let bucket = Bucket::new();
    for (if_range, status) in [(HELLO_MD5, 206), ("\"other\"", 200), (CHANGED, 206), (BEFORE, 200)]
    {
        let headers = [("range", "bytes=0-4"), ("if-range", if_range)];
        let response = bucket.get("/hello.txt", &headers).await;
        assert_eq!(response.status().as_u16(), status, "{if_range}");
    }
}
