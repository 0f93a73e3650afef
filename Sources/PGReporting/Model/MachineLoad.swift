/// What the whole machine's CPUs did while a case ran: shares of their time.
package struct MachineLoad: Sendable, Hashable, Codable {
  /// The share in which any CPU worked, for the benchmark or for others.
  package let busy: Double
  /// The share that a hypervisor gave to other machines though this one could have used it.
  package let stolen: Double

  /// Records shares, from 0 to 1.
  package init(busy: Double, stolen: Double) {
    self.busy = busy
    self.stolen = stolen
  }
}
