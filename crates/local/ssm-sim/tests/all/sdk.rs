//! The real SDK over HTTP: every operation, every error, every fault.

use crate::world::{NAME, NOW, client, serve, store};
use aws_sdk_ssm::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ssm::operation::get_parameter_history::GetParameterHistoryOutput;
use aws_sdk_ssm::types::{ParameterTier, ParameterType};
use aws_sdk_ssm::{Client, primitives::DateTime};
use ssm_sim::{Endpoint, Extent, Fault, HOME_REGION, ParameterStore};

async fn world() -> (ParameterStore, Endpoint, Client) {
    let store = store();
    let endpoint = serve(&store).await;
    let client = client(&endpoint, "ada", HOME_REGION);
    (store, endpoint, client)
}

async fn write(client: &Client, value: &str) -> i64 {
    let put = client.put_parameter().name(NAME).value(value).r#type(ParameterType::String);
    put.overwrite(true).send().await.unwrap().version()
}

#[tokio::test]
async fn a_parameter_is_written_and_read() {
    let (_store, _endpoint, client) = world().await;
    let put = client.put_parameter().name(NAME).value("first").r#type(ParameterType::String);
    let written = put.description("begin").send().await.unwrap();
    assert_eq!((written.version(), written.tier()), (1, Some(&ParameterTier::Standard)));
    assert_eq!(write(&client, "second").await, 2);
    for (asked, value, selector) in [(NAME, "second", None), ("/shop/plan:1", "first", Some(":1"))]
    {
        let read = client.get_parameter().name(asked).send().await.unwrap().parameter.unwrap();
        assert_eq!((read.name(), read.value()), (Some(NAME), Some(value)));
        assert_eq!((read.selector(), read.data_type()), (selector, Some("text")));
        assert_eq!(read.r#type(), Some(&ParameterType::String));
        assert_eq!(read.last_modified_date(), Some(&DateTime::from_millis(NOW.0)));
        assert_eq!(read.arn(), Some("arn:aws:ssm:us-east-1:123456789012:parameter/shop/plan"));
    }
}

#[tokio::test]
async fn several_parameters_are_read_at_once() {
    let (_store, _endpoint, client) = world().await;
    write(&client, "first").await;
    let read = client.get_parameters().names(NAME).names("/other").send().await.unwrap();
    let values: Vec<_> = read.parameters().iter().map(|one| one.value().unwrap()).collect();
    assert_eq!(
        (values, read.invalid_parameters()),
        (vec!["first"], ["/other".to_owned()].as_slice())
    );
}

#[tokio::test]
async fn the_history_says_who_wrote_what_and_comes_in_pages() {
    let (_store, endpoint, ada) = world().await;
    let grace = client(&endpoint, "grace", HOME_REGION);
    for (client, value) in [(&ada, "1"), (&grace, "2"), (&ada, "3")] {
        write(client, value).await;
    }
    let pages = ada.get_parameter_history().name(NAME).max_results(2);
    let pages: Result<Vec<_>, _> = pages.into_paginator().send().collect().await;
    let pages = pages.unwrap();
    let read: Vec<_> = pages
        .iter()
        .flat_map(GetParameterHistoryOutput::parameters)
        .map(|one| (one.version(), one.value().unwrap(), one.last_modified_user().unwrap()))
        .collect();
    let (ada, grace) =
        ("arn:aws:iam::123456789012:user/ada", "arn:aws:iam::123456789012:user/grace");
    assert_eq!(read, [(1, "1", ada), (2, "2", grace), (3, "3", ada)]);
}

#[tokio::test]
async fn a_deleted_parameter_is_gone() {
    let (_store, _endpoint, client) = world().await;
    write(&client, "first").await;
    client.delete_parameter().name(NAME).send().await.unwrap();
    let error = client.get_parameter().name(NAME).send().await.unwrap_err().into_service_error();
    assert!(error.is_parameter_not_found());
    assert_eq!(error.message(), None, "AWS sends none either");
}

#[tokio::test]
async fn the_signature_names_the_region() {
    let (store, endpoint, home) = world().await;
    let replica = client(&endpoint, "ada", "eu-west-1");
    write(&home, "home").await;
    write(&replica, "replica").await;
    assert_eq!(store.get(NAME).await.unwrap().value, "home");
    let read = replica.get_parameter().name(NAME).send().await.unwrap().parameter.unwrap();
    assert_eq!(read.value(), Some("replica"));
    assert!(read.arn().unwrap().starts_with("arn:aws:ssm:eu-west-1:"));
}

#[tokio::test]
async fn every_error_has_its_type_in_the_sdk() {
    let (_store, _endpoint, client) = world().await;
    write(&client, "first").await;
    let put = || client.put_parameter().name("/new").value("x").r#type(ParameterType::String);
    let get = |name| client.get_parameter().name(name);
    let rows = [
        ("exists", refused(put().name(NAME).send().await), "ParameterAlreadyExists"),
        (
            "no type",
            refused(client.put_parameter().name("/new").value("x").send().await),
            "ValidationException",
        ),
        (
            "secret",
            refused(put().r#type(ParameterType::SecureString).send().await),
            "UnsupportedParameterType",
        ),
        ("tier", refused(put().tier(ParameterTier::Advanced).send().await), "ValidationException"),
        ("pattern", refused(put().allowed_pattern("x").send().await), "ValidationException"),
        ("4,097 bytes", refused(put().value("x".repeat(4097)).send().await), "ValidationException"),
        ("reserved", refused(put().name("/aws/x").send().await), "AccessDeniedException"),
        (
            "deep",
            refused(put().name("/x".repeat(16)).send().await),
            "HierarchyLevelLimitExceededException",
        ),
        ("missing", refused(get("/other").send().await), "ParameterNotFound"),
        ("version", refused(get("/shop/plan:9").send().await), "ParameterVersionNotFound"),
        (
            "11 names",
            refused(client.get_parameters().set_names(Some(vec![NAME.into(); 11])).send().await),
            "ValidationException",
        ),
        (
            "51 results",
            refused(client.get_parameter_history().name(NAME).max_results(51).send().await),
            "ValidationException",
        ),
        (
            "-1 results",
            refused(client.get_parameter_history().name(NAME).max_results(-1).send().await),
            "ValidationException",
        ),
        (
            "token",
            refused(client.get_parameter_history().name(NAME).next_token("x").send().await),
            "InvalidNextToken",
        ),
        (
            "operation",
            refused(client.describe_parameters().send().await),
            "UnknownOperationException",
        ),
    ];
    for (name, code, expected) in rows {
        assert_eq!(code, format!("400 {expected}"), "{name}");
    }
}

#[tokio::test]
async fn a_parameter_that_exists_needs_no_type() {
    let (_store, _endpoint, client) = world().await;
    write(&client, "first").await;
    let put = client.put_parameter().name(NAME).value("second").overwrite(true);
    assert_eq!(put.send().await.unwrap().version(), 2);
}

#[tokio::test]
async fn a_fault_is_what_the_sdk_sees() {
    let rows = [
        (Fault::Throttled, "400 ThrottlingException"),
        (Fault::Denied, "400 AccessDeniedException"),
        (Fault::Internal, "500 InternalServerError"),
        (Fault::Gone, "400 ParameterNotFound"),
        (Fault::Dropped, "no answer"),
        (Fault::AnswerLost, "no answer"),
    ];
    let (store, _endpoint, client) = world().await;
    write(&client, "first").await;
    for (fault, expected) in rows {
        store.faults().reads.switch_on(fault.clone(), Extent::Next(1));
        let read = refused(client.get_parameter().name(NAME).send().await);
        assert_eq!(read, expected, "{fault:?}");
        store.faults().writes.switch_on(fault.clone(), Extent::Next(1));
        let put = client.put_parameter().name(NAME).value("x").overwrite(true);
        assert_eq!(refused(put.send().await), expected, "{fault:?}");
    }
    store.faults().reads.switch_on(Fault::Malformed { value: "{".into() }, Extent::Next(1));
    let read = client.get_parameter().name(NAME).send().await.unwrap().parameter.unwrap();
    assert_eq!(read.value(), Some("{"));
    assert_eq!(
        store.get(NAME).await.unwrap().version,
        2,
        "one write was done: its answer was lost"
    );
}

/// Status and code of a refusal.
fn refused<T, E>(answer: Result<T, SdkError<E>>) -> String
where
    E: ProvideErrorMetadata,
{
    let error = answer.err().unwrap();
    match error.raw_response() {
        Some(raw) => format!("{} {}", raw.status().as_u16(), error.code().unwrap_or("no code")),
        None => "no answer".to_owned(),
    }
}
