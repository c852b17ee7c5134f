# What is built is the same wherever it is built. Reports of sanitizers and of coverage keep the paths, to find files by.
if(NOT BARECC_SANITIZE)
  add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${PROJECT_BINARY_DIR}=build)
endif()

# barecc_library(name SOURCES... [LINK ...] [DEPENDS ...]): one stage of the compiler.
# All libraries share one precompiled header of MLIR, which is most of what a unit would otherwise spend.

# -fno-pch-timestamp keeps the precompiled header's bytes the same from build to build, for the cache.
add_library(barecc_options INTERFACE)
target_include_directories(barecc_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
target_include_directories(barecc_options SYSTEM INTERFACE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_compile_options(barecc_options INTERFACE -fno-rtti -fno-exceptions -Wall -Wextra -Wno-unused-parameter
  $<$<CXX_COMPILER_ID:Clang>:-Xclang -fno-pch-timestamp>)
if(BARECC_SANITIZE)
  target_compile_options(barecc_options INTERFACE -fsanitize=address,undefined,float-cast-overflow,fuzzer-no-link
    -fno-sanitize=vptr -fno-sanitize-recover=undefined,float-cast-overflow -fno-omit-frame-pointer)
  target_link_options(barecc_options INTERFACE -fsanitize=address,undefined,float-cast-overflow)
endif()
target_link_directories(barecc_options INTERFACE ${LLVM_LIBRARY_DIRS})
target_link_options(barecc_options INTERFACE -Wl,-rpath,${LLVM_LIBRARY_DIRS})

# barecc_measure_coverage(name): a sanitized build tells which lines of the library were executed, where LLVM_PROFILE_FILE
# says to.
function(barecc_measure_coverage name)
  if(BARECC_SANITIZE)
    target_compile_options(${name} PRIVATE -fprofile-instr-generate=/dev/null -fcoverage-mapping)
    target_link_options(${name} INTERFACE -fprofile-instr-generate)
  endif()
endfunction()

function(barecc_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC ${arg_LINK} barecc_options MLIR LLVM)
  if(NOT name STREQUAL barecc_pch)
    target_precompile_headers(${name} REUSE_FROM barecc_pch)
  endif()
  if(arg_DEPENDS)
    add_dependencies(${name} ${arg_DEPENDS})
  endif()
endfunction()

function(barecc_executable name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  if(BARECC_SANITIZE)
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/SanitizerOptions.cpp)
    set_source_files_properties(${PROJECT_SOURCE_DIR}/cmake/SanitizerOptions.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  endif()
  target_link_libraries(${name} PRIVATE ${arg_LINK} barecc_options MLIR LLVM)
  target_precompile_headers(${name} REUSE_FROM barecc_pch)
endfunction()
