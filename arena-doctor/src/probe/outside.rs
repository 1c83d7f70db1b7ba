//! Memory that is in no process's RSS: files on tmpfs, buffers of sockets, and the kernel's memory.
//! The control group of the process counts it.

use core::time::Duration;

use request_arena_memory::container::{Container, ContainerReading};
use request_arena_memory::{ProcessReading, process};

use super::paced::{LEAST_SHARE, LESSER_SHARE, Paced};

/// Anonymous memory of other processes below this share of the process's own belongs to helpers,
/// such as an init process or a shell.
const HELPERS: f64 = 0.1;
const HELPERS_BYTES: u64 = 16 << 20;

/// The container's memory outside of RSS at one moment, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outside {
    /// Files on tmpfs and shared memory that the process has not mapped.
    pub(crate) shared: u64,
    /// Buffers of sockets.
    pub(crate) sockets: u64,
    /// Memory of the kernel that it does not give back.
    pub(crate) kernel: u64,
    /// All memory of the group that the kernel cannot give back, RSS included.
    pub(crate) kept: u64,
    /// Whether the other processes of the group have little memory.
    pub(crate) is_alone: bool,
    /// Bytes that the process has written, but not to a disk: to tmpfs, pipes and sockets.
    pub(crate) written: Option<u64>,
}

impl Outside {
    fn of(container: &ContainerReading, process: &ProcessReading, written: Option<u64>) -> Self {
        let others = container.anonymous_bytes.saturating_sub(process.anonymous_bytes);
        let helpers = (HELPERS * process.anonymous_bytes as f64) as u64;
        Self {
            shared: container.shared_bytes.saturating_sub(process.shared_bytes),
            sockets: container.socket_bytes.unwrap_or(0),
            kernel: container.kept_kernel_bytes(),
            kept: container.kept_bytes(),
            is_alone: others <= helpers.max(HELPERS_BYTES),
            written,
        }
    }
}

/// Reads the container, as often as its cost allows.
#[derive(Debug)]
pub(crate) struct OutsideProbe {
    container: Option<Container>,
    paced: Paced,
    /// The kernel adds up `/proc/self/io` over all threads.
    io: Paced,
    written: Option<u64>,
}

impl Default for OutsideProbe {
    fn default() -> Self {
        let (paced, io) = (Paced::new(LESSER_SHARE), Paced::new(LEAST_SHARE));
        Self { container: None, paced, io, written: None }
    }
}

impl OutsideProbe {
    /// The container, and its memory outside of RSS. `None` if there is no container, or if the
    /// last reading is recent and was slow.
    ///
    /// A process may be moved into a container later, so it looks for one each time.
    pub(crate) fn read(&mut self, process: &ProcessReading) -> Option<(ContainerReading, Outside)> {
        let Self { container, paced, io, written } = self;
        let reading = paced.ask(|| {
            let mut found = container.take().or_else(|| Container::find().ok())?;
            let reading = found.read().ok()?;
            *container = Some(found);
            Some(reading)
        })?;
        *written = io.ask(process::written_to_memory).or(*written);
        let outside = Outside::of(&reading, process, *written);
        Some((reading, outside))
    }

    /// Announces the time between readings.
    pub(crate) fn pace(&mut self, interval: Duration) {
        self.paced.pace(interval);
        self.io.pace(interval);
    }

    pub(crate) fn hurry(&mut self) {
        self.paced.hurry();
        self.io.hurry();
    }
}
