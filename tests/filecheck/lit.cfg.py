# Tests of passes on MLIR text: each file says how it is run in its RUN lines and what has to come out in its CHECK lines.
# The build passes the programs as parameters (-D barecc-opt=..., -D filecheck=...).
import lit.formats

config.name = "barecc"
config.test_format = lit.formats.ShTest()
config.suffixes = [".mlir"]
config.test_exec_root = lit_config.params["exec-root"]
config.substitutions.append(("barecc-opt", lit_config.params["barecc-opt"]))
config.substitutions.append(("barecc-translate", lit_config.params["barecc-translate"]))
config.substitutions.append(("FileCheck", lit_config.params["filecheck"]))
