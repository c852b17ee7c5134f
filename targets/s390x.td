include "targets/families/linux.td"

// Plain kernels on a processor whose numbers lie in memory the other way round.
def S390X : Linux<"s390x", "IBM Z Linux, big-endian", [TuneScalar], "s390x-linux-gnu", "qemu-s390x"> {
  let arch = "s390x";
  let isBigEndian = true;
}
