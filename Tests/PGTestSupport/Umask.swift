package import PGSystem

/// umask(2), which belongs to the whole process: for child processes only.
package func setUmask(_ mask: mode_t) { _ = umask(mask) }
