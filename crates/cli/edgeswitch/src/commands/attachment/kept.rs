use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tempfile::NamedTempFile;

use crate::files::FileError;

/// The folder of this project's own files.
const FOLDER: &str = ".edgeswitch";

/// The file with a distribution's configuration from before the functions were attached.
#[derive(Debug)]
pub(crate) struct Kept(PathBuf);

impl Kept {
    /// The file that an option names, or else one in the project's folder.
    pub(crate) fn new(named: Option<&PathBuf>, distribution: &str) -> Self {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let id: String = distribution.chars().filter(|c| is_plain(*c)).collect();
        let default = || Path::new(FOLDER).join(format!("{id}-before.xml"));
        Self(named.cloned().unwrap_or_else(default))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Reads the file; `None` if there is none.
    pub(crate) fn read(&self) -> Result<Option<Bytes>, FileError> {
        match fs::read(&self.0) {
            Ok(xml) => Ok(Some(xml.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(FileError::reading(&self.0)(error)),
        }
    }

    /// Writes the file in one step, so that it is never half written. Only this user may read it: the headers of an
    /// origin may be secrets. A file with another configuration stays, with a number in its name.
    pub(crate) fn write(&self, xml: &[u8]) -> Result<(), FileError> {
        self.try_write(xml).map_err(FileError::writing(&self.0))
    }

    fn try_write(&self, xml: &[u8]) -> io::Result<()> {
        let folder = self.0.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let ignore = folder.join(".gitignore");
        if folder.ends_with(FOLDER) && !ignore.exists() {
            fs::write(ignore, "*\n")?;
        }
        if fs::read(&self.0).is_ok_and(|former| former != xml) {
            fs::rename(&self.0, self.free_name())?;
        }
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(xml)?;
        file.as_file().sync_all()?;
        file.persist(&self.0).map_err(|error| error.error)?;
        Ok(())
    }
}

impl Kept {
    /// The first of `E1-before.1.xml`, `E1-before.2.xml` and so on that does not exist.
    fn free_name(&self) -> PathBuf {
        let name = |number: u32| self.0.with_extension(format!("{number}.xml"));
        (1..).map(name).find(|path| !path.exists()).unwrap_or_else(|| name(0))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::Kept;

    #[test]
    fn the_file_is_for_this_user_only() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(".edgeswitch/E1-before.xml");
        let kept = Kept::new(Some(&path), "E1");
        assert_eq!(kept.read().unwrap(), None);
        for xml in ["<one/>", "<two/>"] {
            kept.write(xml.as_bytes()).unwrap();
            assert_eq!(kept.read().unwrap().unwrap(), xml);
        }
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(path.with_file_name(".gitignore")).unwrap(), "*\n");
        let former = path.with_file_name("E1-before.1.xml");
        assert_eq!(fs::read_to_string(former).unwrap(), "<one/>");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 3);
    }

    /// An id comes from a file or the command line.
    #[test]
    fn the_file_stays_in_the_folder() {
        let kept = Kept::new(None, "../../E1");
        assert_eq!(kept.path().to_str(), Some(".edgeswitch/E1-before.xml"));
    }
}
