//! A large file that the service writes once and reads again and again, as a database does. Its
//! page cache fills the group up to the limit, and the kernel gives it back when memory is needed.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::Context;

const BLOCK: usize = 256 << 10;
/// The pause after each block of a later reading, so that a reading takes a second or two.
const PAUSE: Duration = Duration::from_millis(1);

/// The file.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct BigFile {
    /// A file that the service writes and keeps reading; it is replaced
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Its size in bytes
    #[arg(long, default_value_t = 0)]
    pub(crate) file_bytes: u64,
}

impl BigFile {
    /// Writes the file, reads it once, and then starts a thread that reads it until the end.
    pub(super) fn start(self) -> anyhow::Result<()> {
        let Some(path) = self.file else { return Ok(()) };
        let mut file = written(&path, self.file_bytes)
            .with_context(|| format!("{} cannot be written and read", path.display()))?;
        let read_on = move || {
            while read(&mut file, PAUSE).is_ok() {}
        };
        thread::Builder::new().name("file-reader".into()).spawn(read_on)?;
        Ok(())
    }
}

fn written(path: &Path, bytes: u64) -> std::io::Result<File> {
    let mut file = File::options().create(true).truncate(true).write(true).read(true).open(path)?;
    let block = vec![1; BLOCK];
    for _ in 0..bytes.div_ceil(BLOCK as u64) {
        file.write_all(&block)?;
    }
    // Pages that are not written yet cannot be given back at once.
    file.sync_all()?;
    read(&mut file, Duration::ZERO)?;
    Ok(file)
}

fn read(file: &mut File, pause: Duration) -> std::io::Result<()> {
    let mut block = vec![0; BLOCK];
    file.rewind()?;
    while file.read(&mut block)? > 0 {
        thread::sleep(pause);
    }
    Ok(())
}
