# ninja sbom: sbom.json in the build directory says what barecc is made of. Headers whose code is part of it are named
# here, by Debian's packages; the libraries that it is linked with are found out.
find_program(DEBIAN_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
set(BARECC_SBOM ${DEBIAN_PYTHON} ${PROJECT_SOURCE_DIR}/cmake/sbom.py ${PROJECT_VERSION}
  llvm-22-dev,libmlir-22-dev,libonnx-dev,libprotobuf-dev,libflatbuffers-dev $<TARGET_FILE:barecc>)
add_custom_target(sbom COMMAND ${BARECC_SBOM} > ${PROJECT_BINARY_DIR}/sbom.json VERBATIM)
add_dependencies(sbom barecc)
