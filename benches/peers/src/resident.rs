//! What a process has of the machine's memory, by `/proc`.

/// What a process holds, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resident {
    /// Most bytes of physical memory that it ever had (`VmHWM`), with the pages of files that it
    /// read.
    pub(crate) peak: u64,
    /// What it has now (`VmRSS`), with those pages.
    pub(crate) now: u64,
    /// What of it is its own (`RssAnon`), and not a page of a file.
    pub(crate) anonymous: u64,
}

impl Resident {
    /// Of the process with this number; `None` where the system does not say it in `/proc`.
    #[cfg(target_os = "linux")]
    pub(crate) fn of(process: u32) -> anyhow::Result<Option<Self>> {
        use anyhow::Context;

        let id = process.try_into().context("the process has no number")?;
        let status = procfs::process::Process::new(id).and_then(|process| process.status());
        let status = status.with_context(|| format!("/proc/{id}/status cannot be read"))?;
        let bytes = |kib: Option<u64>| {
            kib.map(|kib| kib << 10).context("the system does not say what the process holds")
        };
        let (peak, now, anonymous) =
            (bytes(status.vmhwm)?, bytes(status.vmrss)?, bytes(status.rssanon)?);
        Ok(Some(Self { peak, now, anonymous }))
    }

    /// Of the process with this number; `None` where the system does not say it in `/proc`.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn of(_: u32) -> anyhow::Result<Option<Self>> {
        Ok(None)
    }
}
