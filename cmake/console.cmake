# Script: makes the console's files of their sources, for partnerd_embed. Of its scripts one, so that a browser asks once:
# each ES module becomes a block with an object of what it exports, in the order given, so that whoever imports from another
# stands below it. All files are compressed. With -DSCRIPTS=, -DPAGES=, -DOUTPUT= (a folder).
find_program(sed sed REQUIRED)
find_program(cat cat REQUIRED)
find_program(gzip gzip REQUIRED)
file(MAKE_DIRECTORY ${OUTPUT}/modules)

function(compress file)
  get_filename_component(name ${file} NAME)
  execute_process(COMMAND ${gzip} -9 -n -c ${file} OUTPUT_FILE ${OUTPUT}/${name}.gz COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(modules "")
foreach(script ${SCRIPTS})
  get_filename_component(name ${script} NAME_WE)
  execute_process(
    COMMAND ${sed} -E -e "1i const from_${name} = {}; { const exported = from_${name}" -e "/^ *\\/\\//d"
      -e "s/^import (\\{.*\\}) from '\\.\\/([a-z_]+)\\.js'$/const \\1 = from_\\2/"
      -e "s/^export (const|class) ([A-Za-z]+) = /const \\2 = exported.\\2 = /"
      -e "s/^export class ([A-Za-z]+)/const \\1 = exported.\\1 = class \\1/"
      -e "s/^export ((async )?function ([A-Za-z]+))/exported.\\3 = \\3; \\1/"
      -e "$a }"
      ${script}
    OUTPUT_FILE ${OUTPUT}/modules/${name}.js COMMAND_ERROR_IS_FATAL ANY)
  list(APPEND modules ${OUTPUT}/modules/${name}.js)
endforeach()
execute_process(COMMAND ${cat} ${modules} OUTPUT_FILE ${OUTPUT}/console.js COMMAND_ERROR_IS_FATAL ANY)
compress(${OUTPUT}/console.js)
foreach(page ${PAGES})
  compress(${page})
endforeach()
