//! How much of the machine other programs took during a run. The times of health checks mean little
//! if they took much.

use anyhow::Context;
use procfs::process::Process;
use procfs::{CurrentSI, KernelStats};

/// The processors' time until now, in ticks of the kernel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticks {
    all: u64,
    busy: u64,
    /// Of the runner and the service.
    own: u64,
}

impl Ticks {
    /// Reads it. `service` is the id of the service's process.
    pub(crate) fn read(service: u32) -> anyhow::Result<Self> {
        let total = KernelStats::current().context("/proc/stat cannot be read")?.total;
        let idle = total.idle + total.iowait.unwrap_or(0);
        let stolen = total.steal.unwrap_or(0);
        let kernel = total.system + total.irq.unwrap_or(0) + total.softirq.unwrap_or(0);
        // Time of guests is a part of `user` and `nice`.
        let busy = total.user + total.nice + kernel + stolen;
        let runner = Process::myself().and_then(|process| process.stat());
        let service = Process::new(i32::try_from(service)?).and_then(|process| process.stat());
        let own =
            [runner, service].into_iter().map(|stat| stat.map(|stat| stat.utime + stat.stime));
        let own = own.sum::<Result<u64, _>>().context("a process's times cannot be read")?;
        Ok(Self { all: busy + idle, busy, own })
    }

    /// The share (0 to 1) of the processors' time since `before` that others took.
    pub(crate) fn others_since(self, before: Self) -> f64 {
        let others = (self.busy - before.busy).saturating_sub(self.own - before.own);
        others as f64 / (self.all - before.all).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_took_what_is_busy_and_not_our_own() {
        let before = Ticks { all: 1000, busy: 500, own: 100 };
        let after = Ticks { all: 1400, busy: 700, own: 200 };
        assert_eq!(after.others_since(before), 0.25);
        assert_eq!(before.others_since(before), 0.0);
        let read = Ticks::read(std::process::id()).unwrap();
        assert!(read.own <= read.busy && read.busy <= read.all, "{read:?}");
    }
}
