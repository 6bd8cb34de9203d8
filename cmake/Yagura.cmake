# The words of our build files: packages, rooms, providers.
include_guard()
include(FeatureSummary)
find_package(PkgConfig REQUIRED)

# Every library by its pkg-config file; all that is missing is told at once.
set(YG_PACKAGES
  UV:libuv:libuv1-dev
  CURSES:ncursesw:libncurses-dev
  TERMKEY:termkey:libtermkey-dev
  VTERM:vterm:libvterm-dev
  UTF8PROC:libutf8proc:libutf8proc-dev
  PCRE2:libpcre2-8:libpcre2-dev
  YAML:yaml-0.1:libyaml-dev
  CURL:libcurl:libcurl4-openssl-dev
  YAJL:yajl:libyajl-dev
  JANSSON:jansson:libjansson-dev
  LIBVIRT:libvirt:libvirt-dev
  LIBXML2:libxml-2.0:libxml2-dev)

function(yg_find_packages)
  set(missing "")
  foreach(entry IN LISTS YG_PACKAGES)
    string(REPLACE ":" ";" parts ${entry})
    list(GET parts 0 name)
    list(GET parts 1 module)
    list(GET parts 2 debian)
    pkg_check_modules(${name} QUIET IMPORTED_TARGET GLOBAL ${module})
    if(NOT ${name}_FOUND)
      list(APPEND missing ${debian})
    endif()
  endforeach()
  if(missing)
    list(JOIN missing " " words)
    message(FATAL_ERROR "missing libraries; on Debian: apt-get install ${words}")
  endif()
endfunction()

# What all of our own C is compiled with.
add_library(yg_flags INTERFACE)
target_compile_definitions(yg_flags INTERFACE _GNU_SOURCE YG_VERSION="${PROJECT_VERSION}")
target_include_directories(yg_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/src)
target_compile_options(yg_flags INTERFACE -Wall -Wextra -Wshadow -Wstrict-prototypes
  -Wmissing-prototypes -Wpointer-arith -Wvla -Wno-unused-parameter -fno-common
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=build
  $<$<BOOL:${YG_STRICT}>:-Werror>)
