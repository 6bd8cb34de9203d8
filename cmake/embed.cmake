# Writes OUT, a C file with the FILES (divided by |) as data: yg_builtin_NAME. Run with cmake -P.
string(REPLACE "|" ";" FILES "${FILES}")
set(texts "")
set(table "")
foreach(file IN LISTS FILES)
  get_filename_component(word ${file} NAME_WE)
  string(MAKE_C_IDENTIFIER ${word} symbol)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(APPEND texts "static const char text_${symbol}[] = {${bytes}0};\n")
  string(APPEND table "    {\"${word}\", text_${symbol}, sizeof(text_${symbol}) - 1},\n")
endforeach()
list(LENGTH FILES count)
file(WRITE ${OUT} "/* Made by cmake/embed.cmake. */
#include \"store/builtin.h\"

${texts}
const struct yg_builtin yg_builtin_${NAME}[] = {
${table}};
const size_t yg_builtin_${NAME}_count = ${count};
")
