# What only a Debian package has: CPack runs this on its staging folders, before it packs them.
foreach(package IN LISTS CPACK_COMPONENTS_ALL)
  set(top ${CPACK_TEMPORARY_DIRECTORY}/${package})
  set(doc ${top}/usr/share/doc/${package})
  file(MAKE_DIRECTORY ${doc})
  file(COPY_FILE ${CPACK_YG_PACKAGING}/copyright ${doc}/copyright)
  file(COPY_FILE ${CPACK_YG_PACKAGING}/changelog ${doc}/changelog.Debian)
  # The copyright file tells the licence.
  file(REMOVE ${doc}/LICENSE)
  # Names and places that Debian has for them.
  if(EXISTS ${doc}/CHANGES.md)
    file(RENAME ${doc}/CHANGES.md ${doc}/changelog)
  endif()
  if(EXISTS ${top}/usr/share/zsh/site-functions)
    file(RENAME ${top}/usr/share/zsh/site-functions ${top}/usr/share/zsh/vendor-completions)
  endif()
  file(GLOB changes ${doc}/changelog*)
  file(GLOB_RECURSE pages ${top}/usr/share/man/*.[0-9])
  execute_process(COMMAND gzip -9n ${pages} ${changes} COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND find ${top} -type d -exec chmod 755 {} + COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND find ${top} -type f -exec chmod u=rwX,go=rX {} +
    COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND find ${top} -name "*.so" -exec chmod 644 {} + COMMAND_ERROR_IS_FATAL ANY)
  if(DEFINED ENV{SOURCE_DATE_EPOCH})
    execute_process(COMMAND find ${top} -exec touch -h -d "@$ENV{SOURCE_DATE_EPOCH}" {} +
      COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()
