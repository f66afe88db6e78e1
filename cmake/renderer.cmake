# Fetches what renders the OpenAPI documents at /docs from npm, pinned by src/dialect/pages/documents/renderer/package-lock.json,
# once for each build folder, and compresses it. Sets PARTNERD_RENDERER_FILES: what is to be embedded. Where there is no npm,
# or no network, the build goes on without: /docs is a list of links then, and the next run of cmake tries again.
set(PARTNERD_RENDERER_FILES "")
set(renderer_lock ${CMAKE_SOURCE_DIR}/src/dialect/pages/documents/renderer)
set(renderer_folder ${CMAKE_BINARY_DIR}/renderer)
set(renderer_package ${renderer_folder}/node_modules/swagger-ui-dist)
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${renderer_lock}/package-lock.json)

file(SHA256 ${renderer_lock}/package-lock.json renderer_wanted)
set(renderer_fetched "")
if(EXISTS ${renderer_folder}/fetched)
  file(READ ${renderer_folder}/fetched renderer_fetched)
endif()

if(NOT renderer_fetched STREQUAL renderer_wanted)
  find_program(PARTNERD_NPM npm)
  find_program(PARTNERD_GZIP gzip REQUIRED)
  set(renderer_result "there is no npm")
  if(PARTNERD_NPM)
    file(COPY ${renderer_lock}/package.json ${renderer_lock}/package-lock.json DESTINATION ${renderer_folder})
    # Its packages may run nothing here.
    execute_process(COMMAND ${PARTNERD_NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
                    WORKING_DIRECTORY ${renderer_folder} RESULT_VARIABLE renderer_result OUTPUT_QUIET ERROR_VARIABLE renderer_error
                    TIMEOUT 300)
  endif()
  if(renderer_result EQUAL 0)
    foreach(file swagger-ui-bundle.js swagger-ui.css swagger-ui-bundle.js.LICENSE.txt)
      execute_process(COMMAND ${PARTNERD_GZIP} -9 -n -c ${renderer_package}/${file} OUTPUT_FILE ${renderer_folder}/${file}.gz
                      COMMAND_ERROR_IS_FATAL ANY)
    endforeach()
    file(WRITE ${renderer_folder}/fetched ${renderer_wanted})
    set(renderer_fetched ${renderer_wanted})
  else()
    message(WARNING "/docs will be a list of links: npm could not fetch its renderer (${renderer_result}) ${renderer_error}")
  endif()
endif()

if(renderer_fetched STREQUAL renderer_wanted)
  foreach(file swagger-ui-bundle.js swagger-ui.css swagger-ui-bundle.js.LICENSE.txt)
    list(APPEND PARTNERD_RENDERER_FILES ${renderer_folder}/${file}.gz)
  endforeach()
endif()
