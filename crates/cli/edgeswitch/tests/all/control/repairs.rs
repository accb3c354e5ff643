//! What keeps a mistake from reaching a viewer, and what takes it back.

use edgeswitch::Exit;

use crate::control::world::{HOME, NAME, PLAN, World};

/// After two plans, something that is none.
async fn broken() -> World {
    let world = World::with_plan().await;
    let ran = world.run("promote 9f2c1e7 --now -y").await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    world.put("9f2c1e7!").await;
    world
}

#[tokio::test(start_paused = true)]
async fn a_rollback_writes_the_last_plan_again_where_the_parameter_holds_none() {
    let world = broken().await;
    let [_, promoted, _] = world.texts().await.try_into().unwrap();
    let ran = world.run("rollback -y").await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(
        ran.err.contains("version 3 of `/shop/plan` in `eu-central-1` is not a valid plan"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("version 2 is the last valid plan"), "{}", ran.err);
    assert_eq!(world.text().await, promoted);
}

#[tokio::test(start_paused = true)]
async fn a_rollback_to_a_release_repairs_the_parameter_as_well() {
    for (id, active) in [("41ab03d", "41ab03d"), ("9f2c1e7", "9f2c1e7")] {
        let world = broken().await;
        let ran = world.run(&format!("rollback {id} -y")).await;
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        let ran = world.run("release list").await;
        let line = ran.out.lines().find(|line| line.starts_with(active)).unwrap();
        assert!(line.contains("active 100 %"), "{}", ran.out);
    }
}

#[tokio::test]
async fn a_release_without_an_origin_for_a_route_is_not_registered() {
    let rows = [
        (
            "no slot",
            "release add c0ffee1 -y",
            "hint: `--slot blue`, or `--slot green`, or `--origin api=DOMAIN`\n",
        ),
        ("a slot without it", "release add c0ffee1 --slot grey -y", "hint: `--slot blue`, or"),
        ("another origin", "release add c0ffee1 --origin search=x.example.com -y", "hint: `--slot"),
        ("the first release", "init c0ffee1 -y", "hint: `--slot"),
    ];
    let world = World::with_plan().await;
    world.configure(&format!(
        "name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n\
         [[routes]]\npath = \"/api/*\"\norigin = \"api\"\n\
         [slots.blue]\napi = \"blue-alb.example.com\"\n[slots.green]\napi = \"green-alb.example.com\"\n\
         [slots.grey]\nsearch = \"grey-alb.example.com\"\n"
    ));
    for (name, line, hint) in rows {
        let ran = world.configured(line).await;
        assert_eq!(ran.exit, Exit::Usage, "{name}");
        let error = "error: route `/api/*` needs origin `api`, but `c0ffee1` has none\n";
        assert!(ran.err.contains(error) && ran.err.contains(hint), "{name}: {}", ran.err);
        assert_eq!(world.text().await, PLAN, "{name}");
    }
    for line in [
        "release add c0ffee1 --slot green -y",
        "release add c0ffee2 --origin api=green-alb.example.com -y",
    ] {
        let ran = world.configured(line).await;
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    }
}
