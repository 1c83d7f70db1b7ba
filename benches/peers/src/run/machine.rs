//! The machine and the time of the run.

use std::thread::available_parallelism;
use std::time::SystemTime;

use serde::Serialize;

/// The machine. `None` stands for a property that the system does not report.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Machine {
    pub(super) cpu: Option<String>,
    /// Threads that can run at the same time.
    pub(super) cores: Option<usize>,
    pub(super) kernel: Option<String>,
    pub(super) memory_bytes: Option<u64>,
}

impl Machine {
    #[cfg(target_os = "linux")]
    pub(super) fn read() -> Self {
        use procfs::{CpuInfo, Current, Meminfo, sys::kernel::Version};

        Self {
            cpu: CpuInfo::current().ok().and_then(|info| info.model_name(0).map(str::to_owned)),
            kernel: Version::current()
                .ok()
                .map(|it| format!("Linux {}.{}.{}", it.major, it.minor, it.patch)),
            memory_bytes: Meminfo::current().ok().map(|info| info.mem_total),
            ..Self::of_any_system()
        }
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn read() -> Self {
        Self::of_any_system()
    }

    fn of_any_system() -> Self {
        Self { cores: available_parallelism().ok().map(usize::from), ..Self::default() }
    }
}

/// The current time, as RFC 3339 writes it.
pub(super) fn date() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}
