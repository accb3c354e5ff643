//! A machine that runs scripts: bash itself runs them, and this process answers the programs that they call.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use tempfile::TempDir;

/// Sends its name, the variables that it sees and its arguments. Prints the answer.
const STAND_IN: &str = r#"#!/usr/bin/env bash
exec 3<>"/dev/tcp/127.0.0.1/$(<"${0%/*}/port")"
printf '%s\0' "${0##*/}" "$(compgen -e)" "$#" "$@" >&3
IFS= read -r code <&3
cat <&3
exit "$code"
"#;

const PROGRAMS: [&str; 5] = ["edgeswitch", "npm", "aws", "git", "flock"];
/// Stands for a program: the script has ended.
const ENDED: &str = "ended";

/// A program that a script calls.
pub(super) struct Call {
    pub(super) program: String,
    /// The names of the variables that it sees.
    pub(super) variables: Vec<String>,
    pub(super) arguments: Vec<String>,
}

/// How a program ends, and what it prints.
pub(super) struct Answer {
    pub(super) code: i32,
    pub(super) text: String,
}

pub(super) struct Machine {
    folder: TempDir,
    listener: TcpListener,
}

impl Machine {
    pub(super) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let programs = folder.path().join("bin");
        fs::create_dir(&programs).unwrap();
        let port = listener.local_addr().unwrap().port();
        fs::write(programs.join("port"), port.to_string()).unwrap();
        let stand_in = programs.join("stand-in");
        fs::write(&stand_in, STAND_IN).unwrap();
        fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).unwrap();
        for program in PROGRAMS {
            symlink(&stand_in, programs.join(program)).unwrap();
        }
        let machine = Self { folder, listener };
        machine.clean();
        machine
    }

    /// The folder that scripts work in.
    pub(super) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Makes the folder as a runner does that checks out a commit.
    pub(super) fn clean(&self) {
        if self.work().exists() {
            fs::remove_dir_all(self.work()).unwrap();
        }
        fs::create_dir_all(self.work()).unwrap();
    }

    /// Runs bash with these arguments. Returns whether it succeeded.
    pub(super) fn bash(
        &self,
        arguments: &[&str],
        variables: &[(String, String)],
        answer: &mut dyn FnMut(&Call) -> Answer,
    ) -> bool {
        let programs = self.folder.path().join("bin");
        let mut child = Command::new("bash")
            .args(arguments)
            .current_dir(self.work())
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let address = self.listener.local_addr().unwrap();
        let ending = thread::spawn(move || {
            let ended = child.wait().unwrap();
            tell_end(address);
            ended.success()
        });
        loop {
            let (stream, _) = self.listener.accept().unwrap();
            let Some(call) = Call::read(&stream) else { break };
            let Answer { code, text } = answer(&call);
            write!(&stream, "{code}\n{text}").unwrap();
        }
        ending.join().unwrap()
    }
}

fn tell_end(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{ENDED}\0\0{}\0", 0).unwrap();
}

impl Call {
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut next = || {
            let mut bytes = Vec::new();
            reader.read_until(0, &mut bytes).unwrap();
            assert_eq!(bytes.pop(), Some(0));
            String::from_utf8(bytes).unwrap()
        };
        let (program, variables) = (next(), next());
        let count: usize = next().parse().unwrap();
        let arguments = (0..count).map(|_| next()).collect();
        let variables = variables.lines().map(ToOwned::to_owned).collect();
        (program != ENDED).then_some(Self { program, variables, arguments })
    }
}
