//! Answers in the shapes of AWS's API references. `tests/tests/all/aws_json` compares whole operations with the
//! models of the AWS SDKs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_json::{XmlError, query_xml, rest_xml};
use serde_json::{Value, json};

fn rest(text: &str) -> Value {
    rest_xml(text).unwrap()
}

#[test]
fn a_distribution_is_what_the_command_line_prints() {
    let xml = r#"<?xml version="1.0"?>
<DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
  <CallerReference>shop</CallerReference>
  <Aliases><Quantity>1</Quantity><Items><CNAME>shop.example.com</CNAME></Items></Aliases>
  <DefaultRootObject></DefaultRootObject>
  <OriginGroups><Quantity>1</Quantity><Items><OriginGroup>
    <Id>releases</Id>
    <FailoverCriteria><StatusCodes><Quantity>2</Quantity>
      <Items><StatusCode>403</StatusCode><StatusCode>404</StatusCode></Items>
    </StatusCodes></FailoverCriteria>
  </OriginGroup></Items></OriginGroups>
  <DefaultCacheBehavior>
    <AllowedMethods><Quantity>1</Quantity><Items><Method>GET</Method></Items>
      <CachedMethods><Quantity>0</Quantity><Items/></CachedMethods></AllowedMethods>
    <Compress>true</Compress>
    <MinTTL>0</MinTTL>
  </DefaultCacheBehavior>
  <CacheBehaviors><Quantity>0</Quantity></CacheBehaviors>
  <CustomErrorResponses><Quantity>1</Quantity><Items><CustomErrorResponse>
    <ErrorCode>404</ErrorCode><ResponseCode>200</ResponseCode>
  </CustomErrorResponse></Items></CustomErrorResponses>
  <Comment>a &lt;b&gt; &amp; c&#33; <![CDATA[<d>]]></Comment>
  <Enabled>true</Enabled>
</DistributionConfig>"#;
    let expected = json!({ "DistributionConfig": {
        "CallerReference": "shop",
        "Aliases": { "Quantity": 1, "Items": ["shop.example.com"] },
        "DefaultRootObject": "",
        "OriginGroups": { "Quantity": 1, "Items": [{
            "Id": "releases",
            "FailoverCriteria": { "StatusCodes": { "Quantity": 2, "Items": [403, 404] } },
        }]},
        "DefaultCacheBehavior": {
            "AllowedMethods": {
                "Quantity": 1, "Items": ["GET"], "CachedMethods": { "Quantity": 0, "Items": [] },
            },
            "Compress": true,
            "MinTTL": 0,
        },
        "CacheBehaviors": { "Quantity": 0 },
        // The command line prints this code as a text.
        "CustomErrorResponses": {
            "Quantity": 1, "Items": [{ "ErrorCode": 404, "ResponseCode": "200" }],
        },
        "Comment": "a <b> & c! <d>",
        "Enabled": true,
    }});
    assert_eq!(rest(xml), expected);
}

#[test]
fn an_element_that_aws_adds_appears() {
    let xml = "<DistributionConfig><Future><Mode>on</Mode><Rule>a</Rule><Rule>b</Rule></Future>\
               <Empty/><Flag>true</Flag><New><Items><Thing><X>1</X></Thing></Items></New>\
               </DistributionConfig>";
    let expected = json!({ "DistributionConfig": {
        "Future": { "Mode": "on", "Rule": ["a", "b"] },
        "Empty": "",
        "Flag": "true",
        "New": { "Items": [{ "X": "1" }] },
    }});
    assert_eq!(rest(xml), expected);
}

#[test]
fn a_value_that_is_not_what_its_name_says_stays_a_text() {
    let xml = "<A><Quantity>many</Quantity><Enabled>perhaps</Enabled><SamplingRate>0.5</SamplingRate></A>";
    let expected =
        json!({ "A": { "Quantity": "many", "Enabled": "perhaps", "SamplingRate": 0.5 } });
    assert_eq!(rest(xml), expected);
}

#[test]
fn a_role_has_its_trust_policy_as_json() {
    let xml = "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetRoleResult>\
        <Role><RoleName>shop-edge</RoleName><AssumeRolePolicyDocument>\
        %7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D</AssumeRolePolicyDocument>\
        <MaxSessionDuration>3600</MaxSessionDuration><RoleLastUsed/><Tags/></Role></GetRoleResult>\
        <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetRoleResponse>";
    let expected = json!({ "Role": {
        "RoleName": "shop-edge",
        "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [] },
        "MaxSessionDuration": 3600,
        "RoleLastUsed": {},
        "Tags": [],
    }});
    assert_eq!(query_xml(xml).unwrap(), expected);
}

#[test]
fn a_simulation_has_lists_and_maps() {
    let xml = "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult>\
        <IsTruncated>false</IsTruncated><EvaluationResults><member>\
        <EvalActionName>ssm:GetParameter</EvalActionName><EvalDecision>allowed</EvalDecision>\
        <MatchedStatements><member><SourcePolicyId>plan</SourcePolicyId>\
        <StartPosition><Line>3</Line><Column>16</Column></StartPosition></member></MatchedStatements>\
        <MissingContextValues/><EvalDecisionDetails><entry><key>a</key><value>allowed</value></entry>\
        </EvalDecisionDetails></member></EvaluationResults></SimulatePrincipalPolicyResult>\
        </SimulatePrincipalPolicyResponse>";
    let expected = json!({ "IsTruncated": false, "EvaluationResults": [{
        "EvalActionName": "ssm:GetParameter",
        "EvalDecision": "allowed",
        "MatchedStatements": [{
            "SourcePolicyId": "plan", "StartPosition": { "Line": 3, "Column": 16 },
        }],
        "MissingContextValues": [],
        "EvalDecisionDetails": { "a": "allowed" },
    }]});
    assert_eq!(query_xml(xml).unwrap(), expected);
}

#[test]
fn an_answer_without_a_result_is_an_empty_object() {
    let xml = "<DeleteStackResponse><ResponseMetadata/></DeleteStackResponse>";
    assert_eq!(query_xml(xml).unwrap(), json!({}));
}

#[test]
fn other_texts_are_errors() {
    assert_eq!(rest_xml(""), Err(XmlError::Empty));
    assert_eq!(rest_xml("no XML"), Err(XmlError::Empty));
    for text in ["<a>", "<a></b>", "<a>&unknown;</a>", "</a>", "<a>&#xD800;</a>"] {
        let error = rest_xml(text).unwrap_err();
        assert!(matches!(error, XmlError::Syntax(_)), "{text}: {error}");
    }
    let deep = "<a>".repeat(65) + &"</a>".repeat(65);
    assert_eq!(rest_xml(&deep), Err(XmlError::TooDeep));
    assert!(rest_xml(&("<a>".repeat(64) + &"</a>".repeat(64))).is_ok());
    let error = query_xml("<ErrorPage/>").unwrap_err();
    assert_eq!(error, XmlError::NoAnswer("ErrorPage".into()));
}
