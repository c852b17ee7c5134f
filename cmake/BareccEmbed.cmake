# barecc_embed(library FILE symbol): makes the text of FILE part of `library` as
#   namespace barecc { extern const llvm::StringRef symbol; }
# so that the programs need no data files beside them.
function(barecc_embed library file symbol)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${CMAKE_CURRENT_SOURCE_DIR}/${file} -DOUTPUT=${output} -DSYMBOL=${symbol}
            -P ${PROJECT_SOURCE_DIR}/cmake/EmbedText.cmake
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file} ${PROJECT_SOURCE_DIR}/cmake/EmbedText.cmake
    VERBATIM)
  target_sources(${library} PRIVATE ${output})
  set_source_files_properties(${output} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()

enable_language(ASM)

# barecc_embed_files(library table directory FILE...): makes the bytes of many files part of `library`, read by the
# assembler. A source of the library includes <table>.inc, which defines EmbeddedFile embeddedFiles[]: of each file the
# path relative to `directory`, or to the build directory if it is made there, begin and end.
function(barecc_embed_files library table directory)
  set(assembly ".section .rodata\n")
  set(declarations "")
  set(rows "")
  set(number 0)
  foreach(file ${ARGN})
    set(root ${directory})
    cmake_path(IS_PREFIX PROJECT_BINARY_DIR ${file} is_generated)
    if(is_generated)
      set(root ${PROJECT_BINARY_DIR})
    endif()
    file(RELATIVE_PATH path ${root} ${file})
    set(symbol ${library}_file_${number})
    string(APPEND assembly ".globl ${symbol}, ${symbol}_end\n${symbol}:\n.incbin \"${file}\"\n${symbol}_end:\n")
    string(APPEND declarations "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
    string(APPEND rows "    {\"${path}\", ${symbol}, ${symbol}_end},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  string(APPEND assembly ".section .note.GNU-stack,\"\",@progbits\n")
  # Written where they differ; unlike file(CONFIGURE), this leaves "@NAME@" in a path alone.
  file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${table}.S CONTENT "${assembly}")
  file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${table}.inc
    CONTENT "${declarations}const EmbeddedFile embeddedFiles[] = {\n${rows}};\n")
  add_library(${library}_files OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${table}.S)
  set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/${table}.S PROPERTIES
    GENERATED TRUE OBJECT_DEPENDS "${ARGN}")
  target_sources(${library} PRIVATE $<TARGET_OBJECTS:${library}_files>)
endfunction()
