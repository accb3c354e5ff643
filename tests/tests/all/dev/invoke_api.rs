use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use edge_event::Event;
use edgeswitch_dev::DevArgs;
use testkit::Connection;

use crate::dev::browser::Browser;
use crate::dev::sample;

/// The paths of Lambda's Invoke API that were called.
type Called = Arc<Mutex<Vec<String>>>;

/// Answers every event with its own request or response, as a function behind `cargo lambda watch` would.
fn pass_through(stream: TcpStream, called: &Called) {
    let mut connection = Connection::new(stream);
    while let Ok(Some(request)) = connection.read() {
        let result = Event::from_slice(&request.body).unwrap().passthrough();
        called.lock().unwrap().push(request.target);
        connection.write(200, &[], &serde_json::to_vec(&result).unwrap()).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_behind_an_invoke_api_are_called_by_their_names() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let called = Called::default();
    let calls = Arc::clone(&called);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let calls = Arc::clone(&calls);
            thread::spawn(move || pass_through(stream.unwrap(), &calls));
        }
    });
    let local =
        sample(DevArgs { functions: Some(url.parse().unwrap()), ..DevArgs::default() }).await;
    let page = Browser::new(&local).load("/").await;
    assert_eq!(page.status, 403, "nobody chose a release, and the bucket has nothing at its root");
    // The bucket gets two requests: the second as the other member of the origin group.
    let names = ["viewer-request", "origin-request", "origin-request", "origin-response"];
    let expected = names.map(|name| format!("/2015-03-31/functions/{name}/invocations"));
    assert_eq!(*called.lock().unwrap(), expected);
    local.stop().await;
}
