# Script: makes the console's files of their sources, for partnerd_embed. Of its scripts one, so that a browser asks once:
# they are ES modules whose top-level names differ, so what stands after `import` is in the same file anyway. All are
# compressed. With -DSCRIPTS=, -DPAGES=, -DOUTPUT= (a folder).
find_program(sed sed REQUIRED)
find_program(gzip gzip REQUIRED)
file(MAKE_DIRECTORY ${OUTPUT})

function(compress file)
  get_filename_component(name ${file} NAME)
  execute_process(COMMAND ${gzip} -9 -n -c ${file} OUTPUT_FILE ${OUTPUT}/${name}.gz COMMAND_ERROR_IS_FATAL ANY)
endfunction()

execute_process(COMMAND ${sed} -e "/^import /d" -e "s/^export //" -e "/^ *\\/\\//d" ${SCRIPTS}
                OUTPUT_FILE ${OUTPUT}/console.js COMMAND_ERROR_IS_FATAL ANY)
compress(${OUTPUT}/console.js)
foreach(page ${PAGES})
  compress(${page})
endforeach()
