import PGReporting
import PGSystem
import Testing

@testable import PGBenchHost

@Suite("What Linux's files tell of the machine")
struct MachineFilesTests {
  private func files(_ texts: [String: String]) -> MachineFiles {
    MachineFiles(
      files: FileProbe(
        isExecutable: { _ in false },
        names: { folder in
          Set(
            texts.keys.filter { $0.hasPrefix(folder + "/") }.map { path in
              String(path.dropFirst(folder.count + 1).prefix { $0 != "/" })
            }
          ).sorted()
        },
        resolved: { _ in nil }, text: { texts[$0] }))
  }

  @Test("is nothing where there are none")
  func none() {
    let files = files([:])
    #expect(
      files.onlineCPUs() == nil && files.isVirtual() == nil && files.boost() == nil && files.quota() == nil)
    #expect(files.governors().isEmpty)
    #expect(files.flag("/sys/devices/system/cpu/smt/active") == nil)
  }

  @Test("is how many CPUs work")
  func onlineCPUs() {
    #expect(files(["/proc/stat": "cpu  1 2\ncpu0 1 2\ncpu3 1 2\nintr 5\ncpufreq 1\n"]).onlineCPUs() == 2)
  }

  @Test("is a hypervisor, by the flag of the CPU or by Xen's folder; a CPU without flags tells nothing")
  func virtual() {
    #expect(files(["/proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu hypervisor sse\n"]).isVirtual() == true)
    #expect(
      files(["/proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu sse\nbugs\t: hypervisor\n"]).isVirtual()
        == false)
    #expect(files(["/proc/cpuinfo": "processor\t: 0\nFeatures\t: fp asimd\n"]).isVirtual() == nil)
    #expect(files(["/sys/hypervisor/type": "xen\n"]).isVirtual() == true)
  }

  @Test("is the governors of the CPUs, without those of other folders")
  func governors() {
    let cpu = "/sys/devices/system/cpu"
    let governors = files([
      "\(cpu)/cpu0/cpufreq/scaling_governor": "powersave\n",
      "\(cpu)/cpu1/cpufreq/scaling_governor": "powersave\n",
      "\(cpu)/cpu10/cpufreq/scaling_governor": "performance\n",
      "\(cpu)/cpufreq/cpufreq/scaling_governor": "x\n",
    ]).governors()
    #expect(governors == ["powersave", "performance"])
  }

  @Test("is the turbo, which one driver names by its absence")
  func boost() {
    let cpu = "/sys/devices/system/cpu"
    #expect(files(["\(cpu)/intel_pstate/no_turbo": "0\n"]).boost() == .intelPState(isOn: true))
    #expect(files(["\(cpu)/intel_pstate/no_turbo": "1\n"]).boost() == .intelPState(isOn: false))
    #expect(files(["\(cpu)/cpufreq/boost": "1\n"]).boost() == .cpufreq(isOn: true))
  }

  @Test("is the tightest quota of the control group and those above it")
  func unifiedQuota() {
    let groups = [
      "/proc/self/cgroup": "0::/a.slice/b:c\n", "/sys/fs/cgroup/a.slice/b:c/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/a.slice/cpu.max": "150000 100000\n",
    ]
    #expect(files(groups).quota() == .cpus(1.5))
    // The root of a machine has no such file; that of a container has its own.
    #expect(files(["/proc/self/cgroup": "0::/\n"]).quota() == .unlimited)
    #expect(
      files(["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "50000 100000\n"]).quota() == .cpus(0.5)
    )
  }

  @Test("is the quota of the older control groups too, of the controller cpu alone")
  func legacyQuota() {
    let cpu = "/sys/fs/cgroup/cpu/x"
    let groups = [
      "/proc/self/cgroup": "5:cpuset:/y\n3:cpu,cpuacct:/x\n0::/\n", "\(cpu)/cpu.cfs_quota_us": "75000\n",
      "\(cpu)/cpu.cfs_period_us": "100000\n", "/sys/fs/cgroup/cpu/y/cpu.cfs_quota_us": "1000\n",
      "/sys/fs/cgroup/cpu/y/cpu.cfs_period_us": "100000\n",
    ]
    #expect(files(groups).quota() == .cpus(0.75))
  }
}
