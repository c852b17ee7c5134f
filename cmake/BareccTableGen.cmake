# Descriptions in TableGen's language: kernels and targets.

# barecc_tablegen(OUTPUT INPUT TOOL [OPTION...] [BYPRODUCTS FILE...]): what a backend of ours writes of a file, as OUTPUT in
# the build directory, and the files that it writes beside it.
function(barecc_tablegen output input tool)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "BYPRODUCTS")
  set(path ${CMAKE_CURRENT_BINARY_DIR}/${output})
  # Of an input that includes nothing CMake makes no depfile, and Ninja would run the tool each time to have it.
  file(STRINGS ${input} includes REGEX "^include ")
  set(depfile "")
  if(includes)
    set(depfile DEPFILE ${path}.d)
  endif()
  add_custom_command(
    OUTPUT ${path}
    BYPRODUCTS ${arg_BYPRODUCTS}
    COMMAND ${tool} ${arg_UNPARSED_ARGUMENTS} -I ${PROJECT_SOURCE_DIR} ${input} -o ${path} -d ${path}.d
    DEPENDS ${tool} ${input}
    ${depfile}
    VERBATIM)
endfunction()

# barecc_tablegen_list(OUTPUT GLOB): OUTPUT, which includes all files of the project that match, as one description.
function(barecc_tablegen_list output pattern)
  file(GLOB files RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${pattern})
  list(TRANSFORM files REPLACE "(.+)" "include \"\\1\"\n")
  string(CONCAT text ${files})
  file(CONFIGURE OUTPUT ${output} CONTENT "${text}")
endfunction()
