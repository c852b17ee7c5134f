# What ESP-IDF does with a component, as far as that needs no ESP-IDF: a library named after the component's folder.
set(ESP_PLATFORM 1)

macro(idf_component_register)
  cmake_parse_arguments(component "" "" "SRCS;INCLUDE_DIRS" ${ARGN})
  set(COMPONENT_DIR ${CMAKE_CURRENT_LIST_DIR})
  get_filename_component(name ${COMPONENT_DIR} NAME)
  set(COMPONENT_LIB __idf_${name})
  add_library(${COMPONENT_LIB} STATIC ${component_SRCS})
  target_include_directories(${COMPONENT_LIB} PUBLIC ${component_INCLUDE_DIRS})
endmacro()

enable_language(ASM)
macro(add_model directory)
  get_filename_component(name ${directory} NAME)
  add_subdirectory(${directory} ${name})
  list(APPEND libraries __idf_${name})
endmacro()
