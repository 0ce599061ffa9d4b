package dev.lifeboat.notice;

/// What happens to the machine when its window closes.
public enum Action {
    /// The machine and its local disks are gone.
    TERMINATE,
    /// The machine is switched off; its memory is gone, its network disks stay.
    STOP,
    /// The hypervisor writes the memory away itself and begins at once: there is no window (EC2).
    HIBERNATE,
    /// The same machine comes back with empty memory.
    REBOOT,
    /// The machine comes back on other hardware with empty memory and empty local disks (Azure).
    REDEPLOY
}
