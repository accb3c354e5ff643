//! What the guard keeps between two runs.

use guard_rules::Memory;

#[test]
fn a_memory_reads_back_and_anything_else_is_none() {
    let memory = Memory {
        schema: 1,
        ran: "2026-11-22T10:00:00Z".into(),
        version: 23,
        announced: Some(22),
        invalidated: Some("edgeswitch-/shop/plan-21".into()),
        holds: Some("9f2c1e7".into()),
        gate: Some("cannot tell: 12 page loads".into()),
        asks_gate: true,
        configuration: Some("0123456789abcdef".into()),
        trouble: vec!["`shop-api` was changed by somebody else".into()],
    };
    assert_eq!(Memory::parse(&memory.text()), Some(memory));
    let rows = [
        ("empty", ""),
        ("a plan", r#"{"schema":1,"revision":17"#),
        ("a later format", r#"{"schema":2,"ran":"2026-11-22T10:00:00Z"}"#),
        ("another type", r#"{"schema":1,"version":"23"}"#),
    ];
    for (name, text) in rows {
        assert_eq!(Memory::parse(text), None, "{name}");
    }
}

#[test]
fn any_trouble_fits_into_the_parameter() {
    let trouble = vec!["é".repeat(5000); 40];
    let gate = Some("é".repeat(5000));
    let text = Memory { trouble, gate, ..Memory::default() }.text();
    assert!(text.len() <= 4096, "{}", text.len());
    assert_eq!(Memory::parse(&text).unwrap().trouble.len(), 5);
}

/// A guard of an earlier version notes nothing of the gate: it would let every step pass.
#[test]
fn an_older_guard_does_not_ask_the_gate() {
    let older = Memory::parse(r#"{"schema":1,"ran":"2026-11-22T10:00:00Z","version":23}"#);
    assert!(!older.unwrap().asks_gate);
}

#[test]
fn the_memory_is_beside_the_plan() {
    assert_eq!(Memory::parameter("/shop/plan"), "/shop/plan-guard");
}
