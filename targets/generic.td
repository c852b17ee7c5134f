include "targets/families/native.td"

// Any processor: what build systems of devices get where no target is named.
def Generic : Native<"generic", "plain C99, run on this machine"> {
  let projects = ["zephyr", "arduino", "esp-idf", "cmsis-pack"];
}
