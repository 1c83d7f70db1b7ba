//! The memory of a process, from `/proc`.

/// The memory of a process, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resident {
    /// The highest resident memory so far (`VmHWM`), with the pages of files.
    pub(crate) peak: u64,
    /// Resident memory now (`VmRSS`), with the pages of files.
    pub(crate) now: u64,
    /// Resident memory now without the pages of files (`RssAnon`).
    pub(crate) anonymous: u64,
}

impl Resident {
    /// Reads the memory of the process with this number. `None` where there is no `/proc`.
    #[cfg(target_os = "linux")]
    pub(crate) fn of(process: u32) -> anyhow::Result<Option<Self>> {
        use anyhow::Context;

        let id = process.try_into().context("the number of the process is out of range")?;
        let status = procfs::process::Process::new(id).and_then(|process| process.status());
        let status = status.with_context(|| format!("/proc/{id}/status cannot be read"))?;
        let bytes = |kib: Option<u64>| {
            kib.map(|kib| kib << 10).context("/proc has no memory readings of the process")
        };
        let (peak, now, anonymous) =
            (bytes(status.vmhwm)?, bytes(status.vmrss)?, bytes(status.rssanon)?);
        Ok(Some(Self { peak, now, anonymous }))
    }

    /// Reads the memory of the process with this number. `None` where there is no `/proc`.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn of(_: u32) -> anyhow::Result<Option<Self>> {
        Ok(None)
    }
}
