use rustix::io::read;
use rustix::stdio::stdin;
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

/// The keyboard while a screen is shown: keys come one by one, without an echo. Dropped, it leaves the terminal as
/// it was.
pub(super) struct Keys {
    before: Termios,
}

impl Keys {
    /// `None` if standard input is not a terminal.
    pub(super) fn listen() -> Option<Self> {
        let before = tcgetattr(stdin()).ok()?;
        let mut keys = before.clone();
        keys.local_modes -= LocalModes::ICANON | LocalModes::ECHO;
        // A read returns at once, with or without a key.
        keys.special_codes[SpecialCodeIndex::VMIN] = 0;
        keys.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(stdin(), OptionalActions::Now, &keys).ok()?;
        Some(Self { before })
    }

    /// Whether `q` was pressed since the last call.
    pub(super) fn has_quit(&self) -> bool {
        let mut pressed = [0_u8; 64];
        let count = read(stdin(), &mut pressed).unwrap_or(0);
        pressed.iter().take(count).any(|key| key.eq_ignore_ascii_case(&b'q'))
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        // Nothing is left to do for a terminal that is gone.
        let _ = tcsetattr(stdin(), OptionalActions::Now, &self.before);
    }
}
