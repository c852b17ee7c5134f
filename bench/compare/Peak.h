#pragma once

namespace bench {

/// Multiply-accumulates per nanosecond of this thread's processor time that independent fused multiply-adds in the
/// widest vectors reach now. Takes a few milliseconds.
double measurePeak();

/// Processor time of the calling thread in nanoseconds.
double threadNanoseconds();

} // namespace bench
