//! With `--local`, the files of a release are in the folder of `edgeswitch dev`.

use std::fs;

use edgeswitch::Exit;

use crate::control::world::{HOME, NAME, World};

const LINES: [&str; 4] = [
    "promote 9f2c1e7 --now -y",
    "canary 9f2c1e7 --weight 10 -y",
    "ramp 9f2c1e7 --steps 10,50 --every 10m --detach -y",
    "release add c0ffee1 --prefix /releases/9f2c1e7 -y",
];

async fn shop(dev: &str) -> World {
    let world = World::with_plan().await;
    world.configure(&format!(
        "name = \"shop\"\nbucket = \"shop-releases\"\nprefix_template = \"/releases/{{release}}\"\n[parameter]\n\
         name = \"{NAME}\"\nhome_region = \"{HOME}\"\n[documents]\nindex = \"app.html\"\n[allow]\nprefixes = [\"/releases/*\"]\n\
         [dev]\n{dev}"
    ));
    world
}

fn build(world: &World, folder: &str, release: &str) {
    let folder = world.folder.path().join(folder).join("releases").join(release);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("app.html"), "<h1>shop</h1>").unwrap();
}

#[tokio::test]
async fn a_release_without_its_index_document_in_the_folder_gets_no_traffic() {
    for (dev, folder) in [("", "bucket"), ("bucket = \"dist\"\n", "dist")] {
        for line in LINES {
            let world = shop(dev).await;
            build(&world, folder, "41ab03d");
            let line = format!("{line} --local");
            let ran = world.configured(&line).await;
            assert_eq!((ran.exit, world.version().await), (Exit::Failed, 1), "{line}: {}", ran.err);
            let path = world.folder.path().join(folder);
            let error =
                format!("error: folder `{}` has no `releases/9f2c1e7/app.html`: `", path.display());
            assert!(ran.err.starts_with(&error), "{line}: {}", ran.err);
            assert!(
                ran.err.contains("\nhint: build the release into the folder first"),
                "{}",
                ran.err
            );

            build(&world, folder, "9f2c1e7");
            let ran = world.configured(&line).await;
            assert_eq!((ran.exit, world.version().await), (Exit::Done, 2), "{line}: {}", ran.err);
        }
    }
}

/// `dev` may run with another folder, which its `--bucket` names.
#[tokio::test]
async fn without_the_folder_it_is_said_that_nothing_is_checked() {
    for line in LINES {
        let world = shop("").await;
        let ran = world.configured(&format!("{line} --local=http://127.0.0.1:8082")).await;
        assert_eq!((ran.exit, world.version().await), (Exit::Done, 2), "{line}: {}", ran.err);
        let folder = world.folder.path().join("bucket");
        let said = format!(
            "there is no folder `{}`: the index document is not checked\n",
            folder.display()
        );
        assert_eq!(ran.err.matches(&said).count(), 1, "{line}: {}", ran.err);
    }
}