if(YG_SANITIZE)
  target_compile_options(yg_flags INTERFACE -fsanitize=${YG_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined)
  target_link_options(yg_flags INTERFACE -fsanitize=${YG_SANITIZE})
endif()

# yg_room(NAME SOURCES ... LIBS ...): an object library, so that no symbol which only a plugin uses is dropped.
function(yg_room name)
  cmake_parse_arguments(A "" "" "SOURCES;LIBS" ${ARGN})
  add_library(yg_${name} OBJECT ${A_SOURCES})
  target_link_libraries(yg_${name} PUBLIC yg_flags PRIVATE ${A_LIBS})
  set_property(GLOBAL APPEND PROPERTY YG_ROOMS yg_${name})
  set_property(GLOBAL APPEND PROPERTY YG_ROOM_LIBS ${A_LIBS})
endfunction()

# yg_provider(NAME [MODULE] [PACKAGE p] SOURCES ... LIBS ...): sources other than manifest.c go into the
# module yagura-NAME.so if MODULE is said, and that into the package PACKAGE if it is not "yagura". The
# list of providers is made from these calls.
function(yg_provider name)
  cmake_parse_arguments(A "MODULE" "PACKAGE" "SOURCES;LIBS" ${ARGN})
  list(TRANSFORM A_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/${name}/)
  set(manifest ${CMAKE_CURRENT_SOURCE_DIR}/${name}/manifest.c)
  if(A_MODULE)
    list(REMOVE_ITEM A_SOURCES ${manifest})
    yg_room(provider_${name} SOURCES ${manifest})
    yg_module(${name} PACKAGE ${A_PACKAGE} SOURCES ${A_SOURCES} LIBS ${A_LIBS})
  else()
    yg_room(provider_${name} SOURCES ${A_SOURCES} LIBS ${A_LIBS})
  endif()
  set_property(GLOBAL APPEND PROPERTY YG_PROVIDERS ${name})
endfunction()

# yg_module(NAME [PACKAGE p] SOURCES ... LIBS ...): a shared module beside the program, loaded when it
# is needed. Its undefined symbols are the program's own.
function(yg_module name)
  cmake_parse_arguments(A "" "PACKAGE" "SOURCES;LIBS" ${ARGN})
  if(NOT A_PACKAGE)
    set(A_PACKAGE yagura)
  endif()
  add_library(yagura-${name} MODULE ${A_SOURCES})
  set_target_properties(yagura-${name} PROPERTIES PREFIX ""
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/modules INSTALL_RPATH "$ORIGIN" BUILD_RPATH "$ORIGIN")
  target_link_libraries(yagura-${name} PRIVATE yg_flags ${A_LIBS})
  set_property(GLOBAL APPEND PROPERTY YG_MODULES yagura-${name})
  install(TARGETS yagura-${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/yagura
    COMPONENT ${A_PACKAGE})
endfunction()

# yg_library(NAME SOURCES ... LIBS ...): a shared library beside the modules, for what several of them
# stand on. It comes into memory with the first module that links to it.
function(yg_library name)
  cmake_parse_arguments(A "" "" "SOURCES;LIBS" ${ARGN})
  add_library(yagura-${name} SHARED ${A_SOURCES})
  set_target_properties(yagura-${name} PROPERTIES
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/modules INSTALL_RPATH "$ORIGIN" BUILD_RPATH "$ORIGIN")
  target_link_libraries(yagura-${name} PRIVATE yg_flags ${A_LIBS})
  set_property(GLOBAL APPEND PROPERTY YG_MODULES yagura-${name})
  install(TARGETS yagura-${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/yagura)
endfunction()

# yg_test(NAME LIBS ...): tests/unit/test_NAME.c with cmocka, linked to every room but main.
function(yg_test name)
  add_executable(test_${name} test_${name}.c)
  get_property(rooms GLOBAL PROPERTY YG_ROOMS)
  get_property(libs GLOBAL PROPERTY YG_ROOM_LIBS)
  list(REMOVE_DUPLICATES libs)
  target_link_libraries(test_${name} PRIVATE yg_flags ${rooms} ${libs} ${ARGN} PkgConfig::CMOCKA ${CMAKE_DL_LIBS} m pthread)
  target_link_options(test_${name} PRIVATE -Wl,--dynamic-list=${CMAKE_SOURCE_DIR}/src/exports.list)
  add_test(NAME ${name} COMMAND test_${name})
endfunction()

# yg_embed(NAME FILES ...): files as read-only data in the program: yg_builtin_NAME of store/builtin.h.
# Made again when one of them changes.
function(yg_embed name)
  cmake_parse_arguments(A "" "" "FILES" ${ARGN})
  list(TRANSFORM A_FILES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/builtin_${name}.c)
  set(script ${CMAKE_SOURCE_DIR}/cmake/embed.cmake)
  list(JOIN A_FILES "|" words)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DOUT=${out} "-DFILES=${words}" -P ${script}
    DEPENDS ${A_FILES} ${script} COMMENT "Embedding ${name}" VERBATIM)
  yg_room(builtin_${name} SOURCES ${out})
endfunction()

# yg_views_in_c(NAME ... PARTS FILE ...): NAME.c with `const struct yg_view_ops yg_view_NAME`, and more
# files that belong to them; makes the list of views.
function(yg_views_in_c)
  cmake_parse_arguments(A "" "" "PARTS" ${ARGN})
  set(externs "")
  set(entries "")
  set(sources ${A_PARTS})
  foreach(name IN LISTS A_UNPARSED_ARGUMENTS)
    string(APPEND externs "extern const struct yg_view_ops yg_view_${name};\n")
    string(APPEND entries "\t&yg_view_${name},\n")
    list(APPEND sources ${name}.c)
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/views_in_c.c CONTENT
"/* views_in_c: the list of views written in C; generated. */
#include \"api/yagura.h\"

extern const struct yg_view_ops *const yg_views_in_c[];
extern const size_t yg_views_n_in_c;
${externs}
const struct yg_view_ops *const yg_views_in_c[] = {
${entries}};
const size_t yg_views_n_in_c = YG_COUNT(yg_views_in_c);
" @ONLY)
  yg_room(views SOURCES ${sources} ${CMAKE_CURRENT_BINARY_DIR}/views_in_c.c)
  target_include_directories(yg_views PRIVATE ${CMAKE_SOURCE_DIR})
endfunction()

# What a plugin may include: api/yagura.h, all that it includes, and what of base is of use to it.
set(YG_PLUGIN_HEADERS
  api/stream.h
  api/yagura.h
  base/buf.h
  base/clock.h
  base/err.h
  base/i18n.h
  base/map.h
  base/mem.h
  base/text.h
  base/vec.h
  model/action.h
  model/chart.h
  model/inventory.h
  model/kind.h
  model/kinds.h
  model/query.h
  model/relation.h
  model/row.h
  model/series.h
  model/style.h
  model/task.h)

# yg_plugin_headers(): the headers as a plugin sees them, for our own plugins (build/include) and
# installed, with yagura.pc for those of others.
function(yg_plugin_headers)
  foreach(header IN LISTS YG_PLUGIN_HEADERS)
    get_filename_component(folder ${header} DIRECTORY)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/include/${folder})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${header} ${CMAKE_BINARY_DIR}/include/${header} SYMBOLIC)
    install(FILES ${CMAKE_SOURCE_DIR}/src/${header}
      DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/yagura/${folder} COMPONENT yagura-dev)
  endforeach()
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/plugins ${CMAKE_BINARY_DIR}/include/plugins SYMBOLIC)
  add_library(yg_plugin_flags INTERFACE)
  target_include_directories(yg_plugin_flags INTERFACE ${CMAKE_BINARY_DIR}/include)
  target_compile_options(yg_plugin_flags INTERFACE
    $<TARGET_PROPERTY:yg_flags,INTERFACE_COMPILE_OPTIONS>)
  target_link_options(yg_plugin_flags INTERFACE $<TARGET_PROPERTY:yg_flags,INTERFACE_LINK_OPTIONS>)
endfunction()

# yg_plugin(NAME [EXAMPLE] SOURCES ...): plugins/NAME as the plugin NAME.so, which Yagura loads by
# itself; an EXAMPLE is built into build/examples, where it does not look, and installed as source.
function(yg_plugin name)
  cmake_parse_arguments(A "EXAMPLE" "" "SOURCES" ${ARGN})
  list(TRANSFORM A_SOURCES PREPEND ${name}/)
  add_library(plugin_${name} MODULE ${A_SOURCES})
  target_link_libraries(plugin_${name} PRIVATE yg_plugin_flags m)
  set_target_properties(plugin_${name} PROPERTIES PREFIX "" OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/$<IF:$<BOOL:${A_EXAMPLE}>,examples,plugins>)
  if(A_EXAMPLE)
    install(FILES ${A_SOURCES} DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT yagura-dev)
  else()
    install(TARGETS plugin_${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/yagura/plugins)
  endif()
endfunction()
